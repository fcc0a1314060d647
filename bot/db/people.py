"""People as Slack describes them, what they prefer, the charter's references, and absences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, select

from bot.db import codec
from bot.db.clock_tables import preferences
from bot.db.inserting import upsert
from bot.db.tables import absences as absence_rows
from bot.db.tables import people, refs
from bot.domain.ids import PersonId, WorkspaceId
from bot.domain.people import Absence, Notify, Person

# Built once: building a statement costs more than running it.
_MANY = (
    select(people, preferences.c.notify, preferences.c.locale.label("chosen_locale"))
    .outerjoin(
        preferences,
        and_(
            preferences.c.workspace_id == people.c.workspace_id,
            preferences.c.person_id == people.c.id,
        ),
    )
    .where(
        people.c.workspace_id == bindparam("in_workspace"),
        people.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_BARRED = select(people.c.id).where(
    people.c.workspace_id == bindparam("in_workspace"), people.c.is_barred
)
_REFS = select(refs.c.ref, refs.c.people).where(refs.c.workspace_id == bindparam("in_workspace"))
_ABSENCES = select(absence_rows).where(
    absence_rows.c.workspace_id == bindparam("in_workspace"),
    absence_rows.c.end > bindparam("since"),
)

_NAMES = select(people.c.id, people.c.name).where(
    people.c.workspace_id == bindparam("in_workspace"),
    people.c.id.in_(bindparam("ids", expanding=True)),
)


def save(session: Connection, workspace: WorkspaceId, person: Person) -> None:
    """Keep what Slack says of somebody; what they prefer is kept apart."""
    row = {"workspace_id": workspace, "id": person.id, "locale": person.locale}
    said = {"zone": person.zone, "is_barred": person.is_barred, "seen_at": person.seen_at}
    upsert(session, people, row | said | {"name": person.name})


def many(
    session: Connection, workspace: WorkspaceId, ids: tuple[PersonId, ...]
) -> dict[PersonId, Person]:
    """Return those of `ids` who are known."""
    found = session.execute(_MANY, {"in_workspace": workspace, "ids": ids})
    return {
        PersonId(row.id): Person(
            id=PersonId(row.id),
            locale=row.chosen_locale or row.locale,
            zone=row.zone,
            is_barred=row.is_barred,
            seen_at=row.seen_at,
            notify=Notify(row.notify) if row.notify else Notify.DM,
            name=row.name,
        )
        for row in found
    }


def names(
    session: Connection, workspace: WorkspaceId, ids: Iterable[PersonId]
) -> dict[PersonId, str]:
    """Return what those of `ids` go by whose name is known; a name is never empty."""
    found = session.execute(_NAMES, {"in_workspace": workspace, "ids": tuple(ids)})
    return {PersonId(row.id): row.name for row in found if row.name}


def save_preference(
    session: Connection,
    workspace: WorkspaceId,
    person: PersonId,
    *,
    notify: Notify,
    locale: str | None,
) -> None:
    """Keep how somebody wants to be reminded, and in which language; None for Slack's."""
    row = {"workspace_id": workspace, "person_id": person, "notify": notify, "locale": locale}
    upsert(session, preferences, row)


def chosen_locale(session: Connection, workspace: WorkspaceId, person: PersonId) -> str | None:
    """Return the language somebody chose here, None when it is Slack's."""
    return session.execute(
        select(preferences.c.locale).where(
            preferences.c.workspace_id == workspace, preferences.c.person_id == person
        )
    ).scalar()


def get(session: Connection, workspace: WorkspaceId, person: PersonId) -> Person | None:
    """Return what is known of somebody, None for a stranger."""
    return many(session, workspace, (person,)).get(person)


def barred(session: Connection, workspace: WorkspaceId) -> frozenset[PersonId]:
    """Return those who never decide."""
    found = session.execute(_BARRED, {"in_workspace": workspace}).scalars()
    return frozenset(PersonId(person) for person in found)


def save_ref(
    session: Connection,
    workspace: WorkspaceId,
    ref: str,
    members: tuple[PersonId, ...],
    at: datetime,
) -> None:
    """Keep who a reference of the charter is; nobody is a valid answer."""
    row = {"workspace_id": workspace, "ref": ref, "people": codec.dump_people(members)}
    upsert(session, refs, row | {"found_at": at})


def directory(session: Connection, workspace: WorkspaceId) -> dict[str, tuple[PersonId, ...]]:
    """Return who each reference of the charter is, as Slack said last."""
    found = session.execute(_REFS, {"in_workspace": workspace})
    return {row.ref: codec.load_people(row.people) for row in found}


def add_absence(session: Connection, workspace: WorkspaceId, absence: Absence, *, key: str) -> None:
    """Keep an absence under `key`; keeping it again replaces it."""
    row = {"workspace_id": workspace, "id": key, "person_id": absence.person}
    upsert(session, absence_rows, row | {"start": absence.start, "end": absence.end})


def absences(session: Connection, workspace: WorkspaceId, since: datetime) -> tuple[Absence, ...]:
    """Return the absences that end after `since`."""
    found = session.execute(_ABSENCES, {"in_workspace": workspace, "since": since})
    return tuple(map(_absence, found))


def absence(session: Connection, workspace: WorkspaceId, key: str) -> Absence | None:
    """Return the absence kept under `key`, None when it was cancelled."""
    row = session.execute(
        select(absence_rows).where(
            absence_rows.c.workspace_id == workspace, absence_rows.c.id == key
        )
    ).first()
    return _absence(row) if row else None


def remove_absence(session: Connection, workspace: WorkspaceId, key: str) -> None:
    """Forget an absence."""
    session.execute(
        delete(absence_rows).where(
            absence_rows.c.workspace_id == workspace, absence_rows.c.id == key
        )
    )


def _absence(row: Row[Any]) -> Absence:
    return Absence(person=PersonId(row.person_id), start=row.start, end=row.end, id=row.id)
