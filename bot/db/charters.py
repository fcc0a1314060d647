"""Every charter that was ever in force."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.db import counters
from bot.db.tables import charters
from bot.domain.ids import WorkspaceId

VERSIONS = "charter"


def put(
    session: Connection, workspace: WorkspaceId, *, digest: str, text: str, at: datetime
) -> int:
    """Return the version of the charter `text`: the latest one, or a new one when it changed."""
    version = counters.take(session, workspace, VERSIONS)
    known = session.execute(
        select(charters.c.digest).where(
            charters.c.workspace_id == workspace, charters.c.version == version - 1
        )
    ).scalar()
    if known == digest:
        counters.give_back(session, workspace, VERSIONS)
        return version - 1
    row = {"workspace_id": workspace, "version": version, "digest": digest}
    session.execute(insert(charters), row | {"text": text, "at": at})
    return version


def workspaces(session: Connection) -> tuple[WorkspaceId, ...]:
    """Return the workspaces that this database serves."""
    found = session.execute(select(charters.c.workspace_id).distinct().order_by("workspace_id"))
    return tuple(WorkspaceId(workspace) for workspace in found.scalars())


def first_at(session: Connection, workspace: WorkspaceId) -> datetime | None:
    """Return when the first charter came in force: the installation; None before it."""
    found: datetime | None = session.execute(
        select(func.min(charters.c.at)).where(charters.c.workspace_id == workspace)
    ).scalar()
    return found


def get(session: Connection, workspace: WorkspaceId, version: int) -> str | None:
    """Return the text of a version, None when there is none."""
    return session.execute(
        select(charters.c.text).where(
            charters.c.workspace_id == workspace, charters.c.version == version
        )
    ).scalar()
