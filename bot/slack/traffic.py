"""How many calls of Slack are being answered: acks come first, posts wait for a quiet moment."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Traffic:
    """Counts the calls under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count one call while it is answered."""
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                if self._under_way == 0:
                    self._changed.notify_all()

    def wait_quiet(self, timeout_s: float) -> bool:
        """Wait until no call is under way, `timeout_s` at most; tell whether it is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0, timeout=timeout_s)
