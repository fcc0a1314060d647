"""What people answer to reminders: delivered, later, held, not now.

Each function is one transaction; `key` names the click it comes from.
"""

from datetime import datetime, timedelta

from bot.db import requests, timers
from bot.db.errors import NotFound
from bot.domain import following
from bot.domain.calendar import add_working
from bot.domain.errors import AlreadySnoozed, NotYours
from bot.domain.ids import PersonId, RequestId
from bot.domain.reminders import SNOOZABLE, is_still_due, snoozed
from bot.domain.request import Request
from bot.services import prompts
from bot.services.changes import change
from bot.services.deps import Deps
from bot.services.desks import calendars_of, desk_of

PUT_OFF_FOR = timedelta(hours=4)
"""How much working time a snoozed reminder waits."""


def deliver(deps: Deps, request: RequestId, by: PersonId, *, key: str) -> Request:
    """Record that what was decided is delivered."""
    return change(deps, request, lambda r, desk: following.deliver(r, by, at=desk.now), key=key)


def delay(deps: Deps, request: RequestId, by: PersonId, *, key: str) -> Request:
    """Record that the deliverable comes later; it is asked again in a week."""
    return change(deps, request, lambda r, desk: following.delay(r, by, at=desk.now), key=key)


def hold(deps: Deps, request: RequestId, by: PersonId, *, key: str) -> Request:
    """Record that the decision held."""
    return change(deps, request, lambda r, desk: following.hold(r, by, at=desk.now), key=key)


def snooze(deps: Deps, timer: str, by: PersonId) -> datetime | None:
    """Put one reminder off by half a working day; return until when, None when it is moot.

    That one, once; the next ones come at their time. Raises NotFound, NotYours, AlreadySnoozed.
    """
    with deps.begin() as session:
        known = timers.get(session, deps.workspace, timer)
        if known is None or known.kind not in SNOOZABLE or known.request is None:
            raise NotFound(timer)
        if known.person != by:
            raise NotYours
        if known.is_snoozed:
            raise AlreadySnoozed
        desk = desk_of(session, deps)
        request = requests.get(session, deps.workspace, known.request)
        if not is_still_due(known.kind, by, request, desk.charter):
            return None
        calendar = calendars_of(session, deps, desk.charter, (by,))(by)
        until = calendar.next_open(add_working(calendar, desk.now, PUT_OFF_FOR))
        if not timers.add(session, deps.workspace, (snoozed(known, until),)):
            raise AlreadySnoozed
        prompts.snooze(session, deps, request.id, timer)
    deps.wake()
    return until
