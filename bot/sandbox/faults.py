"""Faults on demand: what Slack does on a bad day."""

import fnmatch
import random
import threading
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from starlette.requests import Request


class FaultKind(StrEnum):
    """What goes wrong. DROP_BEFORE loses the call; DROP_AFTER does it and loses the answer."""

    RATELIMITED = "ratelimited"
    ERROR_500 = "error_500"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    SLOW = "slow"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault on the Web API methods that match `method` (a glob).

    It ends after `times` calls or at `until` (the sandbox's time), whichever is set. Delays are
    seconds.
    """

    kind: FaultKind
    method: str = "*"
    times: int | None = None
    until: datetime | None = None
    probability: float = 1.0
    retry_after_s: int = 2
    delay_s: float = 0.5


@dataclass
class _Active:
    fault: Fault
    left: int | None
    dice: random.Random


@dataclass
class Faults:
    """The faults in force."""

    _active: list[_Active] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault, *, seed: int = 0) -> None:
        """Put a fault in force. The same seed gives the same dice."""
        dice = random.Random(seed)  # noqa: S311  # dice, not secrets
        with self._lock:
            self._active.append(_Active(fault, fault.times, dice))

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            self._active.clear()

    def draw(self, method: str, now: datetime) -> Fault | None:
        """Return the fault that this call meets, None when it meets none."""
        with self._lock:
            for active in self._active:
                fault = active.fault
                if active.left == 0 or (fault.until is not None and now >= fault.until):
                    continue
                if not fnmatch.fnmatch(method, fault.method):
                    continue
                if active.dice.random() >= fault.probability:
                    continue
                if active.left is not None:
                    active.left -= 1
                return fault
        return None


def cut(request: Request) -> None:
    """Cut the connection behind a request: what no answer looks like."""
    # Starlette wraps uvicorn's `send`, whose owner holds the transport; there is no public way.
    pending = [request._send]
    while pending:
        send = pending.pop()
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
            return
        cells = getattr(send, "__closure__", None) or ()
        pending += [cell.cell_contents for cell in cells if callable(cell.cell_contents)]
    raise RuntimeError("no connection to cut")
