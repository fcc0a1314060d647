"""The requests behind a number, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, literal, or_, select

from bot.db import metrics_beside
from bot.db.bypass_tables import bypasses
from bot.db.decisions import Scope, decided_in, of_scope
from bot.db.journal_tables import decisions
from bot.db.lists import lines, read_lines
from bot.db.metrics import COUNTED, ripe
from bot.db.metrics_beside import Days
from bot.db.tables import requests
from bot.domain.charter import Layer
from bot.domain.counting import Period
from bot.domain.ids import WorkspaceId
from bot.domain.metrics import OF_ARTEFACTS, OF_BYPASSES, OF_RITUALS, Rate
from bot.domain.metrics_opened import Kind, Number
from bot.domain.metrics_rituals import is_counted
from bot.domain.request import OPEN_STATES
from bot.domain.rituals import Outcome
from bot.domain.summary import Summary

Found = Select[tuple[str, int, Any]]
"""Requests' ids, how often each counts, and what they are ordered by."""


ONCE = literal(1).label("times")


@dataclass(frozen=True, kw_only=True)
class Where:
    """What is looked at: the requests of `scope` in `period`, whose local days are `days`."""

    workspace: WorkspaceId
    scope: Scope
    period: Period
    days: Days

    def decided(self, *conditions: ColumnElement[bool], period: Period | None = None) -> Found:
        """Return those decided in `period`, when it is not the period itself."""
        is_in = decided_in(self.workspace, self.scope, period or self.period)
        return _decided(is_in, *conditions)

    @property
    def is_theirs(self) -> ColumnElement[bool]:
        """The condition that a request is within the scope."""
        return of_scope(self.workspace, self.scope)


def behind(
    session: Connection, where: Where, number: Number, *, skipped: int, limit: int
) -> tuple[int, int, tuple[Summary, ...]]:
    """Return how many requests a number counts, how often, and `limit` of them after `skipped`."""
    found = _found(session, where, number)
    counted = found.order_by(None).subquery()
    sums = select(func.count(), func.coalesce(func.sum(counted.c.times), 0))
    total, times = session.execute(sums.select_from(counted)).one()
    ids = [str(row[0]) for row in session.execute(found.limit(limit).offset(skipped))]
    known = read_lines(session, lines(where.workspace).where(requests.c.id.in_(ids)))
    return total, int(times), tuple(sorted(known, key=lambda line: ids.index(line.id)))


def _found(session: Connection, where: Where, number: Number) -> Found:
    match number.kind:
        case Kind.FILED:
            return _filed(where)
        case Kind.WAITING:
            return _waiting(where, Layer(number.of))
        case Kind.DECIDED:
            return where.decided()
        case Kind.LAYER:
            return where.decided(decisions.c.layer == number.of)
        case Kind.SEAT:
            return where.decided(_is_of_seat(number.of))
        case Kind.RATE:
            return _of_rate(session, where, Rate(number.of))


def _of_rate(session: Connection, where: Where, rate: Rate) -> Found:
    if rate in OF_ARTEFACTS:
        return _newest(false())  # no request is behind it
    if rate in OF_RITUALS:
        return _of_rituals(session, where, rate)
    if rate in OF_BYPASSES:
        return _were_bypasses(where, rate)
    if rate is Rate.ON_TIME:
        is_owed = metrics_beside.owed_in(where.workspace, where.scope, where.days)
        return _decided(is_owed, metrics_beside.IS_ON_TIME)
    counted = ripe(where.period) if rate is Rate.REOPENED else None
    return where.decided(*COUNTED[rate], period=counted)


def _decided(*conditions: ColumnElement[bool]) -> Found:
    latest = func.max(decisions.c.decided_at)
    found = select(decisions.c.request_id, func.count().label("times"), latest).where(*conditions)
    return found.group_by(decisions.c.request_id).order_by(latest.desc(), decisions.c.request_id)


def _newest(condition: ColumnElement[bool]) -> Found:
    found = select(requests.c.id, ONCE, requests.c.number).where(condition)
    return found.order_by(requests.c.number.desc())


def _filed(where: Where) -> Found:
    at: ColumnElement[datetime] = requests.c.submitted_at
    return _newest(and_(where.is_theirs, at >= where.period.start, at < where.period.end))


def _waiting(where: Where, layer: Layer) -> Found:
    found = select(requests.c.id, ONCE, requests.c.due_at).where(
        where.is_theirs, requests.c.status.in_(sorted(OPEN_STATES)), requests.c.layer == layer
    )
    return found.order_by(requests.c.due_at.is_(None), requests.c.due_at, requests.c.number)


def _is_of_seat(seat: str) -> ColumnElement[bool]:
    """Return the condition that a seat took part in a decision; `seats` are joined by commas."""
    seats = decisions.c.seats
    return or_(
        seats == seat,
        seats.startswith(f"{seat},", autoescape=True),
        seats.endswith(f",{seat}", autoescape=True),
        seats.contains(f",{seat},", autoescape=True),
    )


def _were_bypasses(where: Where, rate: Rate) -> Found:
    """Return the bypasses that became requests: the others have no words and no author."""
    latest = func.max(bypasses.c.at)
    period, in_time = where.period, bypasses.c.converted_at.is_not(None)
    of_request = and_(
        bypasses.c.workspace_id == requests.c.workspace_id, bypasses.c.request_id == requests.c.id
    )
    found = select(requests.c.id, func.count().label("times"), latest).join(bypasses, of_request)
    found = found.where(
        where.is_theirs,
        bypasses.c.at >= period.start,
        bypasses.c.at < period.end,
        *([in_time] if rate is Rate.CONVERTED else []),
    )
    return found.group_by(requests.c.id).order_by(latest.desc(), requests.c.id)


def _of_rituals(session: Connection, where: Where, rate: Rate) -> Found:
    """Return the items decided; or all those of occurrences closed without a decision."""
    kept = metrics_beside.rituals(session, where.workspace, where.period)
    counted = [o for o in kept if is_counted(o, where.period)]
    if rate is Rate.DISCUSSED:
        ids = [item.request for o in counted if o.is_only_discussion for item in o.items]
    else:
        items = (item for o in counted for item in o.items)
        ids = [item.request for item in items if item.outcome is Outcome.DECIDED]
    return _newest(and_(where.is_theirs, requests.c.id.in_(ids)))
