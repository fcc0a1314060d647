"""When digests go out, and from when to when each one covers.

Every digest ends at a slot of the plan, so that replicas that look at different moments make the
same one; it starts where the one before ended. Source: product §4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import Calendar


class WhenEmpty(StrEnum):
    """What a week without anything to tell makes."""

    SAY = "say"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class DigestPlan:
    """The day (ISO, Monday is 1) and local hour of the charter's zone, and what empty weeks do."""

    weekday: int = 1
    at: time = time(9)
    when_empty: WhenEmpty = WhenEmpty.SAY

    def latest_slot(self, now: datetime, calendar: Calendar) -> datetime:
        """Return the last instant not after `now` when digests go out, aware UTC."""
        today = calendar.local_date(now)
        day = today - timedelta(days=(today.isoweekday() - self.weekday) % 7)
        slot = calendar.instant(day, self.at)
        return slot if slot <= now else calendar.instant(day - timedelta(days=7), self.at)

    def slots_after(self, now: datetime, calendar: Calendar) -> Iterator[datetime]:
        """Yield the instants after `now` when digests go out, in order, for ever."""
        day = calendar.local_date(self.latest_slot(now, calendar))
        while True:
            day += timedelta(days=7)
            yield calendar.instant(day, self.at)
