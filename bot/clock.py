"""The time: the machine's, plus the offset of a file for demonstrations and tests."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

LOOK_EVERY_S = 0.002


def machine_now() -> datetime:
    """Return the machine's own time, aware UTC."""
    return datetime.now(UTC)


class Clock:
    """Gives the bot's time. `file` holds the seconds to add; None adds none."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return now, aware UTC."""
        return machine_now() + self.offset()

    def offset(self) -> timedelta:
        """Return what is added to the machine's time."""
        if self._file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._file.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return timedelta()


class ClockWatch:
    """Tells when the clock's file is written: what became due must not wait for the next look."""

    def __init__(self, file: Path | None, moved: Callable[[timedelta], object]) -> None:
        self._file = file
        self._clock = Clock(file)
        self._offset = timedelta()
        self._moved = moved
        self._seen: tuple[int, int] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="clock-watch")

    def start(self) -> None:
        """Start looking; without a file there is nothing to look at."""
        if self._file is not None:
            self._seen, self._offset = self._written(), self._clock.offset()
            self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            written = self._written()
            if written != self._seen:
                self._seen = written
                self._moved(self._step())

    def _step(self) -> timedelta:
        before, self._offset = self._offset, self._clock.offset()
        return self._offset - before

    def _written(self) -> tuple[int, int] | None:
        """Return what tells one writing of the file from the next, None without the file."""
        try:
            found = self._file.stat() if self._file else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino) if found else None
