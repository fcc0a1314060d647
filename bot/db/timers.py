"""Timers: what is due, asked by index; each key fires once for ever."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    literal,
    null,
    select,
    update,
)

from bot.db.clock_tables import timers
from bot.db.inserting import insert_once, insert_selected_once
from bot.db.tables import requests
from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId, WorkspaceId
from bot.domain.reminders import Timer, TimerKind
from bot.domain.request import OPEN_STATES

LASTING = frozenset({TimerKind.ESCALATION, TimerKind.EXPIRY})
"""Kinds that are still to be done when their instant is past; a reminder is not."""

# Built once: building a statement costs more than running it.
_DUE = (
    select(timers)
    .where(
        timers.c.workspace_id == bindparam("in_workspace"),
        timers.c.kind.in_(bindparam("kinds", expanding=True)),
        timers.c.due_at <= bindparam("until"),
    )
    .order_by(timers.c.due_at, timers.c.key)
    .limit(bindparam("at_most"))
)
_FORGET = delete(timers).where(
    timers.c.workspace_id == bindparam("in_workspace"),
    timers.c.request_id == bindparam("in_request"),
    timers.c.due_at.is_not(None),
    ~timers.c.is_snoozed,
    timers.c.kind != TimerKind.PLAN,
    timers.c.key.not_in(bindparam("kept", expanding=True)),
)
_FIRE = (
    update(timers)
    .where(
        timers.c.workspace_id == bindparam("in_workspace"),
        timers.c.key == bindparam("this"),
        timers.c.due_at <= bindparam("now"),
    )
    .values(due_at=None, fired_at=bindparam("now"))
)


_FIRE_ALL = (
    update(timers)
    .where(
        timers.c.workspace_id == bindparam("in_workspace"),
        timers.c.key.in_(bindparam("these", expanding=True)),
        timers.c.due_at <= bindparam("now"),
    )
    .values(due_at=None, fired_at=bindparam("now"))
    .returning(timers.c.key)
)
_KINDS = (
    select(timers.c.kind)
    .where(
        timers.c.workspace_id == bindparam("in_workspace"),
        timers.c.kind.in_(sorted(TimerKind)),
        timers.c.due_at <= bindparam("until"),
    )
    .distinct()
)


def plan(
    session: Connection,
    workspace: WorkspaceId,
    request: RequestId,
    wanted: Iterable[Timer],
    now: datetime,
) -> None:
    """Replace what a request has before it. What fired, is due now or was put off stays."""
    found = tuple(wanted)
    kept = [timer.key for timer in found if timer.due_at <= now]
    session.execute(_FORGET, {"in_workspace": workspace, "in_request": request, "kept": kept})
    add(session, workspace, (t for t in found if t.due_at > now or t.kind in LASTING))


def catch_up(
    session: Connection, workspace: WorkspaceId, request: RequestId, wanted: Iterable[Timer]
) -> None:
    """Replace what a request has before it, what is due now included; what fired stays so."""
    session.execute(_FORGET, {"in_workspace": workspace, "in_request": request, "kept": []})
    add(session, workspace, wanted)


def add(session: Connection, workspace: WorkspaceId, added: Iterable[Timer]) -> int:
    """Add timers whose key is new; return how many."""
    return insert_once(session, timers, [_row(workspace, timer) for timer in added])


def due(
    session: Connection,
    workspace: WorkspaceId,
    kinds: Iterable[TimerKind],
    until: datetime,
    *,
    limit: int = 500,
) -> tuple[Timer, ...]:
    """Return the timers of `kinds` that are due by `until`, soonest first, `limit` at most."""
    values = {"in_workspace": workspace, "kinds": sorted(kinds), "until": until}
    return tuple(map(_timer, session.execute(_DUE, values | {"at_most": limit})))


def kinds_due(session: Connection, workspace: WorkspaceId, until: datetime) -> frozenset[TimerKind]:
    """Return the kinds of which a timer is due by `until`."""
    found = session.execute(_KINDS, {"in_workspace": workspace, "until": until})
    return frozenset(map(TimerKind, found.scalars()))


def fire(session: Connection, workspace: WorkspaceId, key: str, now: datetime) -> bool:
    """Take a due timer for good; False when another replica did, or it is no longer due."""
    values = {"in_workspace": workspace, "this": key, "now": now}
    return session.execute(_FIRE, values).rowcount == 1


def fire_all(
    session: Connection, workspace: WorkspaceId, keys: Sequence[str], now: datetime
) -> frozenset[str]:
    """Take due timers for good; return the keys of those that nobody else took."""
    values = {"in_workspace": workspace, "these": sorted(keys), "now": now}
    return frozenset(session.execute(_FIRE_ALL, values).scalars()) if keys else frozenset()


def drop(session: Connection, workspace: WorkspaceId, key: str) -> None:
    """Forget a timer that did not fire and lost its object; its key may be planned again."""
    session.execute(
        delete(timers).where(
            timers.c.workspace_id == workspace, timers.c.key == key, timers.c.due_at.is_not(None)
        )
    )


def put_off(
    session: Connection,
    workspace: WorkspaceId,
    timer: Timer,
    until: datetime,
    *,
    is_late: bool = False,
    attempts: int = 0,
) -> None:
    """Make a timer that did not fire due later; `is_late`: it will say when it was planned."""
    planned = timer.planned_at if is_late else until
    session.execute(
        update(timers)
        .where(
            timers.c.workspace_id == workspace,
            timers.c.key == timer.key,
            timers.c.due_at.is_not(None),
        )
        .values(due_at=until, planned_at=planned, attempts=attempts)
    )


def get(session: Connection, workspace: WorkspaceId, key: str) -> Timer | None:
    """Return a timer, fired or not, None when there is none. One that fired is due when it was."""
    row = session.execute(
        select(timers).where(timers.c.workspace_id == workspace, timers.c.key == key)
    ).first()
    return _timer(row) if row else None


def plan_all(session: Connection, workspace: WorkspaceId, tag: str, at: datetime) -> None:
    """Have every request that is open or decided planned anew, once per `tag`."""
    concerned = [*sorted(OPEN_STATES), Status.DECIDED]
    names = [column.name for column in timers.columns]
    values = select(
        requests.c.workspace_id,
        literal("plan:") + requests.c.id + literal(f":{tag}"),
        literal(str(TimerKind.PLAN)),
        requests.c.id,
        null(),
        literal(0),
        literal(at, timers.c.due_at.type),
        literal(at, timers.c.due_at.type),
        null(),
        literal(value=False),
        literal(0),
    ).where(requests.c.workspace_id == workspace, requests.c.status.in_(concerned))
    insert_selected_once(session, timers, names, values)


def _row(workspace: WorkspaceId, timer: Timer) -> dict[str, object]:
    return {
        "workspace_id": workspace,
        "key": timer.key,
        "kind": timer.kind,
        "request_id": timer.request,
        "person_id": timer.person,
        "number": timer.number,
        "due_at": timer.due_at,
        "planned_at": timer.planned_at,
        "fired_at": None,
        "is_snoozed": timer.is_snoozed,
        "attempts": timer.attempts,
    }


def _timer(row: Row[Any]) -> Timer:
    return Timer(
        kind=TimerKind(row.kind),
        key=row.key,
        due_at=row.due_at or row.planned_at,
        planned_at=row.planned_at,
        request=RequestId(row.request_id) if row.request_id else None,
        person=PersonId(row.person_id) if row.person_id else None,
        number=row.number,
        is_snoozed=row.is_snoozed,
        attempts=row.attempts,
    )
