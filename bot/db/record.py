"""The whole record, read in order, a batch at a time: its size does not matter."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, bindparam, select

from bot.db import codec
from bot.db.tables import events, requests
from bot.domain.events import Event
from bot.domain.ids import WorkspaceId
from bot.domain.request import Request

BATCH = 200

Life = tuple[Request, tuple[Event, ...]]
"""A request and all that happened to it, oldest first."""

_REQUESTS = (
    select(requests.c.id, requests.c.number, requests.c.version, requests.c.body)
    .where(
        requests.c.workspace_id == bindparam("in_workspace"),
        requests.c.number > bindparam("after"),
    )
    .order_by(requests.c.number)
    .limit(BATCH)
)
_EVENTS = (
    select(events.c.request_id, events.c.body)
    .where(
        events.c.workspace_id == bindparam("in_workspace"),
        events.c.request_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(events.c.request_id, events.c.seq)
)


def lives(session: Connection, workspace: WorkspaceId) -> Iterator[Life]:
    """Yield every request of a workspace with its events, by number."""
    after = 0
    while batch := batch_after(session, workspace, after):
        yield from batch
        after = batch[-1][0].number


def batch_after(session: Connection, workspace: WorkspaceId, after: int) -> tuple[Life, ...]:
    """Return the next requests after the number `after`, with their events; empty at the end."""
    given = {"in_workspace": workspace, "after": after}
    rows = session.execute(_REQUESTS, given).all()
    told = session.execute(_EVENTS, {"in_workspace": workspace, "ids": [row.id for row in rows]})
    happened = {
        request: tuple(codec.load_event(row.body) for row in found)
        for request, found in groupby(told, key=attrgetter("request_id"))
    }
    return tuple(
        (codec.load_request(row.body, version=row.version), happened.get(row.id, ()))
        for row in rows
    )
