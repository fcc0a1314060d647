"""The numbers, one SQL reading each. Their definitions are `bot.domain.metrics`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from bot.db.decisions import Scope, decided_in, of_scope
from bot.db.journal_tables import decisions
from bot.db.tables import requests
from bot.domain.charter import Layer
from bot.domain.ids import ImpactId, WorkspaceId
from bot.domain.metrics import (
    OF_DECISIONS,
    REOPENED_WITHIN,
    Durations,
    Period,
    Rate,
    Share,
    Tally,
    Timing,
    Waiting,
    spread_of,
)
from bot.domain.request import OPEN_STATES

COLUMNS = {
    Timing.ELAPSED: decisions.c.elapsed_s,
    Timing.ELAPSED_UNPAUSED: decisions.c.elapsed_unpaused_s,
    Timing.WORKING: decisions.c.working_s,
    Timing.WORKING_UNPAUSED: decisions.c.working_unpaused_s,
}
ALL = decisions.c.seq > 0
A_SECOND = timedelta(seconds=1)
COUNTED: dict[Rate, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
    Rate.PROXIMITY: (ALL, decisions.c.layer == Layer.EXECUTION),
    Rate.REFERRED: (ALL, decisions.c.is_referred),
    Rate.EVIDENCE: (ALL, decisions.c.has_evidence),
    Rate.REOPENED: (ALL, decisions.c.reopened_after_s <= int(REOPENED_WITHIN.total_seconds())),
    Rate.FALSE_URGENCY: (decisions.c.is_urgent, decisions.c.is_falsely_urgent),
    Rate.DEBT: (decisions.c.effort_hundredths > 0, decisions.c.is_debt),
}
"""Per rate over decisions, what it counts among, and what it counts."""

ONE: ColumnElement[int] = literal(1)
WEIGHTS = {Rate.DEBT: func.coalesce(decisions.c.effort_hundredths, 0)}
"""What a decision counts for, when it is not one."""


def durations(
    session: Connection,
    workspace: WorkspaceId,
    scope: Scope,
    periods: Sequence[Period],
    timings: Sequence[Timing],
) -> tuple[Durations, ...]:
    """Return how long the decisions of each of `periods` took; they follow one another.

    One reading for all. The database hands durations over in bulk, one text per layer, and the
    definitions rank them: faster than a row each, and than ranking there.
    """
    whole = Period(start=periods[0].start, end=periods[-1].end)
    place = _index_in(periods, decisions.c.decided_at).label("place")
    layer = decisions.c.layer
    columns = [func.aggregate_strings(cast(COLUMNS[t], String), ",") for t in timings]
    wanted = select(place, layer, *columns).where(decided_in(workspace, scope, whole))
    found: list[dict[Layer, dict[Timing, list[int]]]] = [{} for _ in periods]
    for row in session.execute(wanted.group_by(place, layer)):
        # In order already: what is pooled and ranked from here on costs little.
        told = (sorted(map(int, text.split(","))) for text in row[2:])
        found[row.place][Layer(row.layer)] = dict(zip(timings, told, strict=True))
    return tuple(found)


def _index_in(periods: Sequence[Period], at: ColumnElement[datetime]) -> ColumnElement[int]:
    """Return in which of `periods`, from 0, an instant is."""
    if len(periods) == 1:
        return literal(0)
    ends = [(at < period.end, index) for index, period in enumerate(periods[:-1])]
    return case(*ends, else_=len(periods) - 1)


def tally(session: Connection, workspace: WorkspaceId, scope: Scope, period: Period) -> Tally:
    """Return the rates over decisions of a period, how much was decided, and by which seats."""
    now = [rate for rate in OF_DECISIONS if rate is not Rate.REOPENED]
    rows = _counted(session, decided_in(workspace, scope, period), now)
    past = _counted(session, decided_in(workspace, scope, ripe(period)), [Rate.REOPENED])
    load: dict[str, int] = {}
    for seats, number, *_ in rows:
        for seat in filter(None, seats.split(",")):
            if ":" not in seat:
                load[seat] = load.get(seat, 0) + number
    return Tally(
        decided=sum(row[1] for row in rows),
        shares=_shares(rows, now) | _shares(past, [Rate.REOPENED]),
        load=tuple(sorted(load.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def ripe(period: Period) -> Period:
    """Return when the decisions were made whose ninety days ended in `period`."""
    return Period(start=period.start - REOPENED_WITHIN, end=period.end - REOPENED_WITHIN)


def _counted(
    session: Connection, is_wanted: ColumnElement[bool], rates: Sequence[Rate]
) -> list[tuple[Any, ...]]:
    """Return, per set of seats: how many decisions, then per rate among how many and how many."""
    counts: list[ColumnElement[int]] = []
    for rate in rates:
        among, hit = COUNTED[rate]
        counts += [_count_of(rate, among), _count_of(rate, and_(among, hit))]
    wanted = select(decisions.c.seats, func.count(), *counts).where(is_wanted)
    return [tuple(row) for row in session.execute(wanted.group_by(decisions.c.seats))]


def _shares(rows: Sequence[tuple[Any, ...]], rates: Sequence[Rate]) -> dict[Rate, Share]:
    return {
        rate: Share(
            n=sum(row[2 + 2 * place] for row in rows),
            hits=sum(row[3 + 2 * place] for row in rows),
        )
        for place, rate in enumerate(rates)
    }


def _count_of(rate: Rate, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, WEIGHTS.get(rate, ONE)), else_=0), Integer))


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


def count_filed(
    session: Connection, workspace: WorkspaceId, scope: Scope, periods: Sequence[Period]
) -> tuple[int, ...]:
    """Return how many requests were filed in each of `periods`, which follow one another."""
    index = _index_in(periods, requests.c.submitted_at).label("place")
    wanted = select(index, func.count()).where(
        of_scope(workspace, scope),
        requests.c.submitted_at >= periods[0].start,
        requests.c.submitted_at < periods[-1].end,
    )
    rows = session.execute(wanted.group_by(index))
    found = {int(place): number for place, number in rows}
    return tuple(found.get(place, 0) for place in range(len(periods)))


def waiting(
    session: Connection, workspace: WorkspaceId, scope: Scope, now: datetime
) -> tuple[Waiting, ...]:
    """Return the open requests by layer, as they are at `now`; their ages are elapsed time."""
    wanted = select(requests.c.layer, requests.c.submitted_at, requests.c.due_at).where(
        of_scope(workspace, scope), requests.c.status.in_(sorted(OPEN_STATES))
    )
    ages: dict[str, list[int]] = {}
    late: dict[str, int] = {}
    for layer, submitted_at, due_at in session.execute(wanted).all():
        ages.setdefault(layer, []).append((now - submitted_at) // A_SECOND)
        late[layer] = late.get(layer, 0) + (due_at is not None and due_at < now)
    found = ((layer, late[layer], spread_of(ages[layer])) for layer in Layer if layer in ages)
    return tuple(
        Waiting(layer=layer, late=count, ages=spread) for layer, count, spread in found if spread
    )
