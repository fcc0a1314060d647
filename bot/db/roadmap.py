"""The roadmap by impact, and whether debt was decided: readings of the decisions in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Subquery, func, literal, select

from bot.db.decisions import Scope, decided_in, made_in
from bot.db.journal_tables import decisions
from bot.db.lists import lines, read_lines
from bot.db.tables import requests
from bot.domain.artefacts import ON_THE_ROADMAP, Heading
from bot.domain.charter import Verdict
from bot.domain.counting import Period
from bot.domain.ids import ImpactId, RequestId, WorkspaceId
from bot.domain.summary import Summary

MOST_IMPACTS, SHOWN = 100, 3
"""How many impacts are read, and how many decisions of each are shown."""


@dataclass(frozen=True, kw_only=True)
class _Counted:
    impact: ImpactId
    decisions: int
    effort_hundredths: int


def by_impact(
    session: Connection, workspace: WorkspaceId, scope: Scope, since: datetime
) -> tuple[Heading, ...]:
    """Return what was accepted `since` then, holds, and is not delivered; most decisions first.

    One reading ranks and counts; the latest decisions of each impact are then read by their ids.
    """
    ranked = _ranked(workspace, scope, since)
    wanted = (
        select(ranked)
        .where(ranked.c.place <= SHOWN)
        .order_by(ranked.c.n.desc(), ranked.c.impact, ranked.c.place)
        .limit(MOST_IMPACTS * SHOWN)
    )
    found: dict[_Counted, list[RequestId]] = {}
    for row in session.execute(wanted):
        counted = _Counted(
            impact=ImpactId(row.impact), decisions=row.n, effort_hundredths=int(row.effort)
        )
        found.setdefault(counted, []).append(RequestId(row.request_id))
    known = _lines(session, workspace, [name for names in found.values() for name in names])
    return tuple(_heading(counted, names, known) for counted, names in found.items())


def _ranked(workspace: WorkspaceId, scope: Scope, since: datetime) -> Subquery:
    """Return each decision with its place in its impact, and how many and how much that has."""
    impact, effort = decisions.c.impact, func.coalesce(decisions.c.effort_hundredths, 0)
    latest = func.row_number().over(
        partition_by=impact, order_by=[decisions.c.decided_at.desc(), decisions.c.request_id]
    )
    return (
        select(
            impact,
            decisions.c.request_id,
            latest.label("place"),
            func.count().over(partition_by=impact).label("n"),
            func.sum(effort).over(partition_by=impact).label("effort"),
        )
        .where(
            made_in(workspace, scope),
            decisions.c.decided_at >= since,
            decisions.c.ended_at.is_(None),
            decisions.c.delivered_on.is_(None),
            decisions.c.verdict.in_(sorted(ON_THE_ROADMAP)),
        )
        .subquery()
    )


def _heading(
    counted: _Counted, names: list[RequestId], known: Mapping[RequestId, Summary]
) -> Heading:
    return Heading(
        impact=counted.impact,
        decisions=counted.decisions,
        effort_hundredths=counted.effort_hundredths,
        lines=tuple(known[name] for name in names if name in known),
    )


def _lines(
    session: Connection, workspace: WorkspaceId, names: list[RequestId]
) -> dict[RequestId, Summary]:
    found = read_lines(session, lines(workspace).where(requests.c.id.in_(names)))
    return {line.id: line for line in found}


def has_debt(session: Connection, workspace: WorkspaceId, scope: Scope, period: Period) -> bool:
    """Tell whether capacity was given to debt in `period`: one decision on it is enough."""
    wanted: Any = select(literal(1)).where(
        decided_in(workspace, scope, period),
        decisions.c.is_debt,
        decisions.c.verdict != Verdict.REFUSE,
    )
    return session.execute(wanted.limit(1)).first() is not None
