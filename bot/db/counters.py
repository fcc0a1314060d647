"""Numbers without gaps: a counter moves in the transaction that uses it."""

from sqlalchemy import Connection, update

from bot.db.inserting import insert_once
from bot.db.tables import counters
from bot.domain.ids import WorkspaceId


def take(session: Connection, workspace: WorkspaceId, name: str, count: int = 1) -> int:
    """Return the first of the next `count` numbers of `name`, from 1.

    The counter stays locked until the transaction ends, so a roll-back gives its numbers back.
    """
    statement = (
        update(counters)
        .where(counters.c.workspace_id == workspace, counters.c.name == name)
        .values(value=counters.c.value + count)
        .returning(counters.c.value)
    )
    last = session.execute(statement).scalar()
    if last is None:
        row = {"workspace_id": workspace, "name": name, "value": 0}
        insert_once(session, counters, [row])
        last = session.execute(statement).scalar_one()
    return int(last) - count + 1


def give_back(session: Connection, workspace: WorkspaceId, name: str) -> None:
    """Give back the number just taken in this transaction."""
    take(session, workspace, name, -1)
