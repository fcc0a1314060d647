"""What a digest lists: decisions, late requests, deliverables."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, union_all

from bot.db.decisions import Scope, decided_in, made_in, of_scope
from bot.db.journal_tables import decisions
from bot.db.lists import lines, read_lines
from bot.db.tables import requests
from bot.domain.ids import ImpactId, RequestId, WorkspaceId
from bot.domain.metrics import Period
from bot.domain.request import OPEN_STATES
from bot.domain.summary import Summary


def decided(
    session: Connection,
    workspace: WorkspaceId,
    scope: Scope,
    period: Period,
    *,
    impact: ImpactId,
    limit: int,
) -> tuple[RequestId, ...]:
    """Return the requests of `impact` that were decided in `period`, latest first, each once."""
    latest = (
        select(decisions.c.request_id)
        .where(decided_in(workspace, scope, period), decisions.c.impact == impact)
        .order_by(decisions.c.decided_at.desc(), decisions.c.request_id)
    )
    # Read from the latest until enough are found, some of them twice: never the whole period.
    asked = limit
    while True:
        rows = session.execute(latest.limit(asked)).scalars().all()
        found = tuple(dict.fromkeys(rows))[:limit]
        if len(found) == limit or len(rows) < asked:
            return tuple(map(RequestId, found))
        asked *= 2


def late(
    session: Connection, workspace: WorkspaceId, scope: Scope, now: datetime, *, limit: int
) -> tuple[Summary, ...]:
    """Return the open requests whose answer was expected before `now`, the longest late first."""
    # First which, the longest late of each state, in the order of an index; then their rows.
    columns = (requests.c.id, requests.c.due_at, requests.c.number)
    is_late = and_(of_scope(workspace, scope), requests.c.due_at < now)
    of_each = (
        select(
            select(*columns)
            .where(is_late, requests.c.status == status)
            .order_by(requests.c.due_at, requests.c.number)
            .limit(limit)
            .subquery()
        )
        for status in sorted(OPEN_STATES)
    )
    late = union_all(*of_each).subquery()
    shown = select(late.c.id).order_by(late.c.due_at, late.c.number).limit(limit)
    wanted = lines(workspace).where(requests.c.id.in_(shown))
    return read_lines(session, wanted.order_by(requests.c.due_at, requests.c.number))


def count_open(
    session: Connection, workspace: WorkspaceId, scope: Scope, now: datetime
) -> tuple[int, int]:
    """Return how many requests are open, and how many of them wait past their date."""
    is_late = func.count().filter(requests.c.due_at < now)
    found = session.execute(select(func.count(), is_late).where(_is_open(workspace, scope))).one()
    return found[0], found[1]


def deliverables(
    session: Connection,
    workspace: WorkspaceId,
    scope: Scope,
    days: tuple[date, date],
    *,
    limit: int,
) -> tuple[RequestId, ...]:
    """Return the requests whose decision in force is due from the first of `days` to the last.

    Those that are delivered already are left out.
    """
    wanted = (
        select(decisions.c.request_id)
        .where(_is_due(workspace, scope, days))
        .order_by(decisions.c.due_on, decisions.c.decided_at)
        .limit(limit)
    )
    return tuple(map(RequestId, session.execute(wanted).scalars()))


def count_deliverables(
    session: Connection, workspace: WorkspaceId, scope: Scope, days: tuple[date, date]
) -> int:
    """Return how many decisions in force are due, and not delivered, from the first to the last."""
    wanted = select(func.count()).where(_is_due(workspace, scope, days))
    return session.execute(wanted).scalar_one()


def _is_open(workspace: WorkspaceId, scope: Scope) -> ColumnElement[bool]:
    return and_(of_scope(workspace, scope), requests.c.status.in_(sorted(OPEN_STATES)))


def _is_due(workspace: WorkspaceId, scope: Scope, days: tuple[date, date]) -> ColumnElement[bool]:
    first, last = days
    return and_(
        made_in(workspace, scope),
        decisions.c.due_on.between(first, last),
        decisions.c.ended_at.is_(None),
        decisions.c.delivered_on.is_(None),
    )
