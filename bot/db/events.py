"""Events: appended, never changed, each chained to the one before by its hash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from bot.db import codec
from bot.db.errors import NotFound
from bot.db.tables import events, requests
from bot.domain.events import Event
from bot.domain.ids import RequestId, WorkspaceId

START = "0" * 64
"""What the first event of a request is chained to."""

_APPEND = insert(events)


@dataclass(frozen=True, kw_only=True)
class Break:
    """A chain that does not hold. `seq` is the first event in doubt."""

    request: RequestId
    number: int
    seq: int


def append(
    session: Connection, workspace: WorkspaceId, request: RequestId, added: tuple[Event, ...]
) -> None:
    """Add events at the end of a request's chain."""
    if not added:
        return
    previous = _last_hash(session, workspace, request, before=added[0].seq)
    rows = []
    for event in added:
        body = codec.dump_event(event)
        digest = chained(workspace, request, previous, body)
        rows.append(
            {
                "workspace_id": workspace,
                "request_id": request,
                "seq": event.seq,
                "kind": event.kind,
                "at": event.at,
                "body": body,
                "previous_hash": previous,
                "hash": digest,
            }
        )
        previous = digest
    session.execute(_APPEND, rows)


def _last_hash(
    session: Connection, workspace: WorkspaceId, request: RequestId, *, before: int
) -> str:
    if before == 1:
        return START
    found = session.execute(
        select(events.c.hash).where(
            events.c.workspace_id == workspace,
            events.c.request_id == request,
            events.c.seq == before - 1,
        )
    ).scalar()
    return found or START


def chained(workspace: str, request: str, previous: str, body: str) -> str:
    """Return the hash of an event: it covers where it belongs and all that came before."""
    return hashlib.sha256("\n".join((workspace, request, previous, body)).encode()).hexdigest()


def of_request(
    session: Connection, workspace: WorkspaceId, request: RequestId
) -> tuple[Event, ...]:
    """Return what happened to a request, oldest first."""
    bodies = session.execute(
        select(events.c.body)
        .where(events.c.workspace_id == workspace, events.c.request_id == request)
        .order_by(events.c.seq)
    ).scalars()
    return tuple(codec.load_event(body) for body in bodies)


def get(session: Connection, workspace: WorkspaceId, request: RequestId, seq: int) -> Event:
    """Return one event. Raises NotFound."""
    body = session.execute(
        select(events.c.body).where(
            events.c.workspace_id == workspace,
            events.c.request_id == request,
            events.c.seq == seq,
        )
    ).scalar()
    if body is None:
        raise NotFound(f"{request}:{seq}")
    return codec.load_event(body)


def verify(session: Connection, workspace: WorkspaceId) -> Iterator[Break]:
    """Yield the chains that were tampered with: edited, cut, swapped or with holes."""
    known = session.execute(
        select(requests.c.id, requests.c.number, requests.c.body, requests.c.version)
        .where(requests.c.workspace_id == workspace)
        .order_by(requests.c.number)
        .execution_options(yield_per=500)
    )
    for request_id, number, body, version in known:
        expected = codec.load_request(body, version=version).event_count
        doubt = _first_doubt(session, workspace, request_id, expected)
        if doubt:
            yield Break(request=request_id, number=number, seq=doubt)


def _first_doubt(
    session: Connection, workspace: WorkspaceId, request: RequestId, expected: int
) -> int:
    rows = session.execute(
        select(events.c.seq, events.c.body, events.c.previous_hash, events.c.hash)
        .where(events.c.workspace_id == workspace, events.c.request_id == request)
        .order_by(events.c.seq)
    )
    previous, count = START, 0
    for seq, body, before, digest in rows:
        count += 1
        is_whole = digest == chained(workspace, request, previous, body)
        if seq != count or before != previous or not is_whole:
            return count
        previous = digest
    return 0 if count == expected else count + 1
