"""A calendar file of a ritual, for people's own calendars.

A rule that the format can say is one event that repeats; a date that a holiday or somebody moved
is an exception of it (RECURRENCE-ID), one that is not held is left out (EXDATE): what every common
client reads. Another rule is told date by date. Source: governance §7.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.charter import Ritual
from bot.domain.ids import RitualId
from bot.domain.recurrence import (
    LAST,
    WEEKDAYS,
    MonthDay,
    NthWeekday,
    Recurrence,
    Unit,
    dates,
)
from bot.domain.rituals import FARTHEST_MOVE, Occurrence, Stage
from bot.services import rituals
from bot.services.deps import Deps
from bot.services.desks import seated

if TYPE_CHECKING:
    from icalendar import Calendar, Event

SINCE = timedelta(days=30)
HORIZON = timedelta(days=731)
"""Two years: holidays further away are not known well. The repetition ends there."""

SAFE_DAY = 28
"""The last day of the month that every month has."""

LONGEST_MONTH = 31


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the file is made of: the dates of the rule, and what is held, by slot."""

    ritual: Ritual
    zone: ZoneInfo
    dates: tuple[date, ...]
    held: dict[date, Occurrence]
    now: datetime
    uid: str

    def nominal(self, on: date) -> datetime:
        """Return when the rule alone would hold the occurrence of `on`."""
        return datetime.combine(on, self.ritual.at, self.zone)

    def local(self, at: datetime) -> datetime:
        """Return an instant in the ritual's zone."""
        return at.astimezone(self.zone)


def calendar_file(deps: Deps, name: RitualId, locale: str) -> bytes:
    """Return the calendar of a ritual, for two years. Raises NoSuchOccurrence.

    Importing a newer one over it corrects it: the events keep their names.
    """
    from icalendar import Calendar, vText  # noqa: PLC0415  # 9 MiB that a start does not need

    with deps.read() as session:
        charter = seated(session, deps)
        ritual = rituals.find(charter, name)
        # A slot of the last days may be held after them.
        start, end = deps.now() - 2 * SINCE, deps.now() + HORIZON + FARTHEST_MOVE
        held = rituals.occurrences(session, deps, charter, ritual, start=start, end=end)
    plan = _plan(deps, ritual, held)
    file = Calendar()
    file.add("prodid", "-//Arbitrage//Rituals//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    # The library escapes texts, but takes this name for a kind that it does not know.
    file.add("x-wr-calname", vText(ritual.name.read_in(locale)))
    for event in _events(plan, locale):
        file.add_component(event)
    _add_zones(file, plan)
    return bytes(file.to_ical())


def span(now: datetime) -> tuple[date, date]:
    """Return the slots that a file tells: from the first (included) to the second."""
    return (now - SINCE).date(), (now + HORIZON).date()


def _plan(deps: Deps, ritual: Ritual, held: tuple[Occurrence, ...]) -> Plan:
    first, last = span(deps.now())
    given = takewhile(lambda found: found[1] < last, dates(ritual.rule, first))
    on_plan = (o for o in held if o.stage is not Stage.CANCELLED and first <= o.slot < last)
    return Plan(
        ritual=ritual,
        zone=ZoneInfo(ritual.zone),
        dates=tuple(on for _, on in given),
        held={o.slot: o for o in on_plan},
        now=deps.now(),
        uid=f"{ritual.id}@{deps.workspace.lower()}.arbitrage",
    )


def _events(plan: Plan, locale: str) -> "Iterator[Event]":
    repeated = rule_text(plan.ritual.rule)
    if repeated is None or not plan.dates:
        for slot, occurrence in sorted(plan.held.items()):
            yield _event(plan, plan.local(occurrence.starts_at), locale, uid=f"{slot}-{plan.uid}")
        return
    yield _repeating(plan, repeated, locale)
    for on in plan.dates:
        held, nominal = plan.held.get(on), plan.nominal(on)
        # Compared in UTC: a wall time that comes twice is equal to nothing.
        if held is not None and held.starts_at != nominal.astimezone(UTC):
            event = _event(plan, plan.local(held.starts_at), locale, uid=plan.uid)
            event.add("recurrence-id", nominal)
            yield event


def _repeating(plan: Plan, repeated: dict[str, object], locale: str) -> "Event":
    until = plan.nominal(plan.dates[-1]).astimezone(UTC)
    event = _event(plan, plan.nominal(plan.dates[0]), locale, uid=plan.uid)
    event.add("rrule", repeated | {"until": until})
    missing = [plan.nominal(on) for on in plan.dates if on not in plan.held]
    if missing:
        event.add("exdate", missing)
    return event


def _event(plan: Plan, starts_at: datetime, locale: str, *, uid: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", plan.now)
    event.add("sequence", int(plan.now.timestamp()) // 60)
    event.add("summary", plan.ritual.name.read_in(locale))
    event.add("description", plan.ritual.asks.read_in(locale))
    event.add("dtstart", starts_at)
    event.add("duration", plan.ritual.duration)
    return event


def _add_zones(file: "Calendar", plan: Plan) -> None:
    """Add the zone's rules for those years, as the format wants."""
    first = (plan.now - 2 * SINCE).date()
    file.add_missing_timezones(first_date=first, last_date=(plan.now + HORIZON).date())


def rule_text(rule: Recurrence) -> dict[str, object] | None:
    """Return the RRULE that gives exactly the dates of `rule`, None when there is none.

    "The 31st, or the last day" is -1; the 29th and 30th, and ranks mixed with days, have none.
    """
    if rule.unit is Unit.WEEK:
        return {"freq": "WEEKLY", "interval": rule.step}
    monthly: dict[str, object] = {"freq": "MONTHLY", "interval": rule.step}
    ranked = [day for day in rule.days if isinstance(day, NthWeekday)]
    numbered = [day.number for day in rule.days if isinstance(day, MonthDay)]
    if ranked and numbered:
        return None
    if ranked:
        return monthly | {"byday": [f"{day.nth}{_weekday(day)}" for day in ranked]}
    if any(SAFE_DAY < number < LONGEST_MONTH for number in numbered):
        return None
    days = [LAST if number == LONGEST_MONTH else number for number in sorted(numbered)]
    return monthly | {"bymonthday": days}


def _weekday(day: NthWeekday) -> str:
    return WEEKDAYS[day.weekday - 1][:2].upper()
