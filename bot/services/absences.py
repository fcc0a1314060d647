"""Declaring and cancelling an absence; who would stand in."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.db import people, timers
from bot.domain.absences import Dates, absence_of
from bot.domain.calendar import Calendar
from bot.domain.charter import Charter
from bot.domain.errors import NotYours
from bot.domain.ids import PersonId
from bot.domain.people import Absence
from bot.domain.relief import StandIn, stand_ins
from bot.domain.reminders import Timer, TimerKind
from bot.services.deps import Deps
from bot.services.desks import calendars_of, desk_of, seated


@dataclass(frozen=True, kw_only=True)
class Relief:
    """What an absence changes: who acts in each seat that the person holds.

    `others_away` are the deputies who are away during it too, with their absences.
    """

    absence: Absence
    stand_ins: tuple[StandIn, ...]
    charter: Charter
    others_away: tuple[Absence, ...] = ()


def preview(deps: Deps, person: PersonId, dates: Dates) -> Relief:
    """Return who would stand in for `person`. Raises as `absence_of`."""
    with deps.read() as session:
        return _relief(session, deps, person, dates)


def declare(deps: Deps, person: PersonId, dates: Dates, *, key: str) -> Relief:
    """Keep an absence; open requests follow when it begins and come back when it ends.

    `key` names the submission: the same one declares once. Raises as `absence_of`.
    """
    with deps.begin() as session:
        relief = _relief(session, deps, person, dates)
        absence = relief.absence
        people.add_absence(session, deps.workspace, absence, key=key)
        timers.add(
            session,
            deps.workspace,
            (
                _timer(TimerKind.ABSENCE_START, key, absence),
                _timer(TimerKind.ABSENCE_END, key, absence),
            ),
        )
    deps.rosters.forget()
    return relief


def cancel(deps: Deps, person: PersonId, key: str) -> None:
    """Forget an absence of `person`; what was handed over comes back. Twice is once.

    Raises NotYours.
    """
    with deps.begin() as session:
        absence = people.absence(session, deps.workspace, key)
        if absence is None:
            return
        if absence.person != person:
            raise NotYours
        people.remove_absence(session, deps.workspace, key)
        timers.drop(session, deps.workspace, f"{TimerKind.ABSENCE_START}:{key}")
        ending = _timer(TimerKind.ABSENCE_END, key, absence)
        timers.put_off(session, deps.workspace, ending, deps.now())
    deps.rosters.forget()


def of_person(deps: Deps, person: PersonId) -> tuple[Absence, ...]:
    """Return the absences of `person` that are not over, soonest first."""
    with deps.read() as session:
        found = people.absences(session, deps.workspace, deps.now())
    mine = (absence for absence in found if absence.person == person)
    return tuple(sorted(mine, key=lambda absence: absence.start))


def hours_of(deps: Deps, person: PersonId) -> Calendar:
    """Return the working hours of `person`, in their own zone."""
    with deps.read() as session:
        return _calendar(session, deps, person)


def _calendar(session: Connection, deps: Deps, person: PersonId) -> Calendar:
    charter = seated(session, deps)
    return calendars_of(session, deps, charter, (person,))(person)


def _relief(session: Connection, deps: Deps, person: PersonId, dates: Dates) -> Relief:
    desk = desk_of(session, deps)
    calendar = _calendar(session, deps, person)
    absence = absence_of(person, dates, calendar, now=desk.now)
    found = stand_ins(desk.charter, desk.presence, absence)
    away = {deputy for one in found for deputy in one.away}
    return Relief(
        absence=absence,
        stand_ins=found,
        charter=desk.charter,
        others_away=tuple(a for a in desk.presence.absences if a.person in away),
    )


def _timer(kind: TimerKind, key: str, absence: Absence) -> Timer:
    at = absence.start if kind is TimerKind.ABSENCE_START else absence.end
    return Timer(kind=kind, key=f"{kind}:{key}", due_at=at, planned_at=at, person=absence.person)
