"""The numbers of bypasses, for digests and statistics. Source: governance §9."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.db import bypasses
from bot.domain.bypass import BypassNumbers, Counted, add_up, iso_week
from bot.domain.counting import Period
from bot.services.deps import Deps


def bypass_numbers(deps: Deps, since: datetime, until: datetime) -> BypassNumbers:
    """Return what is counted from `since` (included) to `until` (excluded), aware UTC.

    Weeks are ISO weeks of the charter's zone. A request that was a bypass before is not a direct
    one, whenever it was filed.
    """
    zone = ZoneInfo(deps.charter.calendar.zone)
    period = (since, until)
    with deps.read() as session:
        groups = bypasses.tallies(session, deps.workspace, period, deps.now())
        filed = bypasses.direct_requests(session, deps.workspace, period)
    weeks = [iso_week(at.astimezone(zone)) for at in filed]
    return add_up(groups, weeks, since=since, until=until)


def bypass_totals(session: Connection, deps: Deps, period: Period) -> Counted:
    """Return the same for a whole period, without its weeks, origins and channels."""
    where = (session, deps.workspace, (period.start, period.end))
    return Counted(tally=bypasses.total(*where, deps.now()), direct=bypasses.count_direct(*where))
