"""A request as it is exported in JSON. `arbitrage export schema` prints what each field means.

Fields are added, never renamed nor taken away: `FORMAT` changes the day one is.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.domain.charter import Layer, Verdict
from bot.domain.decision import Decision, Option
from bot.domain.events import Event, EventKind, Status
from bot.domain.request import Request

FORMAT = "arbitrage-export/1"

Words = Annotated[str, Field(description="A person's own words; may be empty.")]
PersonRef = Annotated[str, Field(description="A Slack user id.")]
Instant = Annotated[datetime, Field(description="UTC, ISO 8601.")]
Day = Annotated[date, Field(description="A local date of the charter's time zone.")]


@dataclass(frozen=True, kw_only=True)
class ExportedOption:
    """A way to answer the request. `effort_days` is in person-days, null when unknown."""

    label: Words
    impact: Words
    effort_days: float | None
    risk: Words


@dataclass(frozen=True, kw_only=True)
class ExportedDecision:
    """A decision. `option` is the label of the option chosen, null when none was.

    `decided_for` are those whom deciders stood in for. `effort_days` without `cost_confirmed_by`
    is a cost that no tech seat confirmed. `supersedes` is the number of an older request.
    """

    verdict: Verdict
    option: Words | None
    rationale: Words
    effect: Words
    counterpart: Words
    decided_at: Instant
    decided_by: tuple[PersonRef, ...]
    decided_for: tuple[PersonRef, ...]
    is_self_decided: bool
    effort_days: float | None
    cost_confirmed_by: PersonRef | None
    owner: PersonRef | None
    due_on: Day | None
    review_on: Day | None
    shift_to: Day | None
    supersedes: int | None


@dataclass(frozen=True, kw_only=True)
class ExportedEvent:
    """One change. `by` null: the bot. `details` are ids and numbers."""

    seq: int
    kind: EventKind
    at: Instant
    by: PersonRef | None
    on_behalf_of: PersonRef | None
    from_status: Status | None
    to_status: Status
    why: Words
    details: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ExportedRequest:
    """A request as it stands, and all that happened to it, oldest first.

    `question`, `squads` and `impact` are keys of the charter. `decision` is the one in force or
    superseded, null while there is none; `past_decisions` were reopened.
    """

    reference: str
    number: int
    title: Words
    status: Status
    question: str
    layer: Layer
    squads: tuple[str, ...]
    impact: str
    effect: Words
    options: tuple[ExportedOption, ...]
    evidence: Words
    needed_by: Day | None
    consequence: Words
    dependencies: Words
    debt_frame: Words
    requester: PersonRef
    deciders: tuple[PersonRef, ...]
    consulted: tuple[PersonRef, ...]
    channel: str
    source_url: str | None
    submitted_at: Instant
    due_at: Instant | None
    decision: ExportedDecision | None
    past_decisions: tuple[ExportedDecision, ...]
    superseded_by: int | None
    events: tuple[ExportedEvent, ...]


@dataclass(frozen=True, kw_only=True)
class ExportedRecord:
    """The whole file."""

    format: str
    requests: tuple[ExportedRequest, ...]


@cache
def _one() -> TypeAdapter[ExportedRequest]:
    return TypeAdapter(ExportedRequest)


def schema() -> str:
    """Return the JSON Schema of the whole file."""
    made = TypeAdapter(ExportedRecord).json_schema(mode="serialization")
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def as_json(lives: Iterable[tuple[Request, tuple[Event, ...]]]) -> Iterator[str]:
    """Yield the file piece by piece, one request a line: two exports differ where they differ."""
    yield f'{{"format": "{FORMAT}", "requests": ['
    separator = "\n"
    for request, events in lives:
        yield separator + _one().dump_json(exported(request, events)).decode()
        separator = ",\n"
    yield "\n]}\n"


def exported(request: Request, events: tuple[Event, ...]) -> ExportedRequest:
    """Return a request as it is exported."""
    content = request.content
    return ExportedRequest(
        reference=request.reference,
        number=request.number,
        title=content.title,
        status=request.status,
        question=content.question,
        layer=request.route.layer,
        squads=content.squads,
        impact=content.impact,
        effect=content.effect,
        options=tuple(_option(option) for option in content.options),
        evidence=content.evidence,
        needed_by=content.needed_by,
        consequence=content.consequence,
        dependencies=content.dependencies,
        debt_frame=content.debt_frame,
        requester=request.requester,
        deciders=request.route.deciders,
        consulted=request.route.consulted,
        channel=request.channel,
        source_url=request.source.permalink if request.source else None,
        submitted_at=request.submitted_at,
        due_at=request.due_at,
        decision=_decision(request, request.decision) if request.decision else None,
        past_decisions=tuple(_decision(request, past) for past in request.past_decisions),
        superseded_by=request.superseded_by,
        events=tuple(_event(event) for event in events),
    )


def _option(option: Option) -> ExportedOption:
    return ExportedOption(
        label=option.label, impact=option.impact, effort_days=option.effort_days, risk=option.risk
    )


def _decision(request: Request, decision: Decision) -> ExportedDecision:
    terms = decision.terms
    chosen = request.content.options[terms.option].label if terms.option is not None else None
    stood_in_for = (position.on_behalf_of for position in decision.positions)
    return ExportedDecision(
        verdict=terms.verdict,
        option=chosen,
        rationale=terms.rationale,
        effect=terms.effect,
        counterpart=terms.counterpart,
        decided_at=decision.decided_at,
        decided_by=decision.deciders,
        decided_for=tuple(person for person in stood_in_for if person),
        is_self_decided=decision.is_self_decided,
        effort_days=decision.effort_days,
        cost_confirmed_by=decision.cost_confirmed_by,
        owner=terms.owner,
        due_on=terms.due_on,
        review_on=terms.review_on,
        shift_to=terms.shift_to,
        supersedes=terms.supersedes,
    )


def _event(event: Event) -> ExportedEvent:
    return ExportedEvent(
        seq=event.seq,
        kind=event.kind,
        at=event.at,
        by=event.by,
        on_behalf_of=event.on_behalf_of,
        from_status=event.from_status,
        to_status=event.to_status,
        why=event.why,
        details=dict(event.details),
    )
