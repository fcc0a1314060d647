"""The mode of each channel, and how often each person may be nudged."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.db.bypass_tables import nudge_limits, watched_channels
from bot.db.inserting import insert_once, upsert
from bot.domain.bypass import Mode
from bot.domain.ids import ChannelId, PersonId, WorkspaceId

# Built once: building a statement costs more than running it.
_MODE = select(watched_channels.c.mode).where(
    watched_channels.c.workspace_id == bindparam("in_workspace"),
    watched_channels.c.channel == bindparam("in_channel"),
)
_MUTED = select(nudge_limits.c.muted_at).where(
    nudge_limits.c.workspace_id == bindparam("in_workspace"),
    nudge_limits.c.person_id == bindparam("person"),
)


def mode_of(session: Connection, workspace: WorkspaceId, channel: ChannelId) -> Mode | None:
    """Return the mode a steward chose for a channel, None when nobody did."""
    found = session.execute(_MODE, {"in_workspace": workspace, "in_channel": channel}).scalar()
    return Mode(found) if found else None


def modes(session: Connection, workspace: WorkspaceId) -> dict[ChannelId, Mode]:
    """Return every mode that stewards chose."""
    found = session.execute(
        select(watched_channels.c.channel, watched_channels.c.mode).where(
            watched_channels.c.workspace_id == workspace
        )
    )
    return {ChannelId(row.channel): Mode(row.mode) for row in found}


def set_mode(
    session: Connection,
    workspace: WorkspaceId,
    channels: Iterable[ChannelId],
    mode: Mode,
    at: datetime,
) -> None:
    """Choose the mode of some channels."""
    for channel in channels:
        row = {"workspace_id": workspace, "channel": channel}
        upsert(session, watched_channels, row | {"mode": mode, "set_at": at})


def take_turn(
    session: Connection, workspace: WorkspaceId, person: PersonId, now: datetime, every: timedelta
) -> bool:
    """Take the one nudge that `person` may get within `every`; tell whether it was free.

    Two replicas that ask at once are answered one after the other. Never free for the muted.
    """
    row = {"workspace_id": workspace, "person_id": person}
    insert_once(session, nudge_limits, [row | {"nudged_at": None, "muted_at": None}])
    is_free = or_(nudge_limits.c.nudged_at.is_(None), nudge_limits.c.nudged_at <= now - every)
    taken = session.execute(
        update(nudge_limits).where(
            nudge_limits.c.workspace_id == workspace,
            nudge_limits.c.person_id == person,
            nudge_limits.c.muted_at.is_(None),
            is_free,
        ),
        {"nudged_at": now},
    )
    return taken.rowcount == 1


def mute(
    session: Connection, workspace: WorkspaceId, person: PersonId, at: datetime | None
) -> None:
    """Nudge `person` no more from `at` on; again when it is None."""
    row = {"workspace_id": workspace, "person_id": person}
    upsert(session, nudge_limits, row | {"muted_at": at})


def is_muted(session: Connection, workspace: WorkspaceId, person: PersonId) -> bool:
    """Tell whether somebody asked for no more nudges."""
    found = session.execute(_MUTED, {"in_workspace": workspace, "person": person}).scalar()
    return found is not None
