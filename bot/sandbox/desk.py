"""What a demonstration lends to who shows it: its clock, what happened meanwhile, a guide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Jump:
    """A place in time that the clock can go to. `at` is None when only its order is known.

    `key` is one of: hour, morning, next_post, next_sync, next_digest.
    """

    key: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A message that came while the clock moved. `user` is set when only they can see it."""

    at: datetime
    channel: str
    ts: str
    user: str | None


class Desk(Protocol):
    """Moves the workspace's clock and the bot's together."""

    def jumps(self) -> Sequence[Jump]:
        """Return where the clock can go now; only what is possible."""
        ...

    def jump(self, key: str) -> Sequence[Happening]:
        """Move the clock, wait until the app is quiet, return what happened, oldest first.

        Raises KeyError for a key that `jumps` does not offer.
        """
        ...

    def guide(self) -> Sequence[str]:
        """Return the steps of the guide that are built: raise, decide, bypass, agenda, digest."""
        ...

    def landmarks(self) -> Mapping[str, Happening]:
        """Return what steps of the guide lead to, by step, once it is there: agenda, digest."""
        ...
