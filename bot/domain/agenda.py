"""The agenda of an occurrence: what is asked of it, in order, in the time there is.

Pure. Source: governance §7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.charter import Charter, Ritual
from bot.domain.events import EventKind, Status
from bot.domain.ids import PersonId, RequestId, RitualId
from bot.domain.request import Request
from bot.domain.rituals import Item, Occurrence

MOST_ITEMS = 20
"""How many items a message shows with their buttons."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A request to treat. `is_overdue`: late by the time people meet. `carried`: how often."""

    request: Request
    is_overdue: bool
    carried: int = 0

    @property
    def is_split(self) -> bool:
        """Tell whether two deciders disagreed: both positions are shown side by side."""
        return bool(self.request.splits) and self.request.route.is_tie_break


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """A request that does not answer the ritual's question.

    `ritual` is the one that answers it; None when its deciders settle it in its thread.
    """

    request: Request
    ritual: RitualId | None


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What is treated, what does not fit in the time, and what is refused and sent elsewhere."""

    entries: tuple[Entry, ...] = ()
    left_out: tuple[Entry, ...] = ()
    misfits: tuple[Misfit, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """The entries as an occurrence keeps them."""
        return tuple(Item(request=e.request.id, number=e.request.number) for e in self.entries)


@dataclass(frozen=True, kw_only=True)
class AgendaSheet:
    """Everything that messages about an occurrence show.

    `charter` is seated. `requests` are those of the frozen items. `urls` are cards' permalinks.
    `facilitator` is None when nobody of the list is there. `url` is the agenda's own permalink.
    `next_at` is when the following occurrence starts.
    """

    charter: Charter
    ritual: Ritual
    occurrence: Occurrence
    facilitator: PersonId | None
    agenda: Agenda
    requests: Mapping[RequestId, Request]
    urls: Mapping[RequestId, str]
    url: str | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Coming:
    """The next occurrence of a ritual, for one reader. `url` is its agenda's permalink."""

    ritual: Ritual
    occurrence: Occurrence
    facilitator: PersonId | None
    may_run: bool
    may_arrange: bool
    url: str | None = None


def answers(ritual: Ritual, request: Request, charter: Charter) -> bool:
    """Tell whether `ritual` answers the request: it takes the question, or breaks the tie."""
    breaks_ties = request.route.is_tie_break and charter.tie_break.ritual == ritual.id
    return breaks_ties or request.content.question in ritual.takes


def ritual_for(request: Request, charter: Charter) -> RitualId | None:
    """Return the ritual that answers the request by the charter in force, None when none does."""
    if request.route.is_tie_break and charter.tie_break.ritual:
        return charter.tie_break.ritual
    question = request.content.question
    ruled = next((rule.ritual for rule in charter.rules if rule.question == question), None)
    ritual = charter.ritual(ruled) if ruled else None
    return ritual.id if ritual and answers(ritual, request, charter) else None


def build(
    ritual: Ritual,
    charter: Charter,
    asked: Iterable[Request],
    *,
    meets_at: datetime,
    carried: Mapping[RequestId, int] | None = None,
) -> Agenda:
    """Return the agenda made of the requests sent to `ritual`, splits and carried over included.

    Ordered by overdue, impact, age; what does not fit in the ritual's time is left out, and said.
    """
    waiting = [
        request
        for request in asked
        if request.status is Status.ON_AGENDA and request.route.ritual == ritual.id
    ]
    misfits = tuple(
        Misfit(request=request, ritual=ritual_for(request, charter))
        for request in waiting
        if not answers(ritual, request, charter)
    )
    entries = [
        Entry(
            request=request,
            is_overdue=request.due_at is not None and request.due_at < meets_at,
            carried=(carried or {}).get(request.id, 0),
        )
        for request in waiting
        if answers(ritual, request, charter)
    ]
    entries.sort(key=lambda entry: _pressing(entry, charter))
    room = min(ritual.duration // ritual.item, MOST_ITEMS)
    return Agenda(entries=tuple(entries[:room]), left_out=tuple(entries[room:]), misfits=misfits)


def sent_elsewhere(request: Request, to: RitualId | None, *, at: datetime) -> Request:
    """Send a request to the ritual that answers it, or back to its thread when none does."""
    request.require_state(frozenset({Status.ON_AGENDA}))
    details = (("from", request.route.ritual or ""), ("ritual", to or ""))
    told = replace(request, route=replace(request.route, ritual=to))
    if to is None:
        return told.moved(EventKind.BACK_FROM_RITUAL, Status.OPEN, None, at, details=details)
    return told.moved(EventKind.SENT_TO_RITUAL, Status.ON_AGENDA, None, at, details=details)


def _pressing(entry: Entry, charter: Charter) -> tuple[bool, int, datetime, int]:
    request = entry.request
    return (not entry.is_overdue, rank(request, charter), request.submitted_at, request.number)


def rank(request: Request, charter: Charter) -> int:
    """Return how high the impact of a request stands: the North Star, then the charter's order."""
    ordered = sorted(charter.impacts, key=lambda impact: not impact.is_north_star)
    known = [impact.id for impact in ordered]
    impact = request.content.impact
    return known.index(impact) if impact in known else len(known)
