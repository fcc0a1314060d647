"""The sandbox's clock: real time plus an offset that tests and demos move."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SandboxClock:
    """Gives aware UTC instants. Moving it moves a small Slack and whoever follows its file.

    With `file`, the offset in seconds is written there at each move, so that another process can
    add it to its own time. With `starts_at`, an aware instant, it starts then, even in the past.
    """

    def __init__(self, file: Path | None = None, starts_at: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._offset = starts_at - datetime.now(UTC) if starts_at else timedelta()
        self._file = file
        self._write()

    def now(self) -> datetime:
        """Return the sandbox's time."""
        with self._lock:
            return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move the clock forward. Raises ValueError for a move back: Slack's time never does."""
        if by < timedelta():
            raise ValueError("time only goes forward")
        with self._lock:
            self._offset += by
            self._write()

    def jump_to(self, instant: datetime) -> None:
        """Move the clock forward to an aware instant."""
        self.advance(instant - self.now())

    def _write(self) -> None:
        if self._file is None:
            return
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{self._offset.total_seconds()}\n", encoding="ascii")
        os.replace(draft, self._file)  # atomic, unlike a write in place
