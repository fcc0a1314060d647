"""What the moves of a request change in agendas: they follow, until they are frozen.

Called inside the transaction of the move. Source: governance §7.
"""

from datetime import timedelta

from sqlalchemy import Connection

from bot.db import outbox
from bot.db import rituals as rows
from bot.domain import rituals_posts
from bot.domain.charter import Charter, Ritual
from bot.domain.events import Status
from bot.domain.posts import Post
from bot.domain.request import Request
from bot.domain.rituals import AGENDA_BEFORE, Occurrence, Stage
from bot.domain.routing import Desk
from bot.services import rituals
from bot.services.deps import Deps


def follow(session: Connection, deps: Deps, desk: Desk, before: Request, after: Request) -> None:
    """Rewrite the agendas that show a request, and note its outcome where it is being treated."""
    cause = f"{after.id}:{after.event_count}"
    told: list[Post] = []
    for running in rows.running(session, deps.workspace):
        told += _outcome(session, deps, desk.charter, running, after, cause)
    shown = {r.route.ritual for r in (before, after) if r.status is Status.ON_AGENDA}
    for ritual in desk.charter.rituals:
        if ritual.id in shown:
            told += _agenda(session, deps, desk, ritual, cause)
    outbox.add(session, deps.workspace, tuple(told), at=desk.now)


def _outcome(
    session: Connection,
    deps: Deps,
    charter: Charter,
    running: Occurrence,
    request: Request,
    cause: str,
) -> list[Post]:
    noted = running.follow(request)
    ritual = charter.ritual(running.ritual)
    if noted == running or ritual is None:
        return []
    rows.save(session, deps.workspace, noted)
    return [rituals_posts.run_update(noted, rituals.room(deps, ritual), cause)]


def _agenda(session: Connection, deps: Deps, desk: Desk, ritual: Ritual, cause: str) -> list[Post]:
    """Return the rewriting of the next agenda, when it was posted or is being."""
    held = next_agenda(session, deps, desk, ritual)
    if held is None:
        return []
    room = rituals.room(deps, ritual)
    until = held.starts_at if held.starts_at > desk.now else held.ends_at
    return [rituals_posts.agenda_update(held, room, cause, until=until)]


def next_agenda(session: Connection, deps: Deps, desk: Desk, ritual: Ritual) -> Occurrence | None:
    """Return the next occurrence when its agenda is out, or due, and not frozen yet.

    One that people have not started at its time is still the next, until it would be over.
    """
    start = desk.now - ritual.duration + timedelta(microseconds=1)
    end = desk.now + rituals.AHEAD
    held = rituals.occurrences(session, deps, desk.charter, ritual, start=start, end=end)
    found = next((o for o in held if o.stage is Stage.PLANNED), None)
    if found is None or found.is_frozen:
        return None
    if found.starts_at - AGENDA_BEFORE <= desk.now:
        return found
    # Moved later after its agenda was posted.
    place = rows.place(session, deps.workspace, (found.ritual, found.slot), rows.AGENDA)
    return found if place else None
