"""The weekly digest: what was decided, what waits, and whether the governance holds.

Source: product §4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.agenda import Coming
from bot.domain.bypass import Counted
from bot.domain.calendar import Calendar
from bot.domain.charter import Charter, Layer
from bot.domain.ids import ChannelId, ImpactId, PersonId, SquadId
from bot.domain.metrics import LEAST, Period, Rate, Share, Spread, Timing
from bot.domain.posts import Post, PostKind
from bot.domain.summary import Sheet, Summary

SHOWN_DECIDED, SHOWN_LATE, SHOWN_DUE = 30, 10, 10
"""How many lines of each a digest shows; beyond, it says how many more there are."""

WEEKS = 8
"""How many weeks the curve shows."""

USEFUL_FOR = timedelta(hours=24)
"""A digest that could not be posted within a day is not posted: the journal has it all."""

TO_OPEN = timedelta(hours=1)
"""When that day ends out of hours, it may still be posted in their first hour."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """`person` gets a digest by direct message, about `squads` (all of them when empty)."""

    person: PersonId
    squads: tuple[SquadId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a digest is for: a channel or a person. Exactly one is set."""

    channel: ChannelId | None = None
    person: PersonId | None = None

    @property
    def name(self) -> str:
        """What it is called where what was covered is kept."""
        return f"channel:{self.channel}" if self.channel else f"person:{self.person}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """The decisions that serve one impact: how many, and the latest of them in full."""

    impact: ImpactId
    count: int
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week of the curve. `medians` are of elapsed time, with their n."""

    starts_on: date
    filed: int
    decided: int
    medians: Mapping[Layer, Spread]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Everything a digest says. `period` is what it covers; `times` and `shares` look back on
    six weeks. `bypasses` are those of the period, in the whole company: they have no squad. `names`
    are what people go by: a digest that mentioned them would call them every week. `is_breathless`:
    no debt was decided for two cycles, in the whole company.
    """

    period: Period
    charter: Charter
    squads: tuple[SquadId, ...]
    filed: int
    decided: int
    groups: tuple[Group, ...]
    open_count: int
    late_count: int
    late: tuple[Summary, ...]
    due_count: int
    due: tuple[Sheet, ...]
    times: Mapping[Timing, Mapping[Layer, Spread]]
    shares: Mapping[Rate, Share]
    weeks: tuple[Week, ...]
    bypasses: Counted = field(default_factory=Counted)
    meetings: tuple[Coming, ...] = ()
    is_breathless: bool = False
    names: Mapping[PersonId, str] = field(default_factory=dict)

    @property
    def people(self) -> frozenset[PersonId]:
        """Everybody the digest names."""
        sheets = [*(sheet for group in self.groups for sheet in group.sheets), *self.due]
        decisions = [
            decision
            for sheet in sheets
            for decision in (sheet.request.decision, *sheet.request.past_decisions[-1:])
            if decision
        ]
        carriers = (decision.terms.owner for decision in decisions)
        hosts = (meeting.facilitator for meeting in self.meetings)
        deciders = (person for decision in decisions for person in decision.deciders)
        return frozenset(filter(None, (*deciders, *carriers, *hosts)))

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing a reader should know of."""
        told = (self.filed, self.decided, self.late_count, self.due_count)
        return not any((*told, self.bypasses.tally.bypasses))


def share_out(counts: tuple[tuple[ImpactId, int], ...], places: int) -> dict[ImpactId, int]:
    """Return how many lines each impact gets: in turn, one each, until no place is left."""
    given = dict.fromkeys((impact for impact, _ in counts), 0)
    while places:
        hungry = [impact for impact, count in counts if given[impact] < count][:places]
        if not hungry:
            break
        for impact in hungry:
            given[impact] += 1
        places -= len(hungry)
    return given


def since_the_first(weeks: tuple[Week, ...]) -> tuple[Week, ...]:
    """Return the weeks from the first one that saw a request on: before, nobody was counting.

    Source: governance §9: the curve starts at the installation.
    """
    first = next((n for n, week in enumerate(weeks) if week.filed or week.decided), len(weeks))
    return weeks[first:]


def comparable_weeks(weeks: tuple[Week, ...]) -> tuple[tuple[Week, ...], tuple[Layer, ...]]:
    """Return the latest weeks of which some layers have a trend worth drawing, and those layers.

    A point stands on five decisions at least; a curve has two points. Source: governance §9.
    """
    for first in range(len(weeks) - 1):
        kept = weeks[first:]
        layers = tuple(layer for layer in Layer if all(_is_enough(w, layer) for w in kept))
        if layers:
            return kept, layers
    return (), ()


def _is_enough(week: Week, layer: Layer) -> bool:
    spread = week.medians.get(layer)
    return spread is not None and spread.n >= LEAST


def post_of(target: Target, period: Period, calendar: Calendar, now: datetime) -> Post:
    """Return the post of a digest: its key is its end, whoever queues it.

    `calendar` is its reader's: it waits for their hours, and is late when it misses the first.
    """
    day_after = calendar.next_open(now) + USEFUL_FOR
    open_until = calendar.next_open(day_after)
    return Post(
        kind=PostKind.DIGEST,
        key=key_of(target, period.end),
        channel=target.channel,
        person=target.person,
        expected_at=calendar.next_open(period.end),
        useful_until=open_until if open_until == day_after else open_until + TO_OPEN,
        in_hours=True,
        details=(("end", period.end.isoformat()), ("start", period.start.isoformat())),
    )


def key_of(target: Target, end: datetime) -> str:
    """Return the natural key of the digest that ends at `end`."""
    return f"digest:{target.channel or target.person}:{end.isoformat()}"


def period_of(post: Post) -> Period:
    """Return what the digest of `post` covers."""
    start, end = (datetime.fromisoformat(post.detail(name)) for name in ("start", "end"))
    return Period(start=start, end=end)
