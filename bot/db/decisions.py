"""Decisions as they are counted: one row each, and which of them a reader's numbers are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, or_

from bot.db.inserting import upsert
from bot.db.journal_tables import decisions
from bot.db.tables import request_squads, requests
from bot.domain.ids import ChannelId, SquadId, WorkspaceId
from bot.domain.metrics import Period
from bot.domain.metrics_facts import Fact
from bot.domain.request import Request


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
    }


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
    return and_(condition, _concerns(scope, decisions.c.workspace_id, decisions.c.request_id))


def of_scope(workspace: WorkspaceId, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a request is within `scope`."""
    condition = and_(
        requests.c.workspace_id == workspace, requests.c.channel.in_(sorted(scope.channels))
    )
    if not scope.squads:
        return condition
    return and_(condition, _concerns(scope, requests.c.workspace_id, requests.c.id))


def of_request() -> ColumnElement[bool]:
    """Return the condition that joins a decision to its request."""
    return and_(
        decisions.c.workspace_id == requests.c.workspace_id,
        decisions.c.request_id == requests.c.id,
    )


def _concerns(
    scope: Scope, workspace: ColumnElement[str], request: ColumnElement[str]
) -> ColumnElement[bool]:
    squads = request_squads.c
    its = and_(squads.workspace_id == workspace, squads.request_id == request)
    return or_(exists().where(its, squads.squad_id.in_(scope.squads)), ~exists().where(its))
