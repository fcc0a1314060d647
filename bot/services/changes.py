"""Every move on a request that exists: read it, ask the domain, save, queue what must be said."""

from collections.abc import Callable

from sqlalchemy import Connection

from bot.db import outbox, received, requests
from bot.domain import posts
from bot.domain.escalating import watched
from bot.domain.ids import RequestId
from bot.domain.request import Request
from bot.domain.routing import Desk
from bot.services import homes, metrics, prompts
from bot.services.deps import Deps
from bot.services.desks import desk_of, with_deadline
from bot.services.planning import plan
from bot.services.rituals_follow import follow

Move = Callable[[Request, Desk], Request]


def change(deps: Deps, request_id: RequestId, move: Move, *, key: str) -> Request:
    """Apply `move` and return the request as saved.

    `key` names the click or submission: a resend changes nothing and returns the request as it
    is. Raises what `move` raises; then nothing is kept, not even the key.
    """
    with deps.begin() as session:
        if not received.first_time(session, deps.workspace, key, deps.now()):
            return requests.get(session, deps.workspace, request_id)
        saved = apply(session, deps, desk_of(session, deps), request_id, move)
    deps.wake()
    return saved


def apply(
    session: Connection, deps: Deps, desk: Desk, request_id: RequestId, move: Move
) -> Request:
    """Apply `move` inside a transaction that is already open; plan anew what the request awaits.

    A move that did nothing saves nothing.
    """
    request = requests.get_for_update(session, deps.workspace, request_id)
    moved = move(request, desk)
    if not moved.pending:
        return request
    moved = watched(request, with_deadline(session, deps, desk, moved), at=desk.now)
    saved = requests.save(session, moved, before=request)
    follow(session, deps, desk, request, saved)
    plan(session, deps, desk, saved)
    metrics.keep(session, desk.charter.calendar, saved, moved.pending)
    outbox.add(session, deps.workspace, posts.about(moved), at=desk.now)
    prompts.follow_request(session, deps, desk.charter, saved)
    homes.follow(session, deps, request, saved)
    return saved
