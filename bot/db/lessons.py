"""What people said is not a request: hashed signatures, for ninety days."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.db.bypass_tables import lessons
from bot.db.inserting import upsert
from bot.domain.bypass import Learned, Lesson
from bot.domain.ids import WorkspaceId

MOST = 500
"""How many lessons count, the newest first: what is learned is bounded."""


def add(session: Connection, workspace: WorkspaceId, lesson: Lesson) -> None:
    """Keep a lesson; the same person saying it again only makes it younger."""
    row = {
        "workspace_id": workspace,
        "id": hashlib.sha256(lesson.signature.encode()).hexdigest()[:32],
        "author": lesson.author,
        "signature": lesson.signature,
        "cues": json.dumps(lesson.cues),
        "at": lesson.at,
    }
    upsert(session, lessons, row)


def count_of(session: Connection, workspace: WorkspaceId, author: str, since: datetime) -> int:
    """Return how many lessons one person gave since an instant."""
    return session.execute(
        select(func.count()).where(
            lessons.c.workspace_id == workspace, lessons.c.author == author, lessons.c.at >= since
        )
    ).scalar_one()


def since(session: Connection, workspace: WorkspaceId, at: datetime) -> tuple[Lesson, ...]:
    """Return the lessons given since `at`, newest first, 500 at most."""
    found = session.execute(
        select(lessons)
        .where(lessons.c.workspace_id == workspace, lessons.c.at >= at)
        .order_by(lessons.c.at.desc(), lessons.c.id, lessons.c.author)
        .limit(MOST)
    )
    return tuple(
        Lesson(
            signature=row.signature,
            cues=tuple(json.loads(row.cues)),
            author=row.author,
            at=row.at,
        )
        for row in found
    )


def learned(session: Connection, workspace: WorkspaceId, at: datetime) -> tuple[Learned, ...]:
    """Return what was learned since `at`, one line per kind of message, newest first."""
    last_at = func.max(lessons.c.at, type_=lessons.c.at.type).label("last_at")
    found = session.execute(
        select(
            lessons.c.id,
            func.max(lessons.c.cues).label("cues"),
            func.count().label("people"),
            last_at,
        )
        .where(lessons.c.workspace_id == workspace, lessons.c.at >= at)
        .group_by(lessons.c.id)
        .order_by(last_at.desc(), lessons.c.id)
    )
    return tuple(
        Learned(id=row.id, cues=tuple(json.loads(row.cues)), people=row.people, last_at=row.last_at)
        for row in found
    )


def drop(session: Connection, workspace: WorkspaceId, lesson: str) -> None:
    """Unlearn one kind of message, whoever taught it."""
    session.execute(
        delete(lessons).where(lessons.c.workspace_id == workspace, lessons.c.id == lesson)
    )


def forget_before(session: Connection, workspace: WorkspaceId, at: datetime) -> None:
    """Forget the lessons given before `at`."""
    session.execute(delete(lessons).where(lessons.c.workspace_id == workspace, lessons.c.at < at))
