"""Working time: when people work, in their own zone, and arithmetic on it.

Local wall hours are turned into UTC instants day by day, so the nights when clocks change are
right. Every instant is aware UTC. Source: governance §6.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]
"""The working spans of a day, in local wall time, in order and apart."""

HORIZON_DAYS = 400
"""A calendar without one working hour in so many days is an error."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start` (included) to `end` (excluded), aware UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


class NoWorkingTime(ValueError):
    """The calendar has no working hour within reach."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Working days and hours.

    `zone` is an IANA name. `week` gives each ISO weekday's hours, Monday first. `days` gives the
    hours of special dates (a half day, a closed day). `country` brings its public holidays, with
    `subdivision` for a region's.
    """

    zone: str
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    days: tuple[tuple[date, Hours], ...] = ()
    country: str | None = None
    subdivision: str | None = None

    def in_zone(self, zone: str) -> "Calendar":
        """Return the same hours, lived in another time zone; in this one when it is unknown."""
        return self if zone == self.zone or not _is_zone(zone) else replace(self, zone=zone)

    def local_date(self, at: datetime) -> date:
        """Return the local date at `at`. Raises ValueError for a naive instant."""
        return _aware(at).astimezone(ZoneInfo(self.zone)).date()

    def instant(self, day: date, wall: time) -> datetime:
        """Return the UTC instant of a local wall time.

        In the gap of a spring night it moves forward; in the fold of an autumn night the first
        of the two is taken.
        """
        return _instant(self.zone, day, wall)

    def hours_on(self, day: date) -> Hours:
        """Return the local working hours of `day`; empty on a day off."""
        for special, hours in self.days:
            if special == day:
                return hours
        if self.country and day in _holidays(self.country, self.subdivision, day.year):
            return ()
        return self.week[day.isoweekday() - 1]

    def is_working_day(self, day: date) -> bool:
        """Tell whether anybody works on `day`."""
        return bool(self.hours_on(day))

    def next_working_day(self, day: date) -> date:
        """Return the first working day from `day` on, `day` included."""
        for offset in range(HORIZON_DAYS):
            candidate = day + timedelta(days=offset)
            if self.is_working_day(candidate):
                return candidate
        raise NoWorkingTime(self.zone)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the working spans of `day` as instants."""
        return tuple(
            Span(start=self.instant(day, start), end=self.instant(day, end))
            for start, end in self.hours_on(day)
        )

    def is_open(self, at: datetime) -> bool:
        """Tell whether `at` falls in working hours."""
        return any(span.start <= at < span.end for span in self.spans_on(self.local_date(at)))

    def next_open(self, at: datetime) -> datetime:
        """Return `at` in working hours, else when the next ones start."""
        return max(at, next(self.spans_from(at)).start)

    def spans_from(self, at: datetime) -> Iterator[Span]:
        """Yield the working spans that end after `at`, in order, for ever.

        Raises NoWorkingTime when none starts within the horizon.
        """
        day = self.local_date(at) - timedelta(days=1)
        idle = 0
        while idle < HORIZON_DAYS:
            for span in self.spans_on(day):
                if span.end > at and span.start < span.end:
                    idle = 0
                    yield span
            day += timedelta(days=1)
            idle += 1
        raise NoWorkingTime(self.zone)


def add_working(
    calendar: Calendar, start: datetime, amount: timedelta, *, away: Sequence[Span] = ()
) -> datetime:
    """Return when `amount` of working time has passed since `start`, skipping `away`.

    The result is the end of the last span used: eight hours from nine are due at six, not at nine
    the next day. With no amount it is the next working instant.
    """
    return add_each(calendar, start, (amount,), away=away)[0]


def add_each(
    calendar: Calendar,
    start: datetime,
    amounts: Sequence[timedelta],
    *,
    away: Sequence[Span] = (),
) -> tuple[datetime, ...]:
    """Return when each of `amounts` of working time has passed, as `add_working` does, in one walk.

    `amounts` go from the smallest to the largest.
    """
    found: list[datetime] = []
    passed = timedelta()
    for span in calendar.spans_from(_aware(start)):
        for piece in _outside(Span(start=max(span.start, start), end=span.end), away):
            while len(found) < len(amounts) and passed + piece.length >= amounts[len(found)]:
                found.append(piece.start + amounts[len(found)] - passed)
            if len(found) == len(amounts):
                return tuple(found)
            passed += piece.length
    raise NoWorkingTime(calendar.zone)


def working_between(
    calendar: Calendar, start: datetime, end: datetime, *, away: Sequence[Span] = ()
) -> timedelta:
    """Return the working time from `start` to `end`, less `away`; zero when `end` is not after."""
    total = timedelta()
    if _aware(end) <= _aware(start):
        return total
    for span in calendar.spans_from(start):
        if span.start >= end:
            break
        clipped = Span(start=max(span.start, start), end=min(span.end, end))
        total += sum((piece.length for piece in _outside(clipped, away)), timedelta())
    return total


def months_later(day: date, months: int) -> date:
    """Return the same day of the month, `months` later; the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _outside(span: Span, away: Sequence[Span]) -> Iterator[Span]:
    """Yield the parts of `span` that no span of `away` covers, in order."""
    start = span.start
    for gone in sorted(away, key=lambda found: found.start):
        if gone.end <= start or gone.start >= span.end:
            continue
        if gone.start > start:
            yield Span(start=start, end=gone.start)
        start = max(start, gone.end)
    if start < span.end:
        yield Span(start=start, end=span.end)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    return at


@lru_cache(maxsize=1024)
def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=8192)
def _instant(zone: str, day: date, wall: time) -> datetime:
    # In a gap, zoneinfo's fold=0 uses the offset before it: the instant lands after the gap.
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  # 19 MiB that a start does not need

    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
