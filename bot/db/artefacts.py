"""What was said of the shared artefacts: a row per update, added and never changed."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select

from bot.db.artefact_tables import artefact_updates as updates
from bot.db.inserting import insert_once
from bot.domain.artefacts import Artefact, Body, Capacity, Update
from bot.domain.charter import Role
from bot.domain.ids import PersonId, SquadId, WorkspaceId

_ALL = select(updates).where(updates.c.workspace_id == bindparam("in_workspace"))
_newest = (
    select(updates.c.artefact, func.max(updates.c.seq).label("seq"))
    .where(updates.c.workspace_id == bindparam("in_workspace"), updates.c.at <= bindparam("until"))
    .group_by(updates.c.artefact)
    .subquery()
)
_LATEST = _ALL.join(
    _newest, and_(updates.c.artefact == _newest.c.artefact, updates.c.seq == _newest.c.seq)
)
_HISTORY = (
    _ALL.where(updates.c.artefact == bindparam("which"))
    .order_by(updates.c.seq.desc())
    .limit(bindparam("at_most"))
)
_ONE = _ALL.where(updates.c.artefact == bindparam("which"), updates.c.seq == bindparam("number"))
_OF_KEY = _ALL.where(updates.c.source_key == bindparam("key"))


def add(session: Connection, workspace: WorkspaceId, update: Update, key: str) -> bool:
    """Keep an update; False when its `key` is known, or its number was taken meanwhile."""
    row = {
        "workspace_id": workspace,
        "artefact": update.artefact,
        "seq": update.seq,
        "source_key": key,
        "at": update.at,
        "person_id": update.by,
        "role": update.role,
        "is_confirmation": update.is_confirmation,
        "body": _dump(update.body),
    }
    return insert_once(session, updates, [row]) == 1


def of_key(session: Connection, workspace: WorkspaceId, key: str) -> Update | None:
    """Return the update that came from `key`, None when there is none."""
    row = session.execute(_OF_KEY, {"in_workspace": workspace, "key": key}).first()
    return _update(row) if row else None


def one(
    session: Connection, workspace: WorkspaceId, artefact: Artefact, number: int
) -> Update | None:
    """Return update `number` of an artefact, None when there is none."""
    values = {"in_workspace": workspace, "which": artefact, "number": number}
    row = session.execute(_ONE, values).first()
    return _update(row) if row else None


def latest(session: Connection, workspace: WorkspaceId, until: datetime) -> dict[Artefact, Update]:
    """Return the last update of each artefact, as of `until`: the freshness's one reading."""
    rows = session.execute(_LATEST, {"in_workspace": workspace, "until": until})
    return {update.artefact: update for update in map(_update, rows)}


def history(
    session: Connection, workspace: WorkspaceId, artefact: Artefact, *, limit: int
) -> tuple[Update, ...]:
    """Return the last updates of an artefact, newest first, `limit` at most."""
    values = {"in_workspace": workspace, "which": artefact, "at_most": limit}
    return tuple(map(_update, session.execute(_HISTORY, values)))


def _dump(body: Body) -> str:
    capacity = [[one.squad, one.available_days, one.engaged_days] for one in body.capacity]
    told = {"words": body.words, "link": body.link, "capacity": capacity}
    return json.dumps(told, ensure_ascii=False)


def _update(row: Row[Any]) -> Update:
    told = json.loads(row.body)
    return Update(
        artefact=Artefact(row.artefact),
        seq=row.seq,
        at=row.at,
        by=PersonId(row.person_id),
        role=Role(row.role),
        is_confirmation=row.is_confirmation,
        body=Body(
            words=told["words"],
            link=told["link"],
            capacity=tuple(
                Capacity(squad=SquadId(squad), available_days=available, engaged_days=engaged)
                for squad, available, engaged in told["capacity"]
            ),
        ),
    )
