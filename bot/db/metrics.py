"""The numbers, one SQL reading each. Their definitions are `bot.domain.metrics`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, case, func, literal, select

from bot.db import spreads
from bot.db.decisions import Scope, decided_in, of_scope
from bot.db.indexes import any_index
from bot.db.journal_tables import decisions
from bot.db.tables import requests
from bot.domain.charter import Layer
from bot.domain.ids import ImpactId, WorkspaceId
from bot.domain.metrics import (
    OF_DECISIONS,
    REOPENED_WITHIN,
    Period,
    Rate,
    Share,
    Spread,
    Tally,
    Times,
    Timing,
    Waiting,
)
from bot.domain.request import OPEN_STATES

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
    Rate.FALSE_URGENCY: (decisions.c.is_urgent, decisions.c.is_falsely_urgent),
    Rate.DEBT: (decisions.c.effort_hundredths > 0, decisions.c.is_debt),
}
"""Per rate over decisions, what it counts among, and what it counts."""

NOTHING = literal("")
WEIGHTS = {Rate.DEBT: decisions.c.effort_hundredths}
"""What a decision counts for, when it is not one."""


def times(
    session: Connection,
    workspace: WorkspaceId,
    scope: Scope,
    periods: Sequence[Period],
    timings: Sequence[Timing],
) -> tuple[Times, ...]:
    """Return how long the decisions of each of `periods` took; they follow one another.

    One reading for all.
    """
    whole = Period(start=periods[0].start, end=periods[-1].end)
    place = _index_in(periods, decisions.c.decided_at).label("place")
    layer = decisions.c.layer
    columns = [column for t in timings for column in spreads.columns(session, COLUMNS[t])]
    wanted = select(place, layer, *columns).where(decided_in(workspace, scope, whole))
    found: list[dict[Timing, dict[Layer, Spread]]] = [{} for _ in periods]
    for row in session.execute(wanted.group_by(place, layer).order_by(place, layer)):
        for timing, spread in zip(timings, spreads.read(row[2:]), strict=True):
            found[row.place].setdefault(timing, {})[Layer(row.layer)] = spread
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
    is_now, was_then = (decided_in(workspace, scope, each) for each in (period, ripe(period)))
    rows = _counted(session, is_now, now, by=decisions.c.seats)
    past = _counted(session, was_then, [Rate.REOPENED])
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
    session: Connection,
    is_wanted: ColumnElement[bool],
    rates: Sequence[Rate],
    *,
    by: Column[str] | None = None,
) -> list[tuple[Any, ...]]:
    """Return, per value of `by`: how many decisions, then per rate among how many and how many."""
    counts = [column for rate in rates for column in _counts_of(rate)]
    wanted = select(NOTHING if by is None else by, func.count(), *counts).where(is_wanted)
    grouped = wanted if by is None else wanted.group_by(by)
    return [tuple(row) for row in session.execute(grouped)]


def _shares(rows: Sequence[tuple[Any, ...]], rates: Sequence[Rate]) -> dict[Rate, Share]:
    return {
        rate: Share(
            n=sum(row[2 + 2 * place] for row in rows),
            hits=sum(row[3 + 2 * place] for row in rows),
        )
        for place, rate in enumerate(rates)
    }


def _counts_of(rate: Rate) -> tuple[ColumnElement[int], ColumnElement[int]]:
    among, hit = COUNTED[rate]
    one = func.sum(WEIGHTS[rate]) if rate in WEIGHTS else func.count()
    # What every decision passes is not asked of each.
    n, hits = (
        (one, one.filter(hit)) if among is ALL else (one.filter(among), one.filter(among, hit))
    )
    return func.coalesce(n, 0), func.coalesce(hits, 0)


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
    """Return how many requests were filed in each of `periods`."""
    filed = select(func.count()).where(of_scope(workspace, scope))
    at: ColumnElement[datetime] = requests.c.submitted_at
    each = (filed.where(at >= period.start, at < period.end) for period in periods)
    # All in one statement, a walk through an index each: there is nothing to sort.
    return tuple(session.execute(select(*(count.scalar_subquery() for count in each))).one())


def waiting(
    session: Connection, workspace: WorkspaceId, scope: Scope, now: datetime
) -> tuple[Waiting, ...]:
    """Return the open requests by layer, as they are at `now`; their ages are elapsed time."""
    age_s = spreads.age_s(session, requests.c.submitted_at, now)
    late = func.count().filter(requests.c.due_at < now)
    layer = any_index(session, requests.c.layer)
    wanted = select(layer, late, *spreads.columns(session, age_s)).where(
        of_scope(workspace, scope), requests.c.status.in_(sorted(OPEN_STATES))
    )
    found = {
        Layer(layer): (count, *spreads.read(spread))
        for layer, count, *spread in session.execute(wanted.group_by(layer))
    }
    return tuple(
        Waiting(layer=layer, late=found[layer][0], ages=found[layer][1])
        for layer in Layer
        if layer in found
    )
