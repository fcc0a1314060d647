"""When somebody may be told something: in their working hours, and not while they are away."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.calendar import Calendar
from bot.domain.ids import PersonId
from bot.domain.people import Notify, Person, Presence
from bot.domain.reminders import Timer, opening_after
from bot.domain.routing import Desk


def free_at(calendar: Calendar, presence: Presence, person: PersonId, at: datetime) -> datetime:
    """Return the first instant from `at` on in `person`'s hours and out of their absences."""
    while True:
        found = calendar.next_open(presence.back_at(person, at))
        if found == at:
            return at
        at = found


def freedom_of(desk: Desk, person: PersonId, known: Person | None) -> Callable[[Timer], datetime]:
    """Return what tells when a reminder may be said to `person`, now or later."""
    calendar = desk.charter.calendar
    calendar = calendar.in_zone(known.zone) if known else calendar
    is_daily = known is not None and known.notify is Notify.DIGEST

    def said_at(timer: Timer) -> datetime:
        at = max(desk.now, opening_after(calendar, timer.due_at)) if is_daily else desk.now
        return free_at(calendar, desk.presence, person, at)

    return said_at
