"""Polls and their ballots. Nothing here knows who answered, nor when."""

import json
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from bot.db.inserting import insert_once, upsert
from bot.db.poll_tables import ballots, polls
from bot.domain.ids import ChannelId, WorkspaceId
from bot.domain.polls import Answer, AuditQuestion, Poll, Totals

_ALL = select(polls).where(polls.c.workspace_id == bindparam("in_workspace"))
_ONE = _ALL.where(polls.c.id == bindparam("key"))
_ONE_LOCKED = _ONE.with_for_update()
_LATEST = _ALL.order_by(polls.c.opened_at.desc()).limit(1)
_CLOSED = _ALL.where(polls.c.closed_at.is_not(None)).order_by(polls.c.opened_at.desc()).limit(1)
_OVER = _ALL.where(polls.c.closed_at.is_(None), polls.c.closes_at <= bindparam("now"))


def add(session: Connection, workspace: WorkspaceId, poll: Poll) -> bool:
    """Keep a new poll; False when there is one of that id."""
    row = {
        "workspace_id": workspace,
        "id": poll.id,
        "opened_at": poll.opened_at,
        "closes_at": poll.closes_at,
    }
    return insert_once(session, polls, [row]) == 1


def get(
    session: Connection, workspace: WorkspaceId, poll: str, *, is_locked: bool = False
) -> Poll | None:
    """Return a poll, None when there is none; `is_locked`: until the transaction ends."""
    wanted = _ONE_LOCKED if is_locked else _ONE
    return _poll(session.execute(wanted, {"in_workspace": workspace, "key": poll}).first())


def latest(session: Connection, workspace: WorkspaceId) -> Poll | None:
    """Return the last poll that was opened."""
    return _poll(session.execute(_LATEST, {"in_workspace": workspace}).first())


def latest_closed(session: Connection, workspace: WorkspaceId) -> Poll | None:
    """Return the last poll that was closed."""
    return _poll(session.execute(_CLOSED, {"in_workspace": workspace}).first())


def over(session: Connection, workspace: WorkspaceId, now: datetime) -> tuple[Poll, ...]:
    """Return the polls whose time is over and that are not closed."""
    rows = session.execute(_OVER, {"in_workspace": workspace, "now": now})
    return tuple(poll for poll in map(_poll, rows) if poll)


def is_sealed(session: Connection, workspace: WorkspaceId, poll: str, seal: str) -> bool:
    """Tell whether `seal` is the poll's; the first one that is seen becomes it."""
    its = (polls.c.workspace_id == workspace, polls.c.id == poll)
    session.execute(update(polls).where(*its, polls.c.seal.is_(None)), {"seal": seal})
    return session.execute(select(polls.c.seal).where(*its)).scalar() == seal


def cast(
    session: Connection,
    workspace: WorkspaceId,
    poll: str,
    question: AuditQuestion,
    *,
    ballot: str,
    answer: Answer,
) -> None:
    """Keep an answer, in the place of the one that the same ballot gave."""
    row = {"workspace_id": workspace, "poll_id": poll, "question": question, "ballot": ballot}
    upsert(session, ballots, row | {"answer": answer})


def count(session: Connection, workspace: WorkspaceId, poll: str) -> Totals:
    """Return how many gave each answer so far."""
    rows = session.execute(
        select(ballots.c.question, ballots.c.answer, func.count())
        .where(ballots.c.workspace_id == workspace, ballots.c.poll_id == poll)
        .group_by(ballots.c.question, ballots.c.answer)
    )
    found: dict[AuditQuestion, dict[Answer, int]] = {}
    for question, answer, number in rows:
        found.setdefault(AuditQuestion(question), {})[Answer(answer)] = number
    return found


def close(
    session: Connection, workspace: WorkspaceId, poll: str, totals: Totals, at: datetime
) -> None:
    """Keep the totals of a poll, and nothing else of what was answered."""
    session.execute(
        delete(ballots).where(ballots.c.workspace_id == workspace, ballots.c.poll_id == poll)
    )
    session.execute(
        update(polls).where(polls.c.workspace_id == workspace, polls.c.id == poll),
        {"closed_at": at, "totals": json.dumps(totals)},
    )


def remember(
    session: Connection, workspace: WorkspaceId, poll: str, place: tuple[ChannelId, str]
) -> None:
    """Keep where the message of a poll is."""
    session.execute(
        update(polls).where(polls.c.workspace_id == workspace, polls.c.id == poll),
        {"channel": place[0], "ts": place[1]},
    )


def _poll(row: Row | None) -> Poll | None:  # type: ignore[type-arg]  # any row of the table
    if row is None:
        return None
    return Poll(
        id=row.id,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        totals={
            AuditQuestion(question): {Answer(answer): n for answer, n in given.items()}
            for question, given in json.loads(row.totals or "{}").items()
        },
        channel=ChannelId(row.channel) if row.channel else None,
        ts=row.ts,
    )
