"""Absences as they begin and end: open requests follow to who stands in, and come back.

Source: governance §3, nobody is there.
"""

from functools import partial

from bot.db import lists, people, requests, timers
from bot.domain.ids import PersonId, RequestId
from bot.domain.relief import hand_back, hand_over
from bot.domain.reminders import Timer, TimerKind
from bot.domain.request import Request
from bot.domain.routing import Desk
from bot.services.changes import apply
from bot.services.deps import Deps
from bot.services.desks import desk_of
from bot.services.schedule.guarding import all_done, each_due


def hand_requests_over(deps: Deps) -> int:
    """Give what absent people decide to those who stand in; return how many absences began."""
    return each_due(deps, {TimerKind.ABSENCE_START}, _start)


def hand_requests_back(deps: Deps) -> int:
    """Give people who are back what they usually decide; return how many absences ended."""
    return each_due(deps, {TimerKind.ABSENCE_END}, _end)


def _start(deps: Deps, timer: Timer) -> bool:
    person = timer.person or PersonId("")
    with deps.read() as session:
        is_declared = people.absence(session, deps.workspace, _absence_of(timer)) is not None
        found = requests.with_part(session, deps.workspace, person, lists.DECIDER)
    if is_declared:
        all_done(found, lambda request: _move(deps, request, partial(_hand_over, person)))
    return _done(deps, timer)


def _end(deps: Deps, timer: Timer) -> bool:
    person = timer.person or PersonId("")
    with deps.read() as session:
        found = requests.with_part(session, deps.workspace, person, requests.USUAL)
    all_done(found, lambda request: _move(deps, request, partial(_hand_back, person)))
    return _done(deps, timer)


def _hand_over(person: PersonId, request: Request, desk: Desk) -> Request:
    is_away = not desk.presence.is_present(person, desk.now)
    return hand_over(request, person, desk) if is_away else request


def _hand_back(person: PersonId, request: Request, desk: Desk) -> Request:
    return hand_back(request, person, desk)


def _move(deps: Deps, request: RequestId, move: "partial[Request]") -> None:
    with deps.begin() as session:
        apply(session, deps, desk_of(session, deps), request, move)
    deps.wake()


def _done(deps: Deps, timer: Timer) -> bool:
    """Take the timer once all is moved: a crash before it does the rest again, once each."""
    with deps.begin() as session:
        return timers.fire(session, deps.workspace, timer.key, deps.now())


def _absence_of(timer: Timer) -> str:
    return timer.key.partition(":")[2]
