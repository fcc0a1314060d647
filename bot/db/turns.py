"""Whose turn each occurrence of a ritual was, once it was announced or held."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, bindparam, select

from bot.db.inserting import upsert
from bot.db.ritual_tables import turns
from bot.domain.ids import PersonId, RitualId, WorkspaceId
from bot.domain.rotation import Kept

# Built once: building a statement costs more than running it.
_KEPT = select(turns.c.ritual, turns.c.slot, turns.c.person_id).where(
    turns.c.workspace_id == bindparam("in_workspace"),
    turns.c.ritual.in_(bindparam("of_rituals", expanding=True)),
)


def kept(
    session: Connection, workspace: WorkspaceId, rituals: Iterable[RitualId]
) -> dict[RitualId, dict[date, Kept]]:
    """Return the turns of each ritual that were announced or held, by slot."""
    found: dict[RitualId, dict[date, Kept]] = {ritual: {} for ritual in rituals}
    for row in session.execute(_KEPT, {"in_workspace": workspace, "of_rituals": list(found)}):
        person = PersonId(row.person_id) if row.person_id else None
        found[RitualId(row.ritual)][row.slot] = Kept(person=person)
    return found


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
