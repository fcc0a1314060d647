"""The numbers that are not counted over decisions made: deliverables, rituals, one reading each.

Those of bypasses are in `bot.db.bypasses`. Their definitions are `bot.domain.metrics`.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select

from bot.db import codec
from bot.db.decisions import Scope, made_in
from bot.db.journal_tables import decisions
from bot.db.ritual_tables import occurrences
from bot.domain.counting import Period, Share
from bot.domain.ids import WorkspaceId
from bot.domain.metrics_rituals import HELD
from bot.domain.rituals import FARTHEST_MOVE, Occurrence, Stage

Days = tuple[date, date]
"""From the first (included) to the second (excluded), local to the charter's zone."""

IS_ON_TIME = decisions.c.delivered_on <= decisions.c.owed_on
A_DAY = timedelta(days=1)
# Built once: building a statement costs more than running it.
_OCCURRENCES = (
    select(occurrences.c.body, occurrences.c.version)
    .where(
        occurrences.c.workspace_id == bindparam("in_workspace"),
        occurrences.c.slot.between(bindparam("first"), bindparam("last")),
        occurrences.c.stage.in_(sorted({Stage.PLANNED, *HELD})),
    )
    .order_by(occurrences.c.slot, occurrences.c.ritual)
)


def on_time(session: Connection, workspace: WorkspaceId, scope: Scope, days: Days) -> Share:
    """Return how many of the deliverables due in `days` were delivered by their day."""
    wanted = select(func.count(), func.count().filter(IS_ON_TIME)).where(
        owed_in(workspace, scope, days)
    )
    n, hits = session.execute(wanted).one()
    return Share(hits=hits, n=n)


def owed_in(workspace: WorkspaceId, scope: Scope, days: Days) -> ColumnElement[bool]:
    """Return the condition that a deliverable is due in `days`, within `scope`."""
    first, end = days
    return and_(made_in(workspace, scope), decisions.c.owed_on >= first, decisions.c.owed_on < end)


def rituals(session: Connection, workspace: WorkspaceId, period: Period) -> tuple[Occurrence, ...]:
    """Return the occurrences kept that may have started in `period`: some were moved in or out."""
    first = period.start.date() - FARTHEST_MOVE - A_DAY
    last = period.end.date() + FARTHEST_MOVE + A_DAY
    rows = session.execute(_OCCURRENCES, {"in_workspace": workspace, "first": first, "last": last})
    return tuple(codec.load_occurrence(row.body, version=row.version) for row in rows)
