"""What Slack delivered already, so that twice equals once."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.db.inserting import insert_once
from bot.db.tables import received
from bot.domain.ids import WorkspaceId


def first_time(session: Connection, workspace: WorkspaceId, key: str, at: datetime) -> bool:
    """Tell whether `key` arrives for the first time; it is kept when the transaction commits."""
    return insert_once(session, received, [{"workspace_id": workspace, "key": key, "at": at}]) == 1


def is_known(session: Connection, workspace: WorkspaceId, key: str) -> bool:
    """Tell whether `key` arrived before: a look, which keeps nothing."""
    found = session.execute(
        select(received.c.key).where(received.c.workspace_id == workspace, received.c.key == key)
    )
    return found.first() is not None


def forget_before(session: Connection, workspace: WorkspaceId, at: datetime) -> None:
    """Forget keys older than `at`: Slack no longer sends them again."""
    session.execute(
        delete(received).where(received.c.workspace_id == workspace, received.c.at < at)
    )
