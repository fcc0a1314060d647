"""The plan of a ritual: its rule, with what people changed, and whose turn each time is.

Pure: the rule gives the slot, never the last run. Source: governance §7.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from bot.domain.calendar import Calendar
from bot.domain.charter import Ritual
from bot.domain.ids import PersonId
from bot.domain.people import Presence
from bot.domain.recurrence import Recurrence, Slot, slots
from bot.domain.rituals import FARTHEST_MOVE, Occurrence, Stage
from bot.domain.rotation import Turn, facilitators

A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What people changed of a past or planned occurrence, as far as turns are concerned.

    `starts_at` is None unless it was moved.
    """

    is_cancelled: bool = False
    stand_in: PersonId | None = None
    starts_at: datetime | None = None


def planned(ritual: Ritual, calendar: Calendar, slot: Slot) -> Occurrence:
    """Return the occurrence that the rule gives in `slot`."""
    return Occurrence(
        ritual=ritual.id,
        slot=slot.on,
        index=slot.index,
        starts_at=calendar.in_zone(ritual.zone).instant(slot.meets_on, ritual.at),
        duration=ritual.duration,
    )


def between(
    ritual: Ritual,
    calendar: Calendar,
    known: Iterable[Occurrence],
    start: datetime,
    end: datetime,
) -> tuple[Occurrence, ...]:
    """Return the occurrences that start from `start` (included) to `end`, in their order.

    `known` are those that somebody touched, whose slots are within sixty days of the span. The
    cancelled ones are there too. One whose slot the rule no longer gives is kept when it was
    moved, run or closed.
    """
    first = (start - A_DAY).date()
    last = (end + A_DAY).date()
    by_rule = _held(ritual.rule, calendar, first, last)
    found = {slot.on: planned(ritual, calendar, slot) for slot in by_rule}
    for occurrence in known:
        given = found.get(occurrence.slot)
        if _stands(occurrence):
            found[occurrence.slot] = occurrence
        elif given:
            found[occurrence.slot] = replace(occurrence, starts_at=given.starts_at)
    inside = (o for o in found.values() if start <= o.starts_at < end)
    return tuple(sorted(inside, key=lambda o: (o.starts_at, o.slot)))


@lru_cache(maxsize=256)  # each tick asks of the same days
def _held(rule: Recurrence, calendar: Calendar, first: date, last: date) -> tuple[Slot, ...]:
    """Return the slots of `rule` held from `first` to `last`."""
    return tuple(takewhile(lambda slot: slot.meets_on <= last, slots(rule, calendar, first)))


def _stands(occurrence: Occurrence) -> bool:
    return occurrence.is_moved or occurrence.stage in {Stage.RUNNING, Stage.CLOSED}


def by_slot(
    ritual: Ritual, calendar: Calendar, known: Occurrence | None, slot: date
) -> Occurrence | None:
    """Return the occurrence of `slot` with what is `known` of it, None when there is none."""
    found = next(iter(slots_on(ritual, calendar, slot)), None)
    given = planned(ritual, calendar, found) if found else None
    if known is None:
        return given
    if _stands(known) or given is None:
        return known
    return replace(known, starts_at=given.starts_at)


def slots_on(ritual: Ritual, calendar: Calendar, slot: date) -> Iterator[Slot]:
    """Yield the slot of the date `slot`, if it is one of the rule."""
    nearby = takewhile(lambda found: found.on <= slot, slots(ritual.rule, calendar, slot))
    return (found for found in nearby if found.on == slot)


def facilitator_of(
    ritual: Ritual,
    calendar: Calendar,
    changes: Mapping[date, Change],
    presence: Presence,
    slot: date,
) -> PersonId | None:
    """Return who facilitates the occurrence of `slot`; None when nobody of the list is there.

    The same for the same past: turns are given from the rule's anchor on, one slot after another.
    """
    people = ritual.rotation
    lived = calendar.in_zone(ritual.zone)
    found: list[Turn] = []
    for held in takewhile(lambda s: s.on <= slot, slots(ritual.rule, calendar)):
        change = changes.get(held.on, Change())
        at = change.starts_at or lived.instant(held.meets_on, ritual.at)
        asked = {*people, change.stand_in} if change.stand_in else people
        away = frozenset(person for person in asked if not presence.is_present(person, at))
        turn = Turn(away=away, stand_in=change.stand_in, is_cancelled=change.is_cancelled)
        found.append(turn)
    return facilitators(people, found)[-1] if found else None


def reach(start: datetime, end: datetime) -> tuple[date, date]:
    """Return the slots that may be held from `start` to `end`, moves included."""
    return (start - FARTHEST_MOVE - A_DAY).date(), (end + FARTHEST_MOVE + A_DAY).date()
