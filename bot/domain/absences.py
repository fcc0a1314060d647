"""An absence as people say it: dates and half days, in their own zone.

Source: governance §3, §6.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from bot.domain.errors import AbsenceOver, AbsenceTooLong, EmptyAbsence
from bot.domain.ids import PersonId
from bot.domain.people import Absence

NOON = time(13)
"""Where a day is cut in two, in local wall time."""

LONGEST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Dates:
    """From the morning of `first`, or its afternoon, to the evening of `last`, or its noon."""

    first: date
    last: date
    from_noon: bool = False
    until_noon: bool = False


def absence_of(person: PersonId, dates: Dates, calendar: Calendar, *, now: datetime) -> Absence:
    """Return the absence of `person` on `dates`, in the zone of `calendar`.

    Raises EmptyAbsence, AbsenceOver or AbsenceTooLong.
    """
    if (dates.last - dates.first).days > LONGEST_DAYS:
        raise AbsenceTooLong(limit=str(LONGEST_DAYS))
    start = calendar.instant(dates.first, NOON if dates.from_noon else time())
    after = dates.last if dates.until_noon else dates.last + timedelta(days=1)
    end = calendar.instant(after, NOON if dates.until_noon else time())
    if end <= start:
        raise EmptyAbsence
    if end <= now:
        raise AbsenceOver
    return Absence(person=person, start=start, end=end)
