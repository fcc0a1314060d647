"""Whose turn each occurrence of a ritual was, once it was announced or held."""

from datetime import date

from sqlalchemy import Connection, bindparam, select

from bot.db.inserting import upsert
from bot.db.ritual_tables import turns
from bot.domain.ids import PersonId, RitualId, WorkspaceId
from bot.domain.rotation import Kept

# Built once: building a statement costs more than running it.
_KEPT = select(turns.c.slot, turns.c.person_id).where(
    turns.c.workspace_id == bindparam("in_workspace"), turns.c.ritual == bindparam("of_ritual")
)


def kept(session: Connection, workspace: WorkspaceId, ritual: RitualId) -> dict[date, Kept]:
    """Return the turns of a ritual that were announced or held, by slot."""
    rows = session.execute(_KEPT, {"in_workspace": workspace, "of_ritual": ritual})
    return {
        row.slot: Kept(person=PersonId(row.person_id) if row.person_id else None) for row in rows
    }


def keep(
    session: Connection,
    workspace: WorkspaceId,
    occurrence: tuple[RitualId, date],
    person: PersonId | None,
) -> None:
    """Keep whose turn an occurrence (its ritual and slot) is: the last word counts."""
    ritual, slot = occurrence
    row = {"workspace_id": workspace, "ritual": ritual, "slot": slot}
    upsert(session, turns, row | {"person_id": person})
