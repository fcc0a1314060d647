"""When a meeting recurs: rules anchored on a date, and the working days they give.

Local dates only: a rule knows no clock, so nothing of it moves when clocks change. The rule gives
every slot, never the last meeting. Source: governance §7.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.calendar import Calendar, months_later

DAYS_IN_WEEK = 7
LAST = -1
MONTHS_AHEAD = 2400
"""Rules by the month are followed for two hundred years: one without a slot ends somewhere."""

LONGEST_CLOSURE = timedelta(days=62)
"""How far back a slot may have been moved from by closed days."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RANKS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": LAST}

_DAY = re.compile(r"(?:day )?(\d{1,2})")
_WEEKDAY = re.compile(rf"({'|'.join(RANKS)}) ({'|'.join(WEEKDAYS)})")


class Unit(StrEnum):
    """What a rule counts."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class MonthDay:
    """A day of the month, 1 to 31; a shorter month's last day stands for those it lacks."""

    number: int


@dataclass(frozen=True, kw_only=True)
class NthWeekday:
    """The `nth` (1 to 5, or LAST) `weekday` (ISO, Monday is 1) of a month; 5 is not in all."""

    nth: int
    weekday: int


DayOfMonth = MonthDay | NthWeekday


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """Every `step` weeks or months, from `anchor` on.

    By the week, on the anchor's weekday. By the month, on the days of `on`: the anchor's own day
    of the month when none is named.
    """

    unit: Unit
    step: int
    anchor: date
    on: tuple[DayOfMonth, ...] = ()

    @property
    def days(self) -> tuple[DayOfMonth, ...]:
        """The days of the month it falls on."""
        return self.on or (MonthDay(number=self.anchor.day),)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One turn of a rule: its number from 0, the date the rule gives, the working day it is held.

    `on` names the occurrence for ever, whatever is moved.
    """

    index: int
    on: date
    meets_on: date


def day_of_month(words: str) -> DayOfMonth:
    """Return the day that `words` name: "15", "2nd thursday", "last friday". Raises ValueError."""
    day, weekday = _DAY.fullmatch(words), _WEEKDAY.fullmatch(words)
    if day and 1 <= int(day.group(1)) <= 31:  # noqa: PLR2004  # the longest month
        return MonthDay(number=int(day.group(1)))
    if weekday:
        rank, name = weekday.groups()
        return NthWeekday(nth=RANKS[rank], weekday=WEEKDAYS.index(name) + 1)
    raise ValueError(words)


def dates(rule: Recurrence, since: date | None = None) -> Iterator[tuple[int, date]]:
    """Yield the dates of `rule` from `since` on (its anchor by default), each with its number.

    Numbers count from the anchor, whatever `since` is. By the month it ends after two hundred
    years, possibly without one date.
    """
    if rule.unit is Unit.WEEK:
        yield from _weekly(rule, since or rule.anchor)
    else:
        yield from _monthly(rule, since or rule.anchor)


def _weekly(rule: Recurrence, since: date) -> Iterator[tuple[int, date]]:
    pace = DAYS_IN_WEEK * rule.step
    index = max(0, -((rule.anchor - since).days // pace))
    while True:
        yield index, rule.anchor + timedelta(days=pace * index)
        index += 1


def _monthly(rule: Recurrence, since: date) -> Iterator[tuple[int, date]]:
    first = rule.anchor.replace(day=1)
    index = 0
    for ahead in range(0, MONTHS_AHEAD, rule.step):
        month = months_later(first, ahead)
        found = {_in_month(day, month) for day in rule.days}
        for on in sorted(day for day in found if day is not None and day >= rule.anchor):
            if on >= since:
                yield index, on
            index += 1


def _in_month(day: DayOfMonth, month: date) -> date | None:
    """Return where `day` falls in the month that starts on `month`; None when it has no such."""
    following = months_later(month, 1)
    if isinstance(day, MonthDay):
        return min(month + timedelta(days=day.number - 1), following - timedelta(days=1))
    if day.nth == LAST:
        end = following - timedelta(days=1)
        return end - timedelta(days=(end.isoweekday() - day.weekday) % DAYS_IN_WEEK)
    start = month + timedelta(days=(day.weekday - month.isoweekday()) % DAYS_IN_WEEK)
    found = start + timedelta(days=DAYS_IN_WEEK * (day.nth - 1))
    return found if found < following else None


def slots(rule: Recurrence, calendar: Calendar, since: date | None = None) -> Iterator[Slot]:
    """Yield the slots of `rule` held from `since` on, in order, one a day at most.

    A slot on a day off is held on the next working day, never before. When that would be on or
    after the next slot it is not held apart: it joins that one. Source: governance §7.
    """
    start = since or rule.anchor
    counted = dates(rule, max(rule.anchor, start - LONGEST_CLOSURE))
    index, on = next(counted, (0, None))
    while on is not None:
        following_index, following = next(counted, (0, None))
        meets_on = calendar.next_working_day(on)
        is_apart = following is None or meets_on < following
        if is_apart and meets_on >= start:
            yield Slot(index=index, on=on, meets_on=meets_on)
        index, on = following_index, following


def has_slot(rule: Recurrence, *, within_years: int = 5) -> bool:
    """Tell whether `rule` gives a date in the first years after its anchor."""
    first = next(dates(rule), None)
    return first is not None and first[1] < months_later(rule.anchor, 12 * within_years)
