from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import (
    Calendar,
    NoWorkingTime,
    Span,
    add_each,
    add_working,
    months_later,
    working_between,
)
from bot.domain.clocks import Pause, due_at, reminder_instants, time_to_decide
from tests.builders import a_calendar

PARIS = ZoneInfo("Europe/Paris")
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]


def paris(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def test_eight_hours_from_nine_are_due_the_same_evening() -> None:
    assert add_working(a_calendar(), paris(24, 9), hours(8)) == paris(24, 18)


def test_friday_evening_goes_on_monday_morning() -> None:
    assert add_working(a_calendar(), paris(27, 17), hours(2)) == paris(30, 10)


def test_a_request_of_the_night_starts_in_the_morning() -> None:
    assert add_working(a_calendar(), paris(24, 3), hours(1)) == paris(24, 10)


def test_a_public_holiday_does_not_count() -> None:
    calendar = a_calendar(country="FR")  # 11 November is a Wednesday in 2026

    assert add_working(calendar, paris(10, 17), hours(2)) == paris(12, 10)
    assert not calendar.is_working_day(date(2026, 4, 6))  # Easter Monday


def test_half_a_day_on_christmas_eve() -> None:
    eve = ((time(9), time(12, 30)),)
    calendar = Calendar(
        zone="Europe/Paris", week=a_calendar().week, days=((date(2026, 12, 24), eve),), country="FR"
    )

    assert add_working(calendar, paris(24, 9, month=12), hours(4)) == paris(28, 9, 30, month=12)


def test_the_same_hours_are_lived_in_another_zone() -> None:
    montreal = a_calendar().in_zone("America/Montreal")

    assert montreal.next_open(paris(24, 9)) == paris(24, 15)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_of_the_clock_change_has_its_nine_to_six(day: date) -> None:
    always = a_calendar().week[0]
    calendar = Calendar(zone="Europe/Paris", week=(always,) * 7)
    spans = calendar.spans_on(day)

    assert sum((span.length for span in spans), timedelta()) == hours(8)
    assert spans[0].start.astimezone(PARIS).hour == 9


def test_a_night_shift_over_the_change_counts_real_hours() -> None:
    night = ((time(0), time(6)),)
    calendar = Calendar(zone="Europe/Paris", week=(night,) * 7)

    assert calendar.spans_on(date(2026, 3, 29))[0].length == hours(5)
    assert calendar.spans_on(date(2026, 10, 25))[0].length == hours(7)


def test_a_calendar_without_hours_is_an_error() -> None:
    with pytest.raises(NoWorkingTime):
        add_working(Calendar(zone="UTC", week=((),) * 7), paris(24, 9), hours(1))


def test_a_naive_instant_is_an_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        add_working(a_calendar(), datetime(2026, 1, 1), hours(1))  # noqa: DTZ001


def test_the_clock_stands_still_while_evidence_is_awaited() -> None:
    pause = Pause(start=paris(24, 10), end=paris(24, 15))

    assert due_at(a_calendar(), paris(24, 9), hours(4), [pause]) == paris(24, 18)
    assert due_at(a_calendar(), paris(24, 9), hours(4), [Pause(start=paris(24, 10))]) is None


def test_reminders_come_at_shares_of_the_allowance() -> None:
    found = reminder_instants(a_calendar(), paris(24, 9), hours(8), fractions=(0.5, 1.0))

    assert found == (paris(24, 14), paris(24, 18))


def test_time_to_decide_is_told_with_and_without_pauses() -> None:
    pause = Pause(start=paris(24, 10), end=paris(24, 12))

    found = time_to_decide(a_calendar(), paris(24, 9), paris(25, 10), [pause])

    assert found.elapsed == hours(25)
    assert found.elapsed_unpaused == hours(23)
    assert found.working == hours(9)
    assert found.working_unpaused == hours(7)


def test_months_later_keeps_to_the_end_of_a_short_month() -> None:
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert months_later(date(2026, 1, 15), 6) == date(2026, 7, 15)


instants = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
amounts = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))
calendars = st.sampled_from(ZONES).map(a_calendar)


@given(calendars, instants, amounts)
def test_adding_then_measuring_gives_the_amount_back(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    end = add_working(calendar, start, amount)

    assert working_between(calendar, start, end) == amount


@given(calendars, instants, amounts, amounts.filter(bool))
def test_adding_twice_is_adding_the_sum(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    both = add_working(calendar, start, one + other)

    assert working_between(calendar, start, both) == one + other
    assert add_working(calendar, add_working(calendar, start, one), other) == both


@settings(max_examples=40)
@given(
    st.sampled_from(ZONES),
    st.sampled_from([date(2026, 3, 28), date(2026, 4, 4), date(2026, 10, 24), date(2026, 9, 26)]),
    st.integers(0, 4 * 24 * 60),
)
def test_minutes_counted_one_by_one_agree(zone: str, day: date, length: int) -> None:
    calendar = a_calendar(zone)
    start = calendar.instant(day, time(0))
    minutes = sum(_is_working(zone, start + timedelta(minutes=n)) for n in range(length))

    found = working_between(calendar, start, start + timedelta(minutes=length))

    assert found == timedelta(minutes=minutes)


def _is_working(zone: str, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    clock = local.hour * 60 + local.minute
    return local.isoweekday() <= 5 and (540 <= clock < 750 or 810 <= clock < 1080)


@given(instants, amounts, amounts)
def test_time_away_is_not_worked(start: datetime, amount: timedelta, away: timedelta) -> None:
    gone = Span(start=start, end=start + away)

    end = add_working(a_calendar(), start, amount, away=[gone])

    assert working_between(a_calendar(), start, end, away=[gone]) == amount
    assert end >= add_working(a_calendar(), start, amount)


@given(calendars, instants, st.lists(amounts, max_size=5).map(sorted))
def test_one_walk_agrees_with_one_walk_each(
    calendar: Calendar, start: datetime, several: list[timedelta]
) -> None:
    each = tuple(add_working(calendar, start, amount) for amount in several)

    assert add_each(calendar, start, several) == each
