"""« Respiration technique »: whether any capacity was lately given to debt.

Pure. Source: governance §8: an alert when no debt was decided for two cycles.
"""

from datetime import datetime, time

from bot.domain.calendar import Calendar, months_later
from bot.domain.counting import Period
from bot.domain.tempo import Cycle

CYCLES = 2


def window(cycle: Cycle, calendar: Calendar, now: datetime) -> Period:
    """Return the last two cycles' time, from the start of a local day to `now`."""
    first = months_later(calendar.local_date(now), -CYCLES * cycle.months)
    return Period(start=calendar.instant(first, time()), end=now)


def is_breathless(looked_at: Period, *, installed_at: datetime | None, has_debt: bool) -> bool:
    """Tell whether no debt was decided in `looked_at`, all of which somebody could have.

    `installed_at` is when requests began to be kept, None when they were not.
    """
    return installed_at is not None and installed_at <= looked_at.start and not has_debt
