"""Calendar files, parsed back and expanded by another library than the one that wrote them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import rrule

from bot.domain.errors import NoSuchOccurrence
from bot.domain.ids import RitualId
from bot.domain.recurrence import Recurrence, Unit, day_of_month
from bot.domain.rituals import Stage
from bot.services import rituals, rituals_arrange
from bot.services.deps import Deps
from bot.services.rituals_ics import HORIZON, SINCE, calendar_file, rule_text, span
from bot.services.rituals_run import Which
from tests.builders import LEA, FakeClock

SYNC = RitualId("roadmap_sync")


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """The file does not depend on the database."""
    return str(request.param)


def with_rule(deps: Deps, rule: Recurrence, **changes: Any) -> Deps:
    ritual = replace(deps.charter.rituals[0], rule=rule, **changes)
    return replace(deps, charter=replace(deps.charter, rituals=(ritual,)))


def expanded(file: bytes) -> list[datetime]:
    """When a client would show the events: the rule, less what is left out, with exceptions."""
    calendar: Any = icalendar.Calendar.from_ical(file)
    found: set[datetime] = set()
    replaced: dict[datetime, datetime] = {}
    for event in calendar.walk("VEVENT"):
        start = event.decoded("dtstart").astimezone(UTC)
        if "recurrence-id" in event:
            replaced[event.decoded("recurrence-id").astimezone(UTC)] = start
        elif "rrule" not in event:
            found.add(start)
        else:
            found |= occurrences(event)
    assert replaced.keys() <= found, "an exception is of a date of the rule"
    return sorted(found - replaced.keys() | set(replaced.values()))


def occurrences(event: Any) -> set[datetime]:
    # Expanded in wall time, then each put in its zone, as clients do.
    start = event.decoded("dtstart")
    text = event["rrule"].to_ical().decode()
    until = event["rrule"]["until"][0].astimezone(start.tzinfo).replace(tzinfo=None)
    parts = ";".join(part for part in text.split(";") if not part.startswith("UNTIL"))
    rule = rrule.rrulestr(parts, dtstart=start.replace(tzinfo=None))
    walls = rule.between(start.replace(tzinfo=None), until, inc=True)
    told = event.get("exdate", [])
    lists = told if isinstance(told, list) else [told]
    left_out = {at.dt.astimezone(UTC) for found in lists for at in getattr(found, "dts", [])}
    return {wall.replace(tzinfo=start.tzinfo).astimezone(UTC) for wall in walls} - left_out


def held(deps: Deps) -> list[datetime]:
    """When the bot holds them."""
    ritual = deps.charter.rituals[0]
    now = deps.now()
    with deps.read() as session:
        found = rituals.occurrences(
            session, deps, deps.charter, ritual, start=now - 2 * SINCE, end=now + 2 * HORIZON
        )
    first, last = span(now)
    return [o.starts_at for o in found if first <= o.slot < last and o.stage is not Stage.CANCELLED]


ANCHOR = date(2026, 1, 6)


def a_rule(step: int, unit: Unit, *on: str) -> Recurrence:
    return Recurrence(
        unit=unit, step=step, anchor=ANCHOR, on=tuple(day_of_month(words) for words in on)
    )


@pytest.mark.parametrize(
    "rule",
    [
        a_rule(1, Unit.WEEK),
        a_rule(2, Unit.WEEK),
        a_rule(1, Unit.MONTH, "2nd thursday"),
        a_rule(1, Unit.MONTH, "1st monday", "3rd monday"),
        a_rule(1, Unit.MONTH, "last friday"),
        a_rule(1, Unit.MONTH, "1", "15"),
        a_rule(1, Unit.MONTH, "31"),
        a_rule(2, Unit.MONTH),
        a_rule(1, Unit.MONTH, "30"),
        a_rule(1, Unit.MONTH, "1", "3rd tuesday"),
        a_rule(1, Unit.MONTH, "5th wednesday"),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Tokyo"])
def test_a_client_shows_what_the_bot_holds(deps: Deps, rule: Recurrence, zone: str) -> None:
    deps = with_rule(deps, rule, zone=zone)

    shown = expanded(calendar_file(deps, SYNC, "fr"))

    assert len(shown) > 4
    assert shown == held(deps)


def test_moves_and_cancellations_are_exceptions(deps: Deps, clock: FakeClock) -> None:
    clock.at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for slot, day in (("2026-12-08", 10), ("2026-12-22", 0)):
        which = Which(ritual=SYNC, slot=date.fromisoformat(slot))
        if day:
            to = (date(2026, 12, day), time(15))
            rituals_arrange.move(deps, which, LEA, to, why="", key=slot)
        else:
            rituals_arrange.cancel(deps, which, LEA, "Fêtes", key=slot)

    file = calendar_file(deps, SYNC, "fr")

    shown = [at for at in expanded(file) if datetime(2026, 12, 1, tzinfo=UTC) < at][:2]
    assert shown == [
        datetime(2026, 12, 10, 14, tzinfo=UTC),
        datetime(2027, 1, 5, 9, tzinfo=UTC),
    ]


def test_the_file_says_its_zone_rules_and_names(deps: Deps) -> None:
    calendar: Any = icalendar.Calendar.from_ical(calendar_file(deps, SYNC, "en"))

    (zone,) = calendar.walk("VTIMEZONE")
    master = calendar.walk("VEVENT")[0]
    assert zone["TZID"] == "Europe/Paris"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert master["dtstart"].params["TZID"] == "Europe/Paris"
    assert master["summary"] == "Roadmap Sync"
    assert master["description"] == "In which order?"
    assert master.decoded("duration") == timedelta(hours=1)
    assert {str(event["uid"]) for event in calendar.walk("VEVENT")} == {
        "roadmap_sync@t0sandbox.arbitrage"
    }


def test_its_own_zone_rules_give_the_same_hours(deps: Deps) -> None:
    """A client that only reads VTIMEZONE is right too, in summer and in winter."""
    calendar: Any = icalendar.Calendar.from_ical(calendar_file(deps, SYNC, "fr"))

    told = calendar.walk("VTIMEZONE")[0].to_tz()

    for month in range(1, 13):
        at = datetime(2027, month, 15, 10, tzinfo=ZoneInfo("Europe/Paris"))
        assert at.replace(tzinfo=told).utcoffset() == at.utcoffset()


def test_an_unknown_ritual_has_no_file(deps: Deps) -> None:
    with pytest.raises(NoSuchOccurrence):
        calendar_file(deps, RitualId("tea"), "fr")


def test_what_the_format_cannot_say_is_told_date_by_date() -> None:
    assert rule_text(a_rule(1, Unit.MONTH, "30")) is None
    assert rule_text(a_rule(1, Unit.MONTH, "1", "3rd tuesday")) is None
    assert rule_text(a_rule(1, Unit.MONTH, "31")) == {
        "freq": "MONTHLY",
        "interval": 1,
        "bymonthday": [-1],
    }
