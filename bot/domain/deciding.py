"""Ending a request: decide it, and later reopen or supersede the decision.

Each move returns a new request with its event, or raises a `DomainError`. Source: governance §5.
"""

from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors
from bot.domain.decision import Decision, Position, Terms, check_terms, effort_of, settled_terms
from bot.domain.events import EventKind, Status
from bot.domain.follow_up import NOTHING_YET
from bot.domain.ids import PersonId
from bot.domain.request import DECIDABLE, Request, require_text
from bot.domain.routing import Route


def decide(
    request: Request, by: PersonId, terms: Terms, *, at: datetime, today: date, tie_break: Route
) -> Request:
    """Record the answer of `by`.

    Alone, it is the decision. With a co-decider it is a position until the other one answers:
    then a decision when they agree, else a split that goes to `tie_break`. `today` is local to
    the charter's zone.
    """
    request.require_decider(by, DECIDABLE)
    request.require_unanswered(by)
    check_terms(terms, asked=request.asked_verdict, options=request.content.options, today=today)
    mandate = request.route.mandate_of(by)
    position = Position(
        by=by, on_behalf_of=mandate.on_behalf_of if mandate else None, at=at, terms=terms
    )
    told = replace(request, positions=(*request.positions, position))
    if told.awaited:
        details = (("verdict", terms.verdict), ("awaited", ",".join(told.awaited)))
        return told.moved(EventKind.POSITION_GIVEN, request.status, by, at, details=details)
    if all(terms.agrees_with(p.terms) for p in told.positions):
        return _settle(told, by, at)
    return _split(told, by, at, tie_break)


def reopen(request: Request, by: PersonId, why: str, *, route: Route, at: datetime) -> Request:
    """Open a decided request again, by `route`; the decision is kept with the past ones."""
    request.require_state(frozenset({Status.DECIDED}))
    request.require_concerned(by)
    require_text(why)
    past = (
        (*request.past_decisions, request.decision) if request.decision else request.past_decisions
    )
    opened = replace(
        request,
        decision=None,
        past_decisions=past,
        route=route,
        clock_from=at,
        watched_from=None,
        pauses=(),
        positions=(),
        follow_up=NOTHING_YET,
    )
    details = (("to", ",".join(route.deciders or route.stewards)),)
    return opened.moved(EventKind.REOPENED, Status.OPEN, by, at, why=why, details=details)


def supersede(request: Request, by: PersonId, newer: int, *, at: datetime) -> Request:
    """Mark the decision as replaced by that of request number `newer`."""
    request.require_state(frozenset({Status.DECIDED}))
    if request.decision is None or by not in {*request.decision.deciders, *request.route.deciders}:
        raise errors.CannotSupersede(number=str(request.number))
    replaced = replace(request, superseded_by=newer)
    details = (("newer", str(newer)),)
    return replaced.moved(EventKind.SUPERSEDED, Status.SUPERSEDED, by, at, details=details)


def _settle(request: Request, by: PersonId, at: datetime) -> Request:
    terms = settled_terms(request.positions)
    confirmed = {c.option: c.by for c in request.confirmations}
    decision = Decision(
        terms=terms,
        decided_at=at,
        positions=request.positions,
        is_self_decided=by == request.requester,
        effort_days=effort_of(terms, request.content.options),
        cost_confirmed_by=None if terms.option is None else confirmed.get(terms.option),
    )
    decided = replace(request, decision=decision, positions=(), due_at=None)
    details = (("verdict", terms.verdict), *_measured(request, terms))
    return decided.moved(
        EventKind.DECIDED, Status.DECIDED, by, at, why=terms.rationale, details=details
    )


def _measured(request: Request, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Return what the numbers need of a request as it is decided: later it may change."""
    mandates = (request.route.mandate_of(position.by) for position in request.positions)
    seats = [seat.name for mandate in mandates if mandate for seat in mandate.seats]
    return (
        ("layer", request.route.layer),
        ("seats", ",".join(dict.fromkeys(seats))),
        ("evidence", "yes" if request.content.evidence else ""),
        ("consequence", "yes" if terms.has_consequence else ""),
    )


def _split(request: Request, by: PersonId, at: datetime, tie_break: Route) -> Request:
    meets = tie_break.deciders == request.route.deciders
    told = replace(
        request, splits=(*request.splits, request.positions), positions=(), route=tie_break
    )
    status = Status.ON_AGENDA if meets else Status.OPEN
    details = (("ritual", tie_break.ritual or ""), ("to", ",".join(tie_break.deciders)))
    return told.moved(EventKind.SPLIT, status, by, at, details=details)
