"""What people answered to nudges, for ninety days: keyed hashes, to learn from."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.db.bypass_tables import nudge_answers
from bot.db.inserting import upsert
from bot.domain.bypass_detection import Answer
from bot.domain.ids import WorkspaceId

MOST = 500
"""How many answers count, the newest ones: what is learned is bounded."""


def add(session: Connection, workspace: WorkspaceId, answer: Answer) -> None:
    """Keep an answer; another answer of the same id replaces it."""
    row = {
        "workspace_id": workspace,
        "id": answer.id,
        "author": answer.author,
        "is_request": answer.is_request,
        "signature": answer.signature,
        "combination": answer.combination,
        "at": answer.at,
    }
    upsert(session, nudge_answers, row)


def count_of(session: Connection, workspace: WorkspaceId, author: str, since: datetime) -> int:
    """Return how many answers one person gave since an instant."""
    return session.execute(
        select(func.count()).where(
            nudge_answers.c.workspace_id == workspace,
            nudge_answers.c.author == author,
            nudge_answers.c.at >= since,
        )
    ).scalar_one()


def since(session: Connection, workspace: WorkspaceId, at: datetime) -> tuple[Answer, ...]:
    """Return the answers given since `at`, newest first, 500 at most."""
    found = session.execute(
        select(nudge_answers)
        .where(nudge_answers.c.workspace_id == workspace, nudge_answers.c.at >= at)
        .order_by(nudge_answers.c.at.desc(), nudge_answers.c.id)
        .limit(MOST)
    )
    return tuple(
        Answer(
            id=row.id,
            is_request=row.is_request,
            signature=row.signature,
            combination=row.combination,
            author=row.author,
            at=row.at,
        )
        for row in found
    )


def drop(session: Connection, workspace: WorkspaceId, ids: Iterable[str]) -> None:
    """Forget some answers."""
    session.execute(
        delete(nudge_answers).where(
            nudge_answers.c.workspace_id == workspace, nudge_answers.c.id.in_(list(ids))
        )
    )


def forget_before(session: Connection, workspace: WorkspaceId, at: datetime) -> None:
    """Forget the answers given before `at`."""
    session.execute(
        delete(nudge_answers).where(
            nudge_answers.c.workspace_id == workspace, nudge_answers.c.at < at
        )
    )
