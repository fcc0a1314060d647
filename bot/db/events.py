"""Events: appended, never changed, each chained to the one before by its hash."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, Row, and_, bindparam, insert, select

from bot.db import codec, counters
from bot.db.errors import NotFound
from bot.db.inserting import parameters
from bot.db.tables import events, requests
from bot.domain.events import Event
from bot.domain.ids import RequestId, WorkspaceId

START = "0" * 64
"""What the first event of a request is chained to."""

_OF_REQUEST = (
    events.c.workspace_id == bindparam("in_workspace"),
    events.c.request_id == bindparam("of"),
)
_HASH = select(events.c.hash).where(*_OF_REQUEST, events.c.seq == bindparam("at_seq"))
_BODIES = select(events.c.body).where(*_OF_REQUEST).order_by(events.c.seq)
_APPEND = insert(events)
_LINKS = (
    select(
        requests.c.id,
        requests.c.number,
        requests.c.version,
        requests.c.status,
        requests.c.body.label("request_body"),
        events.c.seq,
        events.c.kind,
        events.c.at,
        events.c.body,
        events.c.request_digest,
        events.c.previous_hash,
        events.c.hash,
    )
    .select_from(requests)
    .outerjoin(
        events,
        and_(
            events.c.workspace_id == requests.c.workspace_id,
            events.c.request_id == requests.c.id,
        ),
    )
    .where(requests.c.workspace_id == bindparam("in_workspace"))
    .order_by(requests.c.number, events.c.seq)
    .execution_options(yield_per=500)
)
_Link = Row[str, int, int, str, str, int, str, datetime, str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Break:
    """A chain that does not hold. `seq` is the first event in doubt.

    `request` is empty when the request of that number is gone, history and all.
    """

    request: RequestId
    number: int
    seq: int


def append(
    session: Connection,
    workspace: WorkspaceId,
    request: RequestId,
    added: tuple[Event, ...],
    *,
    state: str,
) -> None:
    """Add events at the end of a request's chain; `state` is its whole row after them."""
    if not added:
        return
    after = digest_of(state)
    previous = _last_hash(session, workspace, request, before=added[0].seq)
    rows = []
    for event in added:
        body = codec.dump_event(event)
        digest = chained(workspace, request, previous, f"{after}\n{body}")
        rows.append(
            {
                "workspace_id": workspace,
                "request_id": request,
                "seq": event.seq,
                "kind": event.kind,
                "at": event.at,
                "body": body,
                "request_digest": after,
                "previous_hash": previous,
                "hash": digest,
            }
        )
        previous = digest
    session.execute(_APPEND, parameters(rows))


def _last_hash(
    session: Connection, workspace: WorkspaceId, request: RequestId, *, before: int
) -> str:
    if before == 1:
        return START
    asked = {"in_workspace": workspace, "of": request, "at_seq": before - 1}
    return session.execute(_HASH, asked).scalar() or START


def digest_of(state: str) -> str:
    """Return the SHA-256 of a request's row."""
    return hashlib.sha256(state.encode()).hexdigest()


def chained(workspace: str, request: str, previous: str, body: str) -> str:
    """Return the hash of an event: it covers where it belongs and all that came before."""
    return hashlib.sha256("\n".join((workspace, request, previous, body)).encode()).hexdigest()


def of_request(
    session: Connection, workspace: WorkspaceId, request: RequestId
) -> tuple[Event, ...]:
    """Return what happened to a request, oldest first."""
    bodies = session.execute(_BODIES, {"in_workspace": workspace, "of": request}).scalars()
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
    """Yield what was tampered with, by number: chains edited, cut, swapped or with holes.

    A number whose request is gone is a break without `request`. One statement reads it all, in
    one snapshot: people who work meanwhile raise no alarm.
    """
    # Read first: requests filed from here on have greater numbers.
    last = counters.last(session, workspace, counters.REQUESTS)
    expected = 1
    with session.execute(_LINKS, {"in_workspace": workspace}) as links:
        for number, chain in groupby(links, key=attrgetter("number")):
            yield from _gone(expected, number)
            expected = number + 1
            links_of_one = tuple(chain)
            doubt = _first_doubt(workspace, links_of_one)
            if doubt:
                yield Break(request=RequestId(links_of_one[0].id), number=number, seq=doubt)
    yield from _gone(expected, last + 1)


def _gone(first: int, end: int) -> Iterator[Break]:
    return (Break(request=RequestId(""), number=number, seq=1) for number in range(first, end))


def _first_doubt(workspace: WorkspaceId, links: Sequence[_Link]) -> int:
    """Return the `seq` of the first event in doubt, 0 when the chain holds."""
    request, previous, count = links[0], START, 0
    for link in links:
        if link.seq is None:
            break
        if link.seq != count + 1 or not _holds(workspace, link, previous):
            return count + 1
        previous, count = link.hash, count + 1
    known = _event_count(request)
    if count != known:
        return min(count, known) + 1
    is_whole = links[-1].request_digest == digest_of(request.request_body)
    is_same = codec.load_event(links[-1].body).to_status == request.status
    return 0 if is_whole and is_same else count


def _holds(workspace: WorkspaceId, link: _Link, previous: str) -> bool:
    digest = chained(workspace, link.id, previous, f"{link.request_digest}\n{link.body}")
    if link.previous_hash != previous or link.hash != digest:
        return False
    event = codec.load_event(link.body)
    return (event.seq, event.kind, event.at) == (link.seq, link.kind, link.at)


def _event_count(request: _Link) -> int:
    try:
        return codec.load_request(request.request_body, version=request.version).event_count
    except ValueError:
        return 0
