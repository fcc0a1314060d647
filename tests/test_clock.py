"""The bot's clock: the machine's, moved by a file."""

import os
import queue
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock, ClockWatch, machine_now


@pytest.mark.parametrize(
    ("content", "hours"), [("3600", 1), ("-7200.5\n", -2), ("", 0), ("soon", 0), (None, 0)]
)
def test_a_file_moves_the_clock_and_nonsense_does_not(
    tmp_path: Path, content: str | None, hours: int
) -> None:
    file = tmp_path / "clock"
    if content is not None:
        file.write_text(content, encoding="ascii")

    moved = Clock(file).now() - machine_now()

    assert abs(moved - timedelta(hours=hours)) < timedelta(seconds=5)


def test_whoever_waits_is_told_that_the_clock_was_moved(tmp_path: Path) -> None:
    file, told = tmp_path / "clock", queue.SimpleQueue[timedelta]()
    file.write_text("60", encoding="ascii")
    watch = ClockWatch(file, told.put)
    watch.start()

    steps = []
    for seconds in ("3660", "3660", "3661"):
        draft = tmp_path / "draft"
        draft.write_text(seconds, encoding="ascii")
        os.replace(draft, file)
        steps.append(told.get(timeout=5))

    assert steps == [timedelta(hours=1), timedelta(), timedelta(seconds=1)]
    watch.stop()


def test_a_clock_nobody_moves_is_not_watched() -> None:
    watch = ClockWatch(None, lambda _by: None)

    watch.start()

    assert "clock-watch" not in {thread.name for thread in threading.enumerate()}
    watch.stop()
