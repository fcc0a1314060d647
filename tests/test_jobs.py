"""The timetable: a hurried job is done at once, and never beside itself."""

import threading
from collections.abc import Iterator

import pytest

from bot.jobs import Job, Timetable

NEVER_S = 3600
SOON_S = 10.0


class Slow:
    """Work that ends when it is let go; it tells how many of it went on at most."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)
        self.done = 0
        self.most = 0
        self._going_on = 0

    def __call__(self) -> None:
        self._going_on += 1
        self.most = max(self.most, self._going_on)
        self.begun.release()
        self.let_go.acquire(timeout=SOON_S)
        self._going_on -= 1
        self.done += 1


@pytest.fixture
def slow() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.let_go.release(10)


def a_timetable(work: Slow) -> Timetable:
    made = Timetable((Job(name="slow", every_s=NEVER_S, work=work),))
    made.start()
    return made


def test_a_hurried_job_does_not_wait_for_its_time(slow: Slow) -> None:
    timetable = a_timetable(slow)

    timetable.hurry("slow")

    assert slow.begun.acquire(timeout=SOON_S)
    slow.let_go.release()
    timetable.stop()


def test_what_is_hurried_while_it_goes_on_is_done_once_more_after(slow: Slow) -> None:
    timetable = a_timetable(slow)
    timetable.hurry("slow")
    assert slow.begun.acquire(timeout=SOON_S)

    for _ in range(3):
        timetable.hurry("slow")
    slow.let_go.release()
    assert slow.begun.acquire(timeout=SOON_S)
    slow.let_go.release(5)
    timetable.stop()

    assert (slow.done, slow.most) == (2, 1)


def test_a_job_that_fails_is_done_again_the_next_time() -> None:
    told = threading.Semaphore(0)

    def fail() -> None:
        told.release()
        raise ValueError

    timetable = Timetable((Job(name="failing", every_s=NEVER_S, work=fail),))
    timetable.start()
    timetable.hurry("failing")
    assert told.acquire(timeout=SOON_S)
    timetable.hurry("failing")

    assert told.acquire(timeout=SOON_S)
    timetable.stop()
