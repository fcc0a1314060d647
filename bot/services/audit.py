"""Whether the record holds: no event changed, removed or added by hand."""

from bot.db import events, requests
from bot.db.engine import Database
from bot.db.events import Break


def verify(database: Database) -> tuple[int, tuple[Break, ...]]:
    """Return how many requests were verified in all workspaces, and those whose chain breaks."""
    with database.stream() as session:
        found: list[Break] = []
        count = 0
        for workspace, number in requests.count_by_workspace(session):
            count += number
            found += events.verify(session, workspace)
    return count, tuple(found)
