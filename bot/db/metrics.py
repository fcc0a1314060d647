"""The numbers, one SQL reading each. Their definitions are `bot.domain.metrics`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    func,
    select,
)

from bot.db.decisions import Scope, decided_in, of_request, of_scope, seconds
from bot.db.journal_tables import decisions
from bot.db.lists import lines, read_lines
from bot.db.tables import requests
from bot.domain.charter import Layer
from bot.domain.ids import ImpactId, WorkspaceId
from bot.domain.metrics import (
    REOPENED_WITHIN,
    Period,
    Rate,
    Share,
    Spread,
    Timing,
    Waiting,
    mean_of,
    spread_of,
)
from bot.domain.request import OPEN_STATES
from bot.domain.summary import Summary

COLUMNS = {
    Timing.ELAPSED: decisions.c.elapsed_s,
    Timing.ELAPSED_UNPAUSED: decisions.c.elapsed_unpaused_s,
    Timing.WORKING: decisions.c.working_s,
    Timing.WORKING_UNPAUSED: decisions.c.working_unpaused_s,
}
ALL = decisions.c.seq > 0
COUNTED: dict[Rate, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
    Rate.PROXIMITY: (ALL, decisions.c.layer == Layer.EXECUTION),
    Rate.REFERRED: (ALL, decisions.c.is_referred),
    Rate.EVIDENCE: (ALL, decisions.c.has_evidence),
    Rate.REOPENED: (ALL, decisions.c.reopened_after_s <= int(REOPENED_WITHIN.total_seconds())),
    Rate.URGENT_PAST_DATE: (decisions.c.is_urgent, decisions.c.is_past_date),
}
"""Per rate, what it counts among, and what it counts."""


def spreads(
    session: Connection, workspace: WorkspaceId, scope: Scope, period: Period, timing: Timing
) -> dict[Layer, Spread]:
    """Return how long the decisions of a period took, per layer that has any."""
    value, layer = COLUMNS[timing], decisions.c.layer
    ranked = (
        select(
            layer,
            value.label("value"),
            func.row_number().over(partition_by=layer, order_by=value).label("rank"),
            func.count().over(partition_by=layer).label("n"),
        )
        .where(decided_in(workspace, scope, period))
        .subquery()
    )
    n: ColumnElement[int] = ranked.c.n
    rank: ColumnElement[int] = ranked.c.rank
    is_median: ColumnElement[bool] = rank == (n + 1) // 2
    is_p90: ColumnElement[bool] = rank == (9 * n + 9) // 10
    wanted = select(
        ranked.c.layer,
        func.max(n).label("n"),
        func.sum(ranked.c.value).label("total"),
        func.max(case((is_median, ranked.c.value))).label("median"),
        func.max(case((is_p90, ranked.c.value))).label("p90"),
    ).group_by(ranked.c.layer)
    return {
        Layer(row.layer): Spread(
            n=row.n, median_s=row.median, p90_s=row.p90, mean_s=mean_of(int(row.total), row.n)
        )
        for row in session.execute(wanted)
    }


def shares(
    session: Connection, workspace: WorkspaceId, scope: Scope, period: Period
) -> dict[Rate, Share]:
    """Return the rates of a period."""
    past = ripe(period)
    now = [rate for rate in Rate if rate is not Rate.REOPENED]
    found = _shares(session, decided_in(workspace, scope, period), now)
    return found | _shares(session, decided_in(workspace, scope, past), [Rate.REOPENED])


def ripe(period: Period) -> Period:
    """Return when the decisions were made whose ninety days ended in `period`."""
    return Period(start=period.start - REOPENED_WITHIN, end=period.end - REOPENED_WITHIN)


def _shares(
    session: Connection, is_wanted: ColumnElement[bool], rates: Sequence[Rate]
) -> dict[Rate, Share]:
    counts: list[ColumnElement[int]] = []
    for rate in rates:
        among, hit = COUNTED[rate]
        counts += [_count_of(among), _count_of(and_(among, hit))]
    row = session.execute(select(*counts).where(is_wanted)).one()
    pairs = zip(row[::2], row[1::2], strict=True)
    return {
        rate: Share(n=n or 0, hits=hits or 0) for rate, (n, hits) in zip(rates, pairs, strict=True)
    }


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, 1), else_=0), Integer))


def load(
    session: Connection, workspace: WorkspaceId, scope: Scope, period: Period
) -> tuple[tuple[str, int], ...]:
    """Return how many decisions each company seat took part in, busiest first."""
    wanted = (
        select(decisions.c.seats, func.count())
        .where(decided_in(workspace, scope, period))
        .group_by(decisions.c.seats)
    )
    found: dict[str, int] = {}
    for seats, number in session.execute(wanted):
        for seat in filter(None, seats.split(",")):
            if ":" not in seat:
                found[seat] = found.get(seat, 0) + number
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def by_impact(
    session: Connection, workspace: WorkspaceId, scope: Scope, period: Period
) -> tuple[tuple[ImpactId, int], ...]:
    """Return how many decisions served each impact, most first."""
    number = func.count()
    wanted = (
        select(decisions.c.impact, number)
        .where(decided_in(workspace, scope, period))
        .group_by(decisions.c.impact)
        .order_by(number.desc(), decisions.c.impact)
    )
    return tuple((ImpactId(impact), count) for impact, count in session.execute(wanted))


def count_filed(session: Connection, workspace: WorkspaceId, scope: Scope, period: Period) -> int:
    """Return how many requests were filed in a period."""
    wanted = select(func.count()).where(
        of_scope(workspace, scope),
        requests.c.submitted_at >= period.start,
        requests.c.submitted_at < period.end,
    )
    return session.execute(wanted).scalar_one()


def count_decided(session: Connection, workspace: WorkspaceId, scope: Scope, period: Period) -> int:
    """Return how many decisions were made in a period."""
    wanted = select(func.count()).where(decided_in(workspace, scope, period))
    return session.execute(wanted).scalar_one()


def waiting(
    session: Connection, workspace: WorkspaceId, scope: Scope, now: datetime
) -> tuple[Waiting, ...]:
    """Return the open requests by layer, as they are at `now`; their ages are elapsed time."""
    wanted = select(requests.c.layer, requests.c.submitted_at, requests.c.due_at).where(
        of_scope(workspace, scope), requests.c.status.in_(sorted(OPEN_STATES))
    )
    ages: dict[str, list[int]] = {}
    late: dict[str, int] = {}
    for layer, submitted_at, due_at in session.execute(wanted):
        ages.setdefault(layer, []).append(seconds(now - submitted_at))
        late[layer] = late.get(layer, 0) + (due_at is not None and due_at < now)
    found = ((layer, late[layer], spread_of(ages[layer])) for layer in Layer if layer in ages)
    return tuple(
        Waiting(layer=layer, late=count, ages=spread) for layer, count, spread in found if spread
    )


def behind(
    session: Connection,
    workspace: WorkspaceId,
    scope: Scope,
    period: Period,
    rate: Rate,
    *,
    limit: int,
) -> tuple[Summary, ...]:
    """Return the requests that a rate counts, latest decided first."""
    among, hit = COUNTED[rate]
    counted = ripe(period) if rate is Rate.REOPENED else period
    wanted = (
        lines(workspace)
        .join(decisions, of_request())
        .where(decided_in(workspace, scope, counted), among, hit)
        .order_by(decisions.c.decided_at.desc())
        .limit(limit)
    )
    return read_lines(session, wanted)
