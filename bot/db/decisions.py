"""Decisions as they are counted: one row each, and which of them a reader's numbers are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, exists, or_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.db.inserting import upsert
from bot.db.journal_tables import decisions
from bot.db.tables import request_squads, requests
from bot.domain.ids import ChannelId, SquadId, WorkspaceId
from bot.domain.metrics import Period
from bot.domain.metrics_facts import Fact
from bot.domain.request import Request

Columns = ReadOnlyColumnCollection[str, Column[Any]]

LONGEST_SQUADS = 1000
"""More characters are left to `request_squads`: what an index holds has its limits."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is counted: the requests of `channels` about any of `squads`, or about none of them.

    Without `squads`, all of the channels' requests.
    """

    channels: frozenset[ChannelId]
    squads: tuple[SquadId, ...] = ()


def keep(session: Connection, request: Request, facts: Sequence[Fact]) -> None:
    """Keep how the decisions of `request` are counted, in place of what was kept before.

    A decision never leaves the record, so nothing has to be taken away: safe to do twice at once.
    """
    for fact in facts:
        upsert(session, decisions, _row(request, fact))


def _row(request: Request, fact: Fact) -> dict[str, object]:
    reopened = fact.reopened_at - fact.decided_at if fact.reopened_at else None
    return {
        "workspace_id": request.workspace,
        "request_id": request.id,
        "seq": fact.seq,
        "channel": request.channel,
        "layer": fact.layer,
        "impact": request.content.impact,
        "seats": ",".join(fact.seats),
        "decided_at": fact.decided_at,
        "elapsed_s": seconds(fact.time.elapsed),
        "elapsed_unpaused_s": seconds(fact.time.elapsed_unpaused),
        "working_s": seconds(fact.time.working),
        "working_unpaused_s": seconds(fact.time.working_unpaused),
        "is_referred": fact.is_referred,
        "has_evidence": fact.has_evidence,
        "is_urgent": fact.is_urgent,
        "is_past_date": fact.is_past_date,
        "owner": fact.owner,
        "due_on": fact.due_on,
        "reopened_after_s": seconds(reopened) if reopened is not None else None,
        "ended_at": fact.ended_at,
        "is_debt": fact.is_debt,
        "effort_hundredths": fact.effort_hundredths,
        "is_falsely_urgent": fact.is_falsely_urgent,
        "owed_on": fact.owed_on,
        "delivered_on": fact.delivered_on,
        "squads": kept_squads(request.content.squads),
        "verdict": fact.verdict,
    }


def kept_squads(squads: Sequence[SquadId]) -> str | None:
    """Return squads as rows keep them, to be looked for in: each between spaces, empty for none."""
    told = f" {' '.join(squads)} " if squads else ""
    return told if len(told) <= LONGEST_SQUADS else None


def seconds(length: timedelta) -> int:
    """Return a length in whole seconds, rounded down."""
    return int(length / timedelta(seconds=1))


def decided_in(workspace: WorkspaceId, scope: Scope, period: Period) -> ColumnElement[bool]:
    """Return the condition that a decision was made in `period`, within `scope`."""
    return and_(
        made_in(workspace, scope),
        decisions.c.decided_at >= period.start,
        decisions.c.decided_at < period.end,
    )


def made_in(workspace: WorkspaceId, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a decision is within `scope`."""
    condition = and_(
        decisions.c.workspace_id == workspace, decisions.c.channel.in_(sorted(scope.channels))
    )
    if not scope.squads:
        return condition
    return and_(condition, concerns(scope.squads, decisions.c, decisions.c.request_id))


def of_scope(workspace: WorkspaceId, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a request is within `scope`."""
    condition = and_(
        requests.c.workspace_id == workspace, requests.c.channel.in_(sorted(scope.channels))
    )
    if not scope.squads:
        return condition
    return and_(condition, concerns(scope.squads, requests.c, requests.c.id))


def of_request() -> ColumnElement[bool]:
    """Return the condition that joins a decision to its request."""
    return and_(
        decisions.c.workspace_id == requests.c.workspace_id,
        decisions.c.request_id == requests.c.id,
    )


def concerns(
    squads: Sequence[SquadId], columns: Columns, request: ColumnElement[str]
) -> ColumnElement[bool]:
    """Return the condition that a row is about one of `squads`, or about none: all of them.

    `columns` are the row's, which keep its squads, and `request` the one with its request's id.
    """
    its = _squads_of(columns, request)
    one_of_them = exists().where(its, request_squads.c.squad_id.in_(squads))
    return or_(
        columns.squads == "",
        *(_names(columns, squad) for squad in squads),
        and_(columns.squads.is_(None), or_(one_of_them, ~exists().where(its))),
    )


def has_squad(squad: SquadId, columns: Columns, request: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a row says it is about `squad`."""
    its = exists().where(_squads_of(columns, request), request_squads.c.squad_id == squad)
    return or_(_names(columns, squad), and_(columns.squads.is_(None), its))


def _names(columns: Columns, squad: SquadId) -> ColumnElement[bool]:
    return columns.squads.contains(f" {squad} ", autoescape=True)


def _squads_of(columns: Columns, request: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        request_squads.c.workspace_id == columns.workspace_id,
        request_squads.c.request_id == request,
    )
