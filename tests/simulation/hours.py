"""Working time counted minute by minute, apart from the code it judges."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

MINUTE = timedelta(minutes=1)
FULL = ((time(9), time(12, 30)), (time(13, 30), time(18)))
HALF_DAYS = {date(2026, 12, 24), date(2026, 12, 31)}
FRENCH = holidays.country_holidays("FR", years=range(2025, 2029))


@lru_cache(maxsize=65536)
def spans(zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The working spans of a day, in UTC."""
    is_off = day.weekday() >= 5 or (day in FRENCH and day not in HALF_DAYS)
    hours = () if is_off else FULL[: 1 if day in HALF_DAYS else 2]
    lived = ZoneInfo(zone)
    return tuple(
        (
            datetime.combine(day, start, lived).astimezone(UTC),
            datetime.combine(day, end, lived).astimezone(UTC),
        )
        for start, end in hours
    )


def from_day(zone: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while True:
        yield from spans(zone, day)
        day += timedelta(days=1)


def is_open(zone: str, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(zone)).date()
    return any(start <= at < end for start, end in spans(zone, day))


def opens(zone: str, at: datetime) -> datetime:
    """`at` in hours, else when hours start."""
    return next(max(at, start) for start, end in from_day(zone, at) if end > at)


def opening(zone: str, at: datetime) -> datetime:
    """`at` when a day opens then, else the next opening of a day."""
    day = at.astimezone(ZoneInfo(zone)).date()
    while True:
        found = spans(zone, day)
        if found and found[0][0] >= at:
            return found[0][0]
        day += timedelta(days=1)


def after(
    zone: str,
    start: datetime,
    amount: timedelta,
    pauses: tuple[tuple[datetime, datetime], ...] = (),
) -> datetime:
    """When `amount` of working time has passed since `start`, and people are there."""
    left = amount
    for first, last in from_day(zone, start):
        for one, two in _without(max(first, start), last, pauses):
            if two <= one:
                continue
            if two - one >= left:
                return opens(zone, one + left)
            left -= two - one
    raise AssertionError("for ever")


def _without(
    first: datetime, last: datetime, pauses: tuple[tuple[datetime, datetime], ...]
) -> list[tuple[datetime, datetime]]:
    pieces = [(first, last)]
    for gone, back in pauses:
        cut = []
        for one, two in pieces:
            cut += [(one, min(two, gone)), (max(one, back), two)]
        pieces = [(one, two) for one, two in cut if two > one]
    return sorted(pieces)
