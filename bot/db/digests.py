"""Who gets a digest, and what each was told of so far."""

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.db.inserting import insert_once, upsert
from bot.db.journal_tables import digests, subscriptions
from bot.domain.digest import Subscription, Target
from bot.domain.ids import PersonId, SquadId, WorkspaceId
from bot.domain.metrics import Period

# Built once: building a statement costs more than running it.
_SUBSCRIBERS = (
    select(subscriptions.c.person_id, subscriptions.c.squads)
    .where(subscriptions.c.workspace_id == bindparam("in_workspace"))
    .order_by(subscriptions.c.person_id)
)
_TOLD = select(digests.c.target).where(
    digests.c.workspace_id == bindparam("in_workspace"),
    digests.c.period_end >= bindparam("slot"),
)
_COVERED_UNTIL = select(func.max(digests.c.period_end)).where(
    digests.c.workspace_id == bindparam("in_workspace"),
    digests.c.target == bindparam("of_target"),
)


def subscribe(session: Connection, workspace: WorkspaceId, wanted: Subscription) -> None:
    """Keep a subscription; one person has one."""
    row = {"workspace_id": workspace, "person_id": wanted.person}
    upsert(session, subscriptions, row | {"squads": json.dumps(wanted.squads)})


def unsubscribe(session: Connection, workspace: WorkspaceId, person: PersonId) -> None:
    """Forget a subscription; nothing happens when there is none."""
    session.execute(
        delete(subscriptions).where(
            subscriptions.c.workspace_id == workspace, subscriptions.c.person_id == person
        )
    )


def subscribers(session: Connection, workspace: WorkspaceId) -> tuple[Subscription, ...]:
    """Return all subscriptions."""
    rows = session.execute(_SUBSCRIBERS, {"in_workspace": workspace})
    return tuple(_subscription(row.person_id, row.squads) for row in rows)


def subscription(
    session: Connection, workspace: WorkspaceId, person: PersonId
) -> Subscription | None:
    """Return the subscription of `person`, None when they have none."""
    squads = session.execute(
        select(subscriptions.c.squads).where(
            subscriptions.c.workspace_id == workspace, subscriptions.c.person_id == person
        )
    ).scalar()
    return _subscription(person, squads) if squads is not None else None


def _subscription(person: str, squads: str) -> Subscription:
    found = tuple(SquadId(squad) for squad in json.loads(squads))
    return Subscription(person=PersonId(person), squads=found)


def covered_until(session: Connection, workspace: WorkspaceId, target: Target) -> datetime | None:
    """Return the end of the last period `target` was told of, None when it never was."""
    values = {"in_workspace": workspace, "of_target": target.name}
    found: datetime | None = session.execute(_COVERED_UNTIL, values).scalar()
    return found


def told(session: Connection, workspace: WorkspaceId, slot: datetime) -> frozenset[str]:
    """Return the names of the targets that were told of everything until `slot`."""
    found = session.execute(_TOLD, {"in_workspace": workspace, "slot": slot})
    return frozenset(found.scalars())


def cover(session: Connection, workspace: WorkspaceId, target: Target, period: Period) -> bool:
    """Record that `target` is told of `period`; False when another one started there already."""
    row = {
        "workspace_id": workspace,
        "target": target.name,
        "period_start": period.start,
        "period_end": period.end,
    }
    return insert_once(session, digests, [row]) == 1
