"""Numbers without gaps: a counter moves in the transaction that uses it."""

from sqlalchemy import Connection, bindparam, select, update

from bot.db.inserting import insert_once
from bot.db.tables import counters
from bot.domain.ids import WorkspaceId

REQUESTS = "request"
"""The counter of `ARB-n`."""

# Built once: building a statement costs more than running it.
_MOVE = (
    update(counters)
    .where(
        counters.c.workspace_id == bindparam("in_workspace"), counters.c.name == bindparam("named")
    )
    .values(value=counters.c.value + bindparam("step"))
    .returning(counters.c.value)
)


def take(session: Connection, workspace: WorkspaceId, name: str, count: int = 1) -> int:
    """Return the first of the next `count` numbers of `name`, from 1.

    The counter stays locked until the transaction ends, so a roll-back gives its numbers back.
    """
    values = {"in_workspace": workspace, "named": name, "step": count}
    last = session.execute(_MOVE, values).scalar()
    if last is None:
        row = {"workspace_id": workspace, "name": name, "value": 0}
        insert_once(session, counters, [row])
        last = session.execute(_MOVE, values).scalar_one()
    return int(last) - count + 1


def give_back(session: Connection, workspace: WorkspaceId, name: str) -> None:
    """Give back the number just taken in this transaction."""
    take(session, workspace, name, -1)


def last(session: Connection, workspace: WorkspaceId, name: str) -> int:
    """Return the last number of `name` that was taken, 0 when none was."""
    found = session.execute(
        select(counters.c.value).where(
            counters.c.workspace_id == workspace, counters.c.name == name
        )
    ).scalar()
    return found or 0
