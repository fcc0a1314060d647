"""Silence: what nobody answers moves on along the charter's path, or loses its object.

Source: governance §6, §3 escalation path, §5 states.
"""

from datetime import datetime

from sqlalchemy import Connection

from bot.db import requests, timers
from bot.domain.escalating import Step, escalate, go_on, next_step
from bot.domain.events import EventKind, Status
from bot.domain.ids import RequestId
from bot.domain.reminders import Timer, TimerKind, caught_up
from bot.domain.request import Request
from bot.domain.routing import Desk, route
from bot.services.changes import apply
from bot.services.deps import Deps
from bot.services.desks import Clock, desk_of, due_date
from bot.services.planning import timers_of
from bot.services.schedule.guarding import each_due


class NobodyYet(Exception):
    """Nobody of the charter is known: it is tried again, and told."""


def escalate_silent(deps: Deps) -> int:
    """Move on the requests whose deciders, or requester, were silent; return how many."""
    return each_due(deps, {TimerKind.ESCALATION}, _escalate)


def expire_stale(deps: Deps) -> int:
    """Close the requests that nobody decided for so long that they lost their object."""
    return each_due(deps, {TimerKind.EXPIRY}, _expire)


def plan_requests(deps: Deps) -> int:
    """Plan anew the requests that an upgrade or another charter left to plan; return how many."""
    return each_due(deps, {TimerKind.PLAN}, _plan)


def _escalate(deps: Deps, timer: Timer) -> bool:
    with deps.begin() as session:
        desk = desk_of(session, deps)
        request = _due_request(session, deps, desk, timer)
        if request is None:
            return False
        if not request.route.mandates and not request.route.stewards:
            return _find_somebody(session, deps, desk, request)
        if request.status is Status.AWAITING_EVIDENCE:
            apply(session, deps, desk, request.id, lambda r, d: go_on(r, at=d.now))
        else:
            step = next_step(request, desk)
            by = answer_by(session, deps, desk, request, step)
            apply(
                session,
                deps,
                desk,
                request.id,
                lambda r, d: escalate(r, step, at=d.now, answer_by=by),
            )
    deps.wake()
    return True


def _find_somebody(session: Connection, deps: Deps, desk: Desk, request: Request) -> bool:
    """Route anew a request filed while nobody of the charter was known. Raises NobodyYet."""
    found = route(request.subject, desk)
    if not found.mandates and not found.stewards:
        raise NobodyYet(request.reference)
    apply(
        session,
        deps,
        desk,
        request.id,
        lambda r, d: r.rerouted(EventKind.REROUTED, found, by=None, at=d.now),
    )
    return True


def answer_by(
    session: Connection, deps: Deps, desk: Desk, request: Request, step: Step
) -> datetime | None:
    """Return when the deciders of `step` should answer, None when they meet for it."""
    if step.status is Status.ON_AGENDA or not step.route.mandates:
        return None
    clock = Clock(started_at=desk.now)
    is_urgent = request.content.is_urgent
    return due_date(session, deps, desk, step.route, is_urgent=is_urgent, clock=clock)


def _expire(deps: Deps, timer: Timer) -> bool:
    with deps.begin() as session:
        desk = desk_of(session, deps)
        request = _due_request(session, deps, desk, timer)
        if request is None:
            return False
        apply(session, deps, desk, request.id, lambda r, d: r.expire(at=d.now))
    deps.wake()
    return True


def _due_request(session: Connection, deps: Deps, desk: Desk, timer: Timer) -> Request | None:
    """Take a timer and return its request; None when it moved, or another replica has it.

    What it says is asked again of the request as it stands.
    """
    key = timer.request or RequestId("")
    request = requests.get_for_update(session, deps.workspace, key)
    wanted = timers_of(session, deps, desk, request)
    current = next((found for found in wanted if found.key == timer.key), None)
    if current is None:
        timers.drop(session, deps.workspace, timer.key)
        return None
    if current.due_at > desk.now:
        timers.put_off(session, deps.workspace, timer, current.due_at)
        return None
    return request if timers.fire(session, deps.workspace, timer.key, desk.now) else None


def _plan(deps: Deps, timer: Timer) -> bool:
    with deps.begin() as session:
        key = timer.request or RequestId("")
        request = requests.get_for_update(session, deps.workspace, key)
        desk = desk_of(session, deps)
        wanted = timers_of(session, deps, desk, request)
        ahead = caught_up(wanted, desk.charter.calendar, desk.now)
        timers.catch_up(session, deps.workspace, request.id, ahead)
        timers.fire(session, deps.workspace, timer.key, desk.now)
    return True
