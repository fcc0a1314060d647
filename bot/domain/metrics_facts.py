"""What the numbers count: one fact per decision, told by the events of its request.

Pure. A request that is reopened and decided again makes two facts. Source: governance §9.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.domain.calendar import Calendar
from bot.domain.charter import Layer, Verdict
from bot.domain.clocks import Pause, TimeToDecide, time_to_decide
from bot.domain.decision import Decision
from bot.domain.events import Event, EventKind
from bot.domain.ids import PersonId, QuestionId, RequestId
from bot.domain.request import Request

COUNTED = frozenset(
    {EventKind.DECIDED, EventKind.DELIVERED, EventKind.REOPENED, EventKind.SUPERSEDED}
)
"""What makes a fact, or changes one."""

DEBT = QuestionId("debt")
"""The question of the charter whose answers give capacity to debt."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A decision as it is counted. `seq` is that of its event.

    `time` is in the company's working hours, the charter's zone. `is_past_date`: decided after
    the day it was needed by. `is_falsely_urgent`: so was an urgent one, and what it feared did not
    come true. `effort_hundredths` is what the decision engages, in hundredths of a person-day; None
    when it engages nothing, or nobody knows. `ended_at` is when it was reopened or superseded.
    `owed_on` is the day its deliverable is due; None when nobody carries one, or when the decision
    ended by that day. Dates are local to the charter's zone.
    """

    request: RequestId
    seq: int
    layer: Layer
    verdict: Verdict
    seats: tuple[str, ...]
    decided_at: datetime
    time: TimeToDecide
    is_referred: bool
    has_evidence: bool
    is_urgent: bool
    is_past_date: bool
    is_falsely_urgent: bool
    is_debt: bool
    effort_hundredths: int | None
    owner: PersonId | None
    due_on: date | None
    owed_on: date | None
    delivered_on: date | None = None
    reopened_at: datetime | None = None
    ended_at: datetime | None = None

    def ended(self, at: datetime, on: date) -> "Fact":
        """Return the fact of a decision that no longer holds from `at` on, the local day `on`."""
        is_owed = self.owed_on is not None and self.owed_on < on
        return replace(self, ended_at=at, owed_on=self.owed_on if is_owed else None)


@dataclass
class _Run:
    """One run of the clock, from filing or reopening on."""

    started_at: datetime
    pauses: list[Pause] = field(default_factory=list)
    is_referred: bool = False

    def take(self, event: Event) -> None:
        match event.kind:
            case EventKind.EVIDENCE_ASKED:
                self.pauses.append(Pause(start=event.at))
            case EventKind.EVIDENCE_GIVEN | EventKind.RESUMED:
                if self.pauses and self.pauses[-1].end is None:
                    self.pauses[-1] = replace(self.pauses[-1], end=event.at)
            case EventKind.REFERRED_UP:
                self.is_referred = True
            case _:
                pass


def facts_of(request: Request, events: Sequence[Event], calendar: Calendar) -> tuple[Fact, ...]:
    """Return one fact per decision of `request`, oldest first; `events` are all of its events."""
    decisions = [*request.past_decisions, *([request.decision] if request.decision else [])]
    facts: list[Fact] = []
    run = _Run(request.submitted_at)
    for event in events:
        match event.kind:
            case EventKind.DECIDED:
                decision = decisions[len(facts)]
                facts.append(_fact(request, event, decision, run, calendar))
            case EventKind.DELIVERED:
                facts[-1] = replace(facts[-1], delivered_on=calendar.local_date(event.at))
            case EventKind.REOPENED:
                ended = facts[-1].ended(event.at, calendar.local_date(event.at))
                facts[-1] = replace(ended, reopened_at=event.at)
                run = _Run(event.at)
            case EventKind.SUPERSEDED:
                facts[-1] = facts[-1].ended(event.at, calendar.local_date(event.at))
            case _:
                run.take(event)
    return tuple(facts)


def _fact(
    request: Request, event: Event, decision: Decision, run: _Run, calendar: Calendar
) -> Fact:
    content, terms = request.content, decision.terms
    needed_by, effort_days = content.needed_by, decision.effort_days
    is_past_date = needed_by is not None and calendar.local_date(event.at) > needed_by
    told = dict(event.details)
    # The first events of all said less: then the request as it is now is the nearest truth.
    layer = Layer(told.get("layer", request.route.layer))
    evidence = told.get("evidence", content.evidence)
    seats = tuple(seat for seat in event.detail("seats").split(",") if seat)
    return Fact(
        request=request.id,
        seq=event.seq,
        layer=layer,
        verdict=terms.verdict,
        seats=seats,
        decided_at=event.at,
        time=time_to_decide(calendar, run.started_at, event.at, run.pauses),
        is_referred=run.is_referred,
        has_evidence=bool(evidence),
        is_urgent=content.is_urgent,
        is_past_date=is_past_date,
        is_falsely_urgent=content.is_urgent and is_past_date and not terms.has_consequence,
        is_debt=content.question == DEBT,
        effort_hundredths=None if effort_days is None else round(100 * effort_days),
        owner=terms.owner,
        due_on=terms.due_on,
        owed_on=terms.due_on if terms.owner else None,
    )
