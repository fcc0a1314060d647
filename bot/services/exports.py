"""The whole record, for exports: read as it is asked for, whatever its size."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.db import record, requests
from bot.db.engine import Database
from bot.db.record import Life
from bot.domain.ids import WorkspaceId


def workspaces(database: Database) -> dict[WorkspaceId, int]:
    """Return the workspaces of a database, each with how many requests it has."""
    with database.read() as session:
        return dict(requests.count_by_workspace(session))


@contextmanager
def lives(database: Database, workspace: WorkspaceId) -> Iterator[Iterator[Life]]:
    """Give every request with its events, by number, while the block lasts."""
    with database.read() as session:
        yield record.lives(session, workspace)
