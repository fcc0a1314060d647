"""Requests: filed once, saved by compare-and-set."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from sqlalchemy import (
    Connection,
    Insert,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from bot.db import codec, counters, events, search_words
from bot.db.decisions import kept_squads
from bot.db.errors import NotFound, StaleRequest
from bot.db.inserting import Row, insert_once, parameters
from bot.db.lists import CONSULTED, DECIDER, STEWARD
from bot.db.tables import request_people, request_squads, requests
from bot.domain.charter import Layer
from bot.domain.events import Status
from bot.domain.ids import ImpactId, PersonId, RequestId, SquadId, WorkspaceId
from bot.domain.request import Request

USUAL = "usual"
# Built once: building a statement costs more than running it.
_BODY = select(requests.c.body, requests.c.version).where(
    requests.c.workspace_id == bindparam("in_workspace")
)
_BY_ID = _BODY.where(requests.c.id == bindparam("key"))
_MANY = _BODY.where(requests.c.id.in_(bindparam("keys", expanding=True)))
_BY_ID_LOCKED = _BY_ID.with_for_update()
_BY_KEY = _BODY.where(requests.c.source_key == bindparam("key"))
_BY_NUMBER = _BODY.where(requests.c.number == bindparam("key"))
# Few, and put in order here: asked to, SQLite would look for them among all, by number.
_STRATEGIES = _BODY.where(
    requests.c.layer == Layer.STRATEGY,
    requests.c.impact == bindparam("on_impact"),
    requests.c.status == Status.DECIDED,
)
# From the people: from the requests, SQLite would go through all there ever were, by number.
_WITH_PART = (
    select(request_people.c.request_id)
    .where(
        request_people.c.workspace_id == bindparam("in_workspace"),
        request_people.c.person_id == bindparam("person"),
        request_people.c.part == bindparam("part"),
        literal_column("is_open"),  # as the index says it
    )
    .order_by(
        select(requests.c.number)
        .where(
            requests.c.workspace_id == request_people.c.workspace_id,
            requests.c.id == request_people.c.request_id,
        )
        .scalar_subquery()
    )
)
_ADD_PEOPLE = insert(request_people)
_ADD_SQUADS = insert(request_squads)
_SAVE = update(requests).where(
    requests.c.workspace_id == bindparam("in_workspace"),
    requests.c.id == bindparam("key"),
    requests.c.version == bindparam("read"),
)
_FORGET_PEOPLE = delete(request_people).where(
    request_people.c.workspace_id == bindparam("in_workspace"),
    request_people.c.request_id == bindparam("key"),
)


def file_once(
    session: Connection,
    workspace: WorkspaceId,
    source_key: str,
    build: Callable[[int], Request],
) -> tuple[Request, bool]:
    """File the request that `build` makes of its number; True when it is new.

    The same `source_key` gives the first request back: the key decides, never a look before. Then
    what `build` made is dropped and its number given back: no gap.
    """
    number = counters.take(session, workspace, counters.REQUESTS)
    request = build(number)
    keys = {"workspace_id": workspace, "id": request.id, "source_key": source_key}
    state = codec.dump_request(request)
    if not insert_once(session, requests, [keys | _columns(request, state)]):
        counters.give_back(session, workspace, counters.REQUESTS)
        return _required(session, _BY_KEY, workspace, source_key), False
    _write(session, _ADD_PEOPLE, _people_of(request))
    _write(session, _ADD_SQUADS, _squads_of(request))
    search_words.keep(session, request)
    events.append(session, workspace, request.id, request.pending, state=state)
    return replace(request, pending=()), True


def get(session: Connection, workspace: WorkspaceId, request: RequestId) -> Request:
    """Return a request. Raises NotFound."""
    return _required(session, _BY_ID, workspace, request)


def get_for_update(session: Connection, workspace: WorkspaceId, request: RequestId) -> Request:
    """Return a request that nobody else can change until the transaction ends."""
    return _required(session, _BY_ID_LOCKED, workspace, request)


def many(
    session: Connection, workspace: WorkspaceId, ids: Iterable[RequestId]
) -> dict[RequestId, Request]:
    """Return several requests by their ids. Raises NotFound when one is missing."""
    wanted = sorted(set(ids))
    rows = session.execute(_MANY, {"in_workspace": workspace, "keys": wanted}) if wanted else ()
    loaded = (codec.recall_request(row.body, version=row.version) for row in rows)
    found = {request.id: request for request in loaded}
    missing = next((key for key in wanted if key not in found), None)
    if missing is not None:
        raise NotFound(missing)
    return found


def find(session: Connection, workspace: WorkspaceId, number: int) -> Request | None:
    """Return the request `ARB-<number>`, None when there is none."""
    return _first(session, _BY_NUMBER, workspace, number)


def save(session: Connection, request: Request, *, before: Request | None = None) -> Request:
    """Write a request that was read at its `version`, and append its pending events.

    `before`, as it was read: what is kept beside a request is written only where it changed.
    Raises StaleRequest when it was saved by somebody else since.
    """
    saved = replace(request, version=request.version + 1, pending=())
    found = {"in_workspace": request.workspace, "key": request.id, "read": request.version}
    state = codec.dump_request(saved)
    done = session.execute(_SAVE, found | _columns(saved, state))
    if done.rowcount != 1:
        raise StaleRequest(request.reference)
    people = _people_of(saved)
    if before is None or people != _people_of(before):
        session.execute(_FORGET_PEOPLE, {"in_workspace": request.workspace, "key": request.id})
        _write(session, _ADD_PEOPLE, people)
    search_words.keep(session, saved, before=before)
    events.append(session, request.workspace, request.id, request.pending, state=state)
    return saved


def with_part(
    session: Connection, workspace: WorkspaceId, person: PersonId, part: str
) -> tuple[RequestId, ...]:
    """Return the open requests in which `person` has that part, oldest first."""
    values = {"in_workspace": workspace, "person": person, "part": part}
    return tuple(RequestId(found) for found in session.execute(_WITH_PART, values).scalars())


def live_strategy(
    session: Connection,
    workspace: WorkspaceId,
    *,
    impact: ImpactId,
    squads: tuple[SquadId, ...],
) -> tuple[Request, ...]:
    """Return the strategy decisions in force on `impact` for any of `squads`, oldest first.

    One without squads is the whole company's. Source: governance §5, [article] guard-rail.
    """
    rows = session.execute(_STRATEGIES, {"in_workspace": workspace, "on_impact": impact})
    found = (codec.recall_request(row.body, version=row.version) for row in rows)
    return tuple(
        request
        for request in sorted(found, key=attrgetter("number"))
        if not squads
        or not request.content.squads
        or not set(squads).isdisjoint(request.content.squads)
    )


def count_by_workspace(session: Connection) -> tuple[tuple[WorkspaceId, int], ...]:
    """Return how many requests each workspace has; for those who look after the database."""
    rows = session.execute(
        select(requests.c.workspace_id, func.count()).group_by(requests.c.workspace_id)
    )
    return tuple((WorkspaceId(workspace), number) for workspace, number in rows)


def _first(
    session: Connection, wanted: Select[str, int], workspace: WorkspaceId, key: str | int
) -> Request | None:
    row = session.execute(wanted, {"in_workspace": workspace, "key": key}).first()
    return codec.recall_request(row.body, version=row.version) if row else None


def _required(
    session: Connection, wanted: Select[str, int], workspace: WorkspaceId, key: str
) -> Request:
    found = _first(session, wanted, workspace, key)
    if found is None:
        raise NotFound(key)
    return found


def _columns(request: Request, body: str) -> dict[str, object]:
    return {
        "number": request.number,
        "version": request.version,
        "status": request.status,
        "layer": request.route.layer,
        "question": request.content.question,
        "impact": request.content.impact,
        "requester": request.requester,
        "channel": request.channel,
        "title": request.content.title,
        "squads": kept_squads(request.content.squads),
        "submitted_at": request.submitted_at,
        "due_at": request.due_at,
        "decided_at": request.decision.decided_at if request.decision else None,
        "body": body,
    }


def _write(session: Connection, statement: Insert, rows: Sequence[Row]) -> None:
    if rows:
        session.execute(statement, parameters(rows))


def _squads_of(request: Request) -> list[Row]:
    return [
        {"workspace_id": request.workspace, "request_id": request.id, "squad_id": squad}
        for squad in dict.fromkeys(request.content.squads)
    ]


def _people_of(request: Request) -> list[Row]:
    parts = {
        DECIDER: request.route.deciders,
        CONSULTED: request.route.consulted,
        STEWARD: request.route.stewards,
        USUAL: request.route.usual.deciders if request.route.usual else (),
    }
    return [
        {
            "workspace_id": request.workspace,
            "request_id": request.id,
            "person_id": person,
            "part": part,
            "is_open": request.is_open,
        }
        for part, people in parts.items()
        for person in people
    ]
