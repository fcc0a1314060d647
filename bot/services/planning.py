"""What a request has before it, written down when it changes: timers that the tick finds."""

from sqlalchemy import Connection

from bot.db import timers
from bot.domain.events import Status
from bot.domain.ids import PersonId
from bot.domain.reminders import Timer, planned
from bot.domain.request import Request
from bot.domain.routing import Desk
from bot.services.deps import Deps
from bot.services.desks import calendars_of


def plan(session: Connection, deps: Deps, desk: Desk, request: Request) -> None:
    """Replace the timers of `request` by those of its present state."""
    wanted = timers_of(session, deps, desk, request)
    timers.plan(session, deps.workspace, request.id, wanted, desk.now)


def timers_of(session: Connection, deps: Deps, desk: Desk, request: Request) -> tuple[Timer, ...]:
    """Return every timer of `request` as it stands, past ones included."""
    calendar_of = calendars_of(session, deps, desk.charter, _reminded(request))
    return planned(request, desk.charter, calendar_of)


def _reminded(request: Request) -> tuple[PersonId, ...]:
    if request.status is Status.AWAITING_EVIDENCE:
        return (request.requester,)
    if request.decision:
        owner = request.decision.terms.owner
        return (*request.decision.deciders, *((owner,) if owner else ()))
    return request.awaited or request.route.stewards
