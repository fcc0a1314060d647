"""Leases: one replica at a time does a job; another takes over when it dies."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from bot.db.clock_tables import leases
from bot.db.inserting import insert_once
from bot.domain.ids import WorkspaceId

TICK = "tick"

# Built once: building a statement costs more than running it.
_TAKE = update(leases).where(
    leases.c.workspace_id == bindparam("in_workspace"),
    leases.c.name == bindparam("named"),
    or_(leases.c.holder == bindparam("by"), leases.c.until <= bindparam("now")),
)

_HELD = select(leases.c.holder, leases.c.until).where(
    leases.c.workspace_id == bindparam("in_workspace"), leases.c.name == bindparam("named")
)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """`holder` asks for the job from `now` to `until`, on the machine's clock, aware UTC."""

    holder: str
    now: datetime
    until: datetime


def take(session: Connection, workspace: WorkspaceId, name: str, lease: Lease) -> bool:
    """Take the job `name`, or keep it; False while somebody else holds it."""
    wanted = {"in_workspace": workspace, "named": name, "by": lease.holder, "now": lease.now}
    values = {"holder": lease.holder, "until": lease.until}
    taken = session.execute(_TAKE, wanted | values)
    if taken.rowcount == 1:
        return True
    row = {"workspace_id": workspace, "name": name, "holder": lease.holder, "until": lease.until}
    return insert_once(session, leases, [row]) == 1


def foretold(session: Connection, workspace: WorkspaceId, name: str, lease: Lease) -> bool | None:
    """Return what a look is enough to answer: nothing is written; None when `take` will tell.

    True: `lease.holder` has the job `name` until `lease.until` at least. False: another has it.
    """
    held = session.execute(_HELD, {"in_workspace": workspace, "named": name}).first()
    if held is None:
        return None
    if held.holder != lease.holder:
        return None if held.until <= lease.now else False
    return True if held.until >= lease.until else None


def release(session: Connection, workspace: WorkspaceId, name: str, holder: str) -> None:
    """Let the job `name` go, if `holder` has it: nobody waits for its lease to end."""
    session.execute(
        delete(leases).where(
            leases.c.workspace_id == workspace, leases.c.name == name, leases.c.holder == holder
        )
    )
