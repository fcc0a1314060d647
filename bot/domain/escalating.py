"""Silence: a request moves on when who decides does not answer. Its clock is never reset.

Source: governance §6, escalation; §3, escalation path.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.charter import SQUAD_ROLES, Charter
from bot.domain.events import EventKind, Status
from bot.domain.ids import PersonId
from bot.domain.referral import steps_above
from bot.domain.request import DECIDABLE, OPEN_STATES, Request
from bot.domain.routing import Desk, Route, Search, finished


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where a request goes next: to other deciders, or to a ritual with the same ones."""

    route: Route
    status: Status


def next_step(request: Request, desk: Desk) -> Step:
    """Return the step above those who are silent, else the ritual of the question.

    With neither, the tie-break decides, then the stewards: never nobody.
    """
    above = None if request.route.is_tie_break else _above(request, desk)
    if above is not None:
        return Step(route=above, status=Status.OPEN)
    if has_ritual(request, desk.charter):
        return Step(route=request.route, status=Status.ON_AGENDA)
    search = _search(request, desk)
    if not request.route.is_tie_break:
        search.break_tie()
    rule = desk.charter.rule(request.content.question)
    return Step(route=finished(search, rule, is_proximity=False), status=Status.OPEN)


def has_ritual(request: Request, charter: Charter) -> bool:
    """Tell whether the charter still has the ritual that answers the request's question."""
    return request.route.ritual is not None and charter.ritual(request.route.ritual) is not None


def _search(request: Request, desk: Desk) -> Search:
    rule = desk.charter.rule(request.content.question)
    silent = request.awaited
    search = Search(desk, request.subject, rule.layer, apart=frozenset(silent))
    for person in silent:
        search.say("silence", person=person)
    return search


def _above(request: Request, desk: Desk) -> Route | None:
    search, route = _search(request, desk), request.route
    rule = desk.charter.rule(request.content.question)
    if route.is_proximity and rule.deciders[0] not in SQUAD_ROLES:
        filled = [search.fill(role) for role in rule.deciders]
        steps = () if any(filled) else rule.above(rule.deciders[0])
    else:
        first = next(iter(request.awaited), PersonId(""))
        steps = steps_above(route, first, rule)
    for role in steps:
        if search.fill(role):
            search.say("step_up", role=role)
            break
    return finished(search, rule, is_proximity=False) if search.mandates else None


def escalate(request: Request, step: Step, *, at: datetime, answer_by: datetime | None) -> Request:
    """Move a request whose deciders are silent to `step`; reminders are counted from `at` on.

    `answer_by` is told to people: when the new deciders should answer, None at a ritual.
    """
    request.require_state(DECIDABLE)
    silent = request.awaited or request.route.stewards
    route = step.route
    is_moved = route.deciders != request.route.deciders
    told = replace(
        request,
        route=replace(route, usual=None) if is_moved else route,
        positions=() if is_moved else request.positions,
        watched_from=at,
    )
    is_ritual = step.status is Status.ON_AGENDA
    details = (
        ("silent", ",".join(silent)),
        ("to", ",".join(route.deciders or route.stewards)),
        ("ritual", route.ritual or "" if is_ritual else ""),
        ("answer_by", answer_by.isoformat() if answer_by else ""),
    )
    return told.moved(EventKind.ESCALATED, step.status, None, at, details=details)


def go_on(request: Request, *, at: datetime) -> Request:
    """Let the clock go on: the evidence that was asked did not come."""
    request.require_state(frozenset({Status.AWAITING_EVIDENCE}))
    resumed = replace(request, pauses=request.ended(at))
    return resumed.moved(EventKind.RESUMED, Status.OPEN, None, at)


def watched(before: Request, after: Request, *, at: datetime) -> Request:
    """Return `after`, its reminders counted from now when it changed hands or came back late.

    Received in time, a mandate follows the clock that runs; received late, its own reminders
    start, and so they do when it is back from a ritual or with its evidence. The due date never
    moves.
    """
    is_new = before.route.deciders != after.route.deciders
    was_elsewhere = before.status in {Status.ON_AGENDA, Status.AWAITING_EVIDENCE}
    is_taken_back = was_elsewhere and after.status is Status.OPEN
    is_late = after.due_at is not None and after.due_at <= at
    if after.status in OPEN_STATES and is_late and (is_new or is_taken_back):
        return replace(after, watched_from=at)
    return after
