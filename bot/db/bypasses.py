"""The ledger of bypasses: each once, by its key; who made it is not kept."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    func,
    select,
    union,
    update,
)

from bot.db.bypass_tables import bypasses
from bot.db.inserting import insert_once
from bot.db.tables import requests
from bot.domain.bypass import CONVERTED_WITHIN, Bypass, Group, Origin, Tally
from bot.domain.ids import ChannelId, RequestId, WorkspaceId

# Built once: building a statement costs more than running it.
_REQUEST = select(bypasses.c.request_id).where(
    bypasses.c.workspace_id == bindparam("in_workspace"), bypasses.c.key == bindparam("of_key")
)
_NUDGED = select(bypasses.c.key).where(
    bypasses.c.workspace_id == bindparam("in_workspace"),
    bypasses.c.thread == bindparam("in_thread"),
    bypasses.c.nudged_at.is_not(None),
)
_COUNTED = bypasses.c.dismissed_at.is_(None)


def add(session: Connection, workspace: WorkspaceId, bypass: Bypass) -> bool:
    """Keep a bypass; tell whether it is new. One that is known is left as it is."""
    row = {
        "workspace_id": workspace,
        "key": bypass.key,
        "origin": bypass.origin,
        "channel": bypass.channel,
        "thread": bypass.thread,
        "permalink": bypass.permalink,
        "cues": json.dumps(bypass.cues),
        "week": bypass.week,
        "at": bypass.at,
    }
    return insert_once(session, bypasses, [row]) == 1


def is_request(session: Connection, workspace: WorkspaceId, key: str) -> bool:
    """Tell whether a bypass became a request."""
    found = session.execute(_REQUEST, {"in_workspace": workspace, "of_key": key}).scalar()
    return found is not None


def is_thread_nudged(session: Connection, workspace: WorkspaceId, thread: str) -> bool:
    """Tell whether somebody was nudged in a thread."""
    values = {"in_workspace": workspace, "in_thread": thread}
    return session.execute(_NUDGED.limit(1), values).first() is not None


def mark_nudged(session: Connection, workspace: WorkspaceId, key: str, at: datetime) -> None:
    """Record that the author of a bypass is nudged."""
    _mark(session, workspace, key, nudged_at=at)


def mark_opened(session: Connection, workspace: WorkspaceId, key: str, at: datetime) -> None:
    """Record that the form was opened from a nudge."""
    _mark(session, workspace, key, opened_at=at)


def mark_dismissed(session: Connection, workspace: WorkspaceId, key: str, at: datetime) -> None:
    """Record that its author says it is no request; one that became a request is left alone."""
    _mark(session, workspace, key, dismissed_at=at)


def _mark(session: Connection, workspace: WorkspaceId, key: str, **values: datetime) -> None:
    session.execute(
        update(bypasses).where(
            bypasses.c.workspace_id == workspace,
            bypasses.c.key == key,
            bypasses.c.request_id.is_(None),
        ),
        values,
    )


def convert(
    session: Connection,
    workspace: WorkspaceId,
    keys: tuple[str, ...],
    request: RequestId,
    at: datetime,
) -> None:
    """Record that bypasses became `request`: within 48 h they are converted, later only linked.

    `at` is when it was filed. One that was dismissed before is a request after all.
    """
    these = (
        bypasses.c.workspace_id == workspace,
        bypasses.c.key.in_(keys),
        bypasses.c.request_id.is_(None),
    )
    in_time = bypasses.c.at >= at - CONVERTED_WITHIN
    session.execute(update(bypasses).where(*these, in_time), {"converted_at": at})
    session.execute(update(bypasses).where(*these), {"request_id": request, "dismissed_at": None})


def forget_before(session: Connection, workspace: WorkspaceId, at: datetime) -> None:
    """Forget the bypasses older than `at`."""
    session.execute(
        delete(bypasses).where(bypasses.c.workspace_id == workspace, bypasses.c.at < at)
    )


def tallies(
    session: Connection, workspace: WorkspaceId, period: tuple[datetime, datetime], now: datetime
) -> tuple[Group, ...]:
    """Return what happened to the bypasses of a period, by week, origin and channel."""
    since, until = period
    grouped = (bypasses.c.week, bypasses.c.origin, bypasses.c.channel)
    found = session.execute(
        select(*grouped, *_counts(now))
        .where(bypasses.c.workspace_id == workspace, bypasses.c.at >= since, bypasses.c.at < until)
        .group_by(*grouped)
    )
    return tuple(
        Group(
            week=row.week,
            origin=Origin(row.origin),
            channel=ChannelId(row.channel) if row.channel else None,
            tally=_tally(row),
        )
        for row in found
    )


def total(
    session: Connection, workspace: WorkspaceId, period: tuple[datetime, datetime], now: datetime
) -> Tally:
    """Return what happened to all the bypasses of a period."""
    since, until = period
    wanted = select(*_counts(now)).where(
        bypasses.c.workspace_id == workspace, bypasses.c.at >= since, bypasses.c.at < until
    )
    return _tally(session.execute(wanted).one())


def _counts(now: datetime) -> tuple[ColumnElement[int], ...]:
    may_convert = and_(
        _COUNTED, bypasses.c.converted_at.is_(None), bypasses.c.at > now - CONVERTED_WITHIN
    )
    return (
        func.count().filter(_COUNTED).label("bypasses"),
        func.count(bypasses.c.nudged_at).label("nudged"),
        func.count(bypasses.c.opened_at).label("opened"),
        func.count(bypasses.c.dismissed_at).label("dismissed"),
        func.count(bypasses.c.converted_at).label("converted"),
        func.count().filter(may_convert).label("pending"),
    )


def _tally(row: Row[*tuple[Any, ...]]) -> Tally:
    return Tally(
        bypasses=row.bypasses,
        nudged=row.nudged,
        opened=row.opened,
        dismissed=row.dismissed,
        converted=row.converted,
        pending=row.pending,
    )


def direct_requests(
    session: Connection, workspace: WorkspaceId, period: tuple[datetime, datetime]
) -> tuple[datetime, ...]:
    """Return when the requests of a period that were no bypass before were filed."""
    since, until = period
    was_bypass = exists().where(
        bypasses.c.workspace_id == requests.c.workspace_id,
        bypasses.c.request_id == requests.c.id,
    )
    found = session.execute(
        select(requests.c.submitted_at).where(
            requests.c.workspace_id == workspace,
            requests.c.submitted_at >= since,
            requests.c.submitted_at < until,
            ~was_bypass,
        )
    )
    return tuple(found.scalars())


def count_direct(
    session: Connection, workspace: WorkspaceId, period: tuple[datetime, datetime]
) -> int:
    """Return how many requests of a period were no bypass before.

    The few that were are taken away from all, without looking most of them up: one that was
    converted was filed at that moment.
    """
    since, until = period
    filed_then = (
        requests.c.workspace_id == workspace,
        requests.c.submitted_at >= since,
        requests.c.submitted_at < until,
    )
    filed = session.execute(select(func.count()).where(*filed_then)).scalar_one()
    converted = select(bypasses.c.request_id).where(
        bypasses.c.workspace_id == workspace,
        bypasses.c.converted_at >= since,
        bypasses.c.converted_at < until,
    )
    of_request = and_(
        bypasses.c.workspace_id == requests.c.workspace_id,
        bypasses.c.request_id == requests.c.id,
    )
    is_late = and_(bypasses.c.converted_at.is_(None), bypasses.c.request_id.is_not(None))
    late = select(bypasses.c.request_id).join_from(bypasses, requests, of_request)
    both = union(converted, late.where(is_late, *filed_then)).subquery()
    return filed - session.execute(select(func.count()).select_from(both)).scalar_one()
