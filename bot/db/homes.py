"""Who has the first tab of their App Home before them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.db.home_tables import homes
from bot.db.inserting import upsert
from bot.domain.ids import PersonId, WorkspaceId

# Built once: building a statement costs more than running it.
_OPEN_BEFORE = select(homes.c.person_id).where(
    homes.c.workspace_id == bindparam("in_workspace"),
    homes.c.person_id.in_(bindparam("people", expanding=True)),
    homes.c.opened_at >= bindparam("since"),
)


def opened(session: Connection, workspace: WorkspaceId, person: PersonId, at: datetime) -> None:
    """Note that `person` has it before them."""
    upsert(session, homes, {"workspace_id": workspace, "person_id": person, "opened_at": at})


def left(session: Connection, workspace: WorkspaceId, person: PersonId) -> None:
    """Note that `person` looks at something else."""
    session.execute(
        delete(homes).where(homes.c.workspace_id == workspace, homes.c.person_id == person)
    )


def open_before(
    session: Connection, workspace: WorkspaceId, people: Iterable[PersonId], since: datetime
) -> tuple[PersonId, ...]:
    """Return those of `people` who have it before them, opened since `since`."""
    wanted = {"in_workspace": workspace, "people": sorted(people), "since": since}
    found = session.execute(_OPEN_BEFORE, wanted).scalars()
    return tuple(PersonId(person) for person in found)


def forget_before(session: Connection, workspace: WorkspaceId, since: datetime) -> None:
    """Forget what was opened before `since`."""
    session.execute(
        delete(homes).where(homes.c.workspace_id == workspace, homes.c.opened_at < since)
    )
