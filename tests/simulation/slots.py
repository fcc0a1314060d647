"""When rituals are held and whose turn it is, told again apart from the code that is judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, TH, WEEKLY, rrule

from bot.domain.ids import PersonId, RitualId
from tests.simulation import hours

PARIS = "Europe/Paris"
UNTIL = datetime(2027, 6, 1)  # noqa: DTZ001  # local, as rules are
LASTS = timedelta(hours=1)
A_DAY = timedelta(days=1)

_RULES = {
    "roadmap_sync": (rrule(WEEKLY, datetime(2026, 1, 6), interval=2, until=UNTIL), time(10)),  # noqa: DTZ001
    "product_review": (rrule(WEEKLY, datetime(2026, 1, 13), interval=2, until=UNTIL), time(14)),  # noqa: DTZ001
    "tech_council": (rrule(MONTHLY, datetime(2026, 1, 8), byweekday=TH(2), until=UNTIL), time(11)),  # noqa: DTZ001
}
RITUALS = tuple(map(RitualId, _RULES))


@dataclass(frozen=True)
class Slot:
    """A date of a rule, and when it is held if nobody changes it."""

    ritual: RitualId
    on: date
    starts_at: datetime


@lru_cache(maxsize=8)
def slots(ritual: RitualId) -> tuple[Slot, ...]:
    """Every slot of a ritual, from its anchor on; a holiday moves it to the next working day."""
    rule, at = _RULES[ritual]
    days = [found.date() for found in rule]
    held = []
    for on, following in pairwise(days):
        day = on
        while not hours.spans(PARIS, day):
            day += A_DAY
        if day < following:
            starts_at = datetime.combine(day, at, ZoneInfo(PARIS)).astimezone(UTC)
            held.append(Slot(ritual, on, starts_at))
    return tuple(held)


def announced(starts_at: datetime) -> datetime:
    """When its agenda is posted: a day before, or when the last half day at work before began."""
    wanted = starts_at - A_DAY
    return wanted if hours.is_open(PARIS, wanted) else last_opening(PARIS, wanted)


def last_opening(zone: str, at: datetime) -> datetime:
    """When the last working span before `at` began, days before if need be."""
    day = at.astimezone(ZoneInfo(zone)).date()
    while True:
        begun = [start for start, _ in hours.spans(zone, day) if start <= at]
        if begun:
            return begun[-1]
        day -= A_DAY


def turn(people: Sequence[PersonId], meetings: Iterable[frozenset[PersonId]]) -> PersonId | None:
    """Whose turn the last of `meetings` is, each told by who is away from it."""
    line: list[PersonId] = []
    found: PersonId | None = None
    for away in meetings:
        found = None
        if away.issuperset(people):
            continue
        skipped: list[PersonId] = []
        while found is None:
            if not line:
                line = list(people)
            first = line.pop(0)
            if first not in away:
                found = first
            elif first not in skipped:
                skipped.append(first)
        line = skipped + line
    return found


def digest_slot(monday: date) -> datetime:
    """When the digest of the week before `monday` is due: at nine in Paris."""
    return datetime.combine(monday, time(9), ZoneInfo(PARIS)).astimezone(UTC)
