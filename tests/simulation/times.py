"""When the bot could say something: it was up, and its reader at work."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from tests.simulation import hours


class Window(Protocol):
    """While no replica was up."""

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


def up(stops: Sequence[Window], at: datetime) -> datetime:
    """Return the first minute from `at` on when a replica was up; `stops` are in order."""
    for stop in stops:
        if stop.start <= at < stop.end:
            at = stop.end
    minute = at.replace(second=0, microsecond=0)
    return minute if minute == at else minute + timedelta(minutes=1)


def up_in_hours(stops: Sequence[Window], zone: str, at: datetime) -> datetime:
    """Return the first minute from `at` on when a replica was up and people work in `zone`."""
    return settled(lambda now: up(stops, hours.opens(zone, now)), at)


def settled(step: Callable[[datetime], datetime], at: datetime) -> datetime:
    """Return where `step`, taken again and again from `at` on, changes nothing."""
    while (found := step(at)) != at:
        at = found
    return at
