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
from bot.domain.rotation import Given, Kept, Turn, given

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


@dataclass(frozen=True, kw_only=True)
class Past:
    """What turns are given from: what people changed, the turns kept, and who is there, `now`."""

    changes: Mapping[date, Change]
    kept: Mapping[date, Kept]
    presence: Presence
    now: datetime


def turn_in(ritual: Ritual, calendar: Calendar, past: Past, slot: date) -> Given:
    """Return who has the occurrence of `slot`; nobody when nobody of the list is there.

    The same for the same past: turns are given from the rule's anchor on, one slot after another.
    An absence counts for what is to come, and for a past that nothing was kept of.
    """
    people, presence = ritual.rotation, past.presence
    lived = calendar.in_zone(ritual.zone)
    found: list[Turn] = []
    for held in takewhile(lambda s: s.on <= slot, slots(ritual.rule, calendar)):
        change, kept = past.changes.get(held.on, Change()), past.kept.get(held.on)
        at = change.starts_at or lived.instant(held.meets_on, ritual.at)
        asked = {*people, change.stand_in} if change.stand_in else people
        is_fixed = kept is not None and at <= past.now
        away = frozenset(p for p in asked if not is_fixed and not presence.is_present(p, at))
        turn = Turn(
            away=away, stand_in=change.stand_in, is_cancelled=change.is_cancelled, kept=kept
        )
        found.append(turn)
    return given(people, found)[-1] if found else Given()


def reach(start: datetime, end: datetime) -> tuple[date, date]:
    """Return the slots that may be held from `start` to `end`, moves included."""
    return (start - FARTHEST_MOVE - A_DAY).date(), (end + FARTHEST_MOVE + A_DAY).date()
