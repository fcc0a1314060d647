"""Our recurrences against python-dateutil's, over twenty years and in every zone."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Calendar
from bot.domain.recurrence import (
    LAST,
    MonthDay,
    NthWeekday,
    Recurrence,
    Slot,
    Unit,
    dates,
    day_of_month,
    has_slot,
    slots,
)
from tests.builders import a_calendar

FIRST, LAST_DAY = date(2026, 1, 1), date(2045, 12, 31)
OPEN = a_calendar()


def a_rule(step: int, unit: Unit = Unit.WEEK, *on: str, anchor: date = FIRST) -> Recurrence:
    return Recurrence(
        unit=unit, step=step, anchor=anchor, on=tuple(day_of_month(words) for words in on)
    )


def monthly(step: int, *on: str, anchor: date = FIRST) -> Recurrence:
    return a_rule(step, Unit.MONTH, *on, anchor=anchor)


def ours(rule: Recurrence, since: date | None = None) -> list[date]:
    found = (on for _, on in dates(rule, since))
    return list(itertools.takewhile(lambda on: on <= LAST_DAY, found))


def theirs(rule: Recurrence) -> list[date]:
    start = datetime.combine(rule.anchor, time())
    until = datetime.combine(LAST_DAY, time())
    if rule.unit is Unit.WEEK:
        every = rrule.rrule(rrule.WEEKLY, dtstart=start, interval=rule.step, until=until)
        return [found.date() for found in every]
    merged: set[date] = set()
    for day in rule.days:
        if isinstance(day, NthWeekday):
            nth = rrule.weekday(day.weekday - 1, day.nth)
            every = rrule.rrule(
                rrule.MONTHLY, dtstart=start, interval=rule.step, until=until, byweekday=nth
            )
        else:
            # « the 31st, or the last day » : the last of the days up to it.
            upto = list(range(28, day.number + 1)) or [day.number]
            every = rrule.rrule(
                rrule.MONTHLY,
                dtstart=start.replace(day=1),
                interval=rule.step,
                until=until,
                bymonthday=upto,
                bysetpos=-1,
            )
        merged |= {found.date() for found in every if found.date() >= rule.anchor}
    return sorted(merged)


RANKED = st.builds(
    NthWeekday, nth=st.sampled_from([1, 2, 3, 4, 5, LAST]), weekday=st.integers(1, 7)
)
NUMBERED = st.builds(MonthDay, number=st.integers(1, 31))
ANCHORS = st.dates(FIRST, date(2028, 3, 1))
RULES = st.one_of(
    st.builds(Recurrence, unit=st.just(Unit.WEEK), step=st.integers(1, 6), anchor=ANCHORS),
    st.builds(
        Recurrence,
        unit=st.just(Unit.MONTH),
        step=st.sampled_from([1, 1, 2, 3]),
        anchor=ANCHORS,
        on=st.lists(RANKED | NUMBERED, max_size=3, unique=True).map(tuple),
    ),
)


@given(RULES)
def test_twenty_years_are_those_of_another_library(rule: Recurrence) -> None:
    assert ours(rule) == theirs(rule)


@given(RULES, st.dates(FIRST, LAST_DAY))
def test_a_date_has_one_number_wherever_counting_starts(rule: Recurrence, since: date) -> None:
    numbered = itertools.takewhile(lambda found: found[1] <= LAST_DAY, dates(rule))
    later = itertools.takewhile(lambda found: found[1] <= LAST_DAY, dates(rule, since))

    assert list(later) == [(index, on) for index, on in numbered if on >= since]


@given(RULES, st.sampled_from(["FR", "GB", "US", "JP", None]))
def test_a_slot_is_held_on_a_working_day_once_and_in_order(
    rule: Recurrence, country: str | None
) -> None:
    calendar = a_calendar(country=country)

    held = list(itertools.islice(slots(rule, calendar), 120))

    assert all(calendar.is_working_day(slot.meets_on) for slot in held)
    assert all(slot.meets_on >= slot.on for slot in held)
    assert all(one.meets_on < two.on for one, two in itertools.pairwise(held))
    missed = {on for _, on in itertools.takewhile(lambda d: d[1] <= held[-1].on, dates(rule))}
    for on in missed - {slot.on for slot in held}:
        joined = min(slot.on for slot in held if slot.on > on)
        assert calendar.next_working_day(on) >= joined or any(
            on < other <= calendar.next_working_day(on) for other in missed
        )


@given(RULES, st.dates(FIRST, date(2040, 1, 1)))
def test_slots_are_the_same_wherever_reading_starts(rule: Recurrence, since: date) -> None:
    calendar = a_calendar(country="FR")
    end = since + timedelta(days=400)

    def until(found: Iterator[Slot]) -> list[Slot]:
        return list(itertools.takewhile(lambda slot: slot.meets_on < end, found))

    everything = [slot for slot in until(slots(rule, calendar)) if slot.meets_on >= since]
    assert until(slots(rule, calendar, since)) == everything


# Wall times


def zones_with_dst() -> list[ZoneInfo]:
    """Every zone whose clocks change in those years, one name per set of rules."""
    known: dict[tuple[timedelta | None, ...], ZoneInfo] = {}
    months = [
        datetime(year, month, 15, tzinfo=UTC)
        for year in range(FIRST.year, LAST_DAY.year + 1)
        for month in range(1, 13)
    ]
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        zone = ZoneInfo(name)
        offsets = tuple(at.astimezone(zone).utcoffset() for at in months)
        if len(set(offsets)) > 1:
            known.setdefault(offsets + last_changes(zone), zone)
    return list(known.values())


def last_changes(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    """The offsets of each hour of a year's changes tell two rules apart."""
    hours = (datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(0, 8760, 3))
    return tuple(at.astimezone(zone).utcoffset() for at in hours)


def reference(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time, found from UTC to local alone: of two the first, of none the
    one that the clock would have shown without the change."""
    told = datetime.combine(day, wall)
    around = (told.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in (-26, 26))
    before, after = (at.astimezone(zone).utcoffset() or timedelta() for at in around)
    candidates = sorted((told - offset).replace(tzinfo=UTC) for offset in (before, after))
    exact = [at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == told]
    return exact[0] if exact else (told - before).replace(tzinfo=UTC)


def test_wall_times_hold_in_every_zone_whose_clocks_change() -> None:
    zones = zones_with_dst()
    assert len(zones) > 25
    walls = (time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 30), time(23, 45))
    for number, zone in enumerate(zones):
        calendar = Calendar(zone=zone.key, week=OPEN.week)
        # Each has the days clocks change on (Sundays, Fridays, Thursdays), and others.
        for start in (date(2026, 1, 4), date(2026, 1, 1 + number % 7)):
            rule = a_rule(1, anchor=start)
            for day in theirs(rule):
                wall = walls[(number + day.year + day.month) % len(walls)]
                assert calendar.instant(day, wall) == reference(day, wall, zone), (zone, day)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 3, 28), time(1, 30)),  # the day before: 02:30 is 01:30 UTC
        (date(2026, 3, 29), time(1, 30)),  # 02:30 does not exist: it is 03:30, 01:30 UTC
        (date(2026, 3, 30), time(0, 30)),
        (date(2026, 10, 25), time(0, 30)),  # 02:30 comes twice: the first one
        (date(2026, 10, 26), time(1, 30)),
    ],
)
def test_half_past_two_in_paris(day: date, utc: time) -> None:
    assert a_calendar().instant(day, time(2, 30)).time() == utc


# Examples that people read


def test_every_two_weeks_is_counted_from_the_anchor_over_a_year_of_53_weeks() -> None:
    found = ours(a_rule(2, anchor=date(2026, 12, 15)))

    assert found[:3] == [date(2026, 12, 15), date(2026, 12, 29), date(2027, 1, 12)]


def test_twice_a_month() -> None:
    first_and_fifteenth = ours(monthly(1, "1", "15", anchor=date(2026, 2, 10)))
    tuesdays = ours(monthly(1, "1st tuesday", "3rd tuesday", anchor=date(2026, 2, 1)))

    assert first_and_fifteenth[:3] == [date(2026, 2, 15), date(2026, 3, 1), date(2026, 3, 15)]
    assert tuesdays[:3] == [date(2026, 2, 3), date(2026, 2, 17), date(2026, 3, 3)]


def test_the_31st_is_the_last_day_of_shorter_months() -> None:
    found = ours(monthly(1, anchor=date(2028, 1, 31)))

    assert found[:4] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_a_public_holiday_moves_to_the_next_working_day() -> None:
    french = a_calendar(country="FR")

    held = [slot.meets_on for slot in itertools.islice(slots(MONDAYS, french), 3)]

    # Easter Monday 2026 is the 6th of April.
    assert held == [date(2026, 4, 7), date(2026, 4, 13), date(2026, 4, 20)]


MONDAYS = a_rule(1, anchor=date(2026, 4, 6))


def test_what_would_meet_the_next_slot_joins_it() -> None:
    closed = tuple((date(2026, 4, 6) + timedelta(days=n), ()) for n in range(9))
    calendar = Calendar(zone="Europe/Paris", week=OPEN.week, days=closed)

    held = list(itertools.islice(slots(MONDAYS, calendar), 2))

    # The 6th would be held on the 15th, after the slot of the 13th, itself closed.
    assert [(slot.index, slot.meets_on) for slot in held] == [
        (1, date(2026, 4, 15)),
        (2, date(2026, 4, 20)),
    ]


@pytest.mark.parametrize("words", ["0", "32", "6th monday", "1st moonday", "first monday"])
def test_a_day_that_is_not_one_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=words):
        day_of_month(words)


def test_a_rule_without_a_slot_is_told() -> None:
    never = monthly(12, "5th friday", anchor=date(2026, 2, 1))

    assert not has_slot(never)
    assert has_slot(monthly(1, "5th friday"))
    assert has_slot(a_rule(2))
