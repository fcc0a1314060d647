"""Requests in one line each: what to decide, what one asked, what looks alike."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from bot.db import counters
from bot.db.indexes import any_index
from bot.db.tables import request_people, request_squads, requests
from bot.domain.charter import Layer
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId, RequestId, SquadId, WorkspaceId
from bot.domain.request import OPEN_STATES
from bot.domain.summary import Summary

DECIDER, CONSULTED, STEWARD = "decider", "consulted", "steward"
"""The parts of people in a request."""

REMEMBERED_FOR = timedelta(days=180)
"""How long a decided request still counts as a similar one."""

LOOKED_AT = 5_000
"""How many of the newest requests are looked through for similar ones: a squad may have none."""

_IS_OPEN = requests.c.status.in_(sorted(OPEN_STATES))


def inbox(
    session: Connection, workspace: WorkspaceId, person: PersonId, limit: int = 20
) -> tuple[Summary, ...]:
    """Return the open requests that `person` decides, or assigns as a steward; soonest due first.

    Those whose clock is paused come last.
    """
    values = {"in_workspace": workspace, "person": person, "at_most": limit}
    return read_lines(session, _INBOX, values)


def count_inbox(session: Connection, workspace: WorkspaceId, person: PersonId) -> int:
    """Return how many open requests `person` decides, or assigns as a steward."""
    values = {"in_workspace": workspace, "person": person}
    return session.execute(_COUNT_INBOX, values).scalar_one()


def to_assign(
    session: Connection, workspace: WorkspaceId, person: PersonId, wanted: Iterable[RequestId]
) -> frozenset[RequestId]:
    """Return those of `wanted` that wait for `person`, as a steward, to name who decides."""
    found = session.execute(
        select(request_people.c.request_id).where(
            request_people.c.workspace_id == workspace,
            request_people.c.request_id.in_(list(wanted)),
            request_people.c.person_id == person,
            request_people.c.part == STEWARD,
        )
    ).scalars()
    return frozenset(RequestId(request) for request in found)


def mine(
    session: Connection, workspace: WorkspaceId, person: PersonId, limit: int = 20
) -> tuple[Summary, ...]:
    """Return the requests that `person` filed, open ones first, newest first."""
    newest = requests.c.number.desc()
    open_first = case((_IS_OPEN, 0), else_=1)
    theirs = select(requests.c.id).where(
        requests.c.workspace_id == workspace, requests.c.requester == person
    )
    # Those open are few, and sorted; the others are walked through from the newest.
    of_each = (
        select(theirs.where(which).order_by(order).limit(limit).subquery())
        for which, order in (
            (_IS_OPEN, any_index(session, requests.c.number).desc()),
            (~_IS_OPEN, newest),
        )
    )
    wanted = lines(workspace).where(requests.c.id.in_(union_all(*of_each)))
    return read_lines(session, wanted.order_by(open_first, newest).limit(limit))


def count_mine(session: Connection, workspace: WorkspaceId, person: PersonId) -> int:
    """Return how many requests `person` filed."""
    values = {"in_workspace": workspace, "person": person}
    return session.execute(_COUNT_MINE, values).scalar_one()


def candidates(
    session: Connection,
    workspace: WorkspaceId,
    squads: tuple[SquadId, ...],
    now: datetime,
    *,
    limit: int = 200,
    among: int = LOOKED_AT,
) -> tuple[Summary, ...]:
    """Return the requests that a new one about `squads` could repeat, newest first.

    Open ones, and those decided in the last months, about one of the squads or about none, of the
    newest `among`.
    """
    newest = counters.last(session, workspace, counters.REQUESTS)
    is_near = requests.c.number > newest - among
    is_recent = and_(
        requests.c.status == Status.DECIDED, requests.c.decided_at >= now - REMEMBERED_FOR
    )
    wanted = lines(workspace).where(is_near, or_(_IS_OPEN, is_recent))
    if squads:
        wanted = wanted.where(concerns(squads))
    return read_lines(session, wanted.order_by(requests.c.number.desc()).limit(limit))


def concerns(squads: tuple[SquadId, ...]) -> ColumnElement[bool]:
    """Return the condition that a request is about one of `squads`, or about none: all of them."""
    of_request = and_(
        request_squads.c.workspace_id == requests.c.workspace_id,
        request_squads.c.request_id == requests.c.id,
    )
    one_of_them = exists().where(of_request, request_squads.c.squad_id.in_(squads))
    return or_(one_of_them, ~exists().where(of_request))


Line = tuple[str, int, str, str, str, str, str, datetime, datetime | None, datetime | None]


def lines(workspace: WorkspaceId | BindParameter[str]) -> Select[Line]:
    """Return the select of a workspace's requests in one line each, to narrow and to order."""
    columns = requests.c
    return select(
        columns.id,
        columns.number,
        columns.title,
        columns.status,
        columns.layer,
        columns.question,
        columns.requester,
        columns.submitted_at,
        columns.due_at,
        columns.decided_at,
    ).where(columns.workspace_id == workspace)


# Built once: building a statement costs more than running it.
_HERE = requests.c.workspace_id == bindparam("in_workspace")
_waits = requests.c.id.in_(
    select(request_people.c.request_id).where(
        request_people.c.workspace_id == bindparam("in_workspace"),
        request_people.c.person_id == bindparam("person"),
        request_people.c.part.in_([DECIDER, STEWARD]),
        literal_column("is_open"),  # as the index says it
    )
)
_paused_last = case((requests.c.due_at.is_(None), 1), else_=0)
# First which, from indexes alone, where the instant of filing stands for the number.
_shown = (
    select(requests.c.id)
    .where(_HERE, _IS_OPEN, _waits)
    .order_by(_paused_last, requests.c.due_at, requests.c.submitted_at, requests.c.id)
    .limit(bindparam("at_most"))
)
_INBOX = (
    lines(bindparam("in_workspace"))
    .where(requests.c.id.in_(_shown))
    .order_by(_paused_last, requests.c.due_at, requests.c.number)
)
_COUNT_INBOX = select(func.count()).where(_HERE, _IS_OPEN, _waits)
_COUNT_MINE = select(func.count()).where(_HERE, requests.c.requester == bindparam("person"))


def read_lines(
    session: Connection, wanted: Select[Line], values: Mapping[str, object] | None = None
) -> tuple[Summary, ...]:
    """Return what `wanted` selects, with `values` for its parameters, in its order."""
    return tuple(_summary(row) for row in session.execute(wanted, dict(values or {})))


def _summary(row: Row[Line]) -> Summary:
    return Summary(
        id=RequestId(row.id),
        number=row.number,
        title=row.title,
        status=Status(row.status),
        layer=Layer(row.layer),
        question=QuestionId(row.question),
        requester=PersonId(row.requester),
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
    )
