"""What routing and deadlines are answered from: the charter seated, who is there, the time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bot.db import people
from bot.domain import clocks
from bot.domain.charter import Charter
from bot.domain.ids import PersonId
from bot.domain.people import Presence
from bot.domain.reminders import CalendarOf
from bot.domain.request import OPEN_STATES, Request
from bot.domain.routing import Desk, Route
from bot.services.deps import Deps, Roster


def desk_of(session: Connection, deps: Deps) -> Desk:
    """Return the charter with its people, their absences, and now."""
    roster = _roster(session, deps)
    return Desk(charter=roster.charter, presence=roster.presence, now=deps.now())


def seated(session: Connection, deps: Deps) -> Charter:
    """Return the charter in force, its seats filled with the people Slack knows."""
    return _roster(session, deps).charter


def _roster(session: Connection, deps: Deps) -> Roster:
    return deps.rosters.get(lambda: _read_roster(session, deps))


def _read_roster(session: Connection, deps: Deps) -> Roster:
    charter = deps.charter.seated(people.directory(session, deps.workspace))
    members = dict.fromkeys(member for seat in charter.seats for member in seat.members)
    known = people.many(session, deps.workspace, tuple(members))
    presence = Presence(
        absences=people.absences(session, deps.workspace, deps.now()),
        barred=people.barred(session, deps.workspace),
    )
    zones = {person: found.zone for person, found in known.items()}
    return Roster(charter=charter, presence=presence, zones=zones)


def today(charter: Charter, now: datetime) -> date:
    """Return the local date of the charter's zone."""
    return charter.calendar.local_date(now)


def with_deadline(session: Connection, deps: Deps, desk: Desk, request: Request) -> Request:
    """Return `request` with its due date: None when its clock is paused or has ended."""
    if request.status not in OPEN_STATES:
        return replace(request, due_at=None)
    due_at = due_date(
        session,
        deps,
        desk,
        request.route,
        is_urgent=request.content.is_urgent,
        clock=Clock(started_at=request.clock_from, pauses=request.pauses),
    )
    return replace(request, due_at=due_at)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """When an SLA's clock started, and its pauses."""

    started_at: datetime
    pauses: tuple[clocks.Pause, ...] = ()


def due_date(
    session: Connection, deps: Deps, desk: Desk, route: Route, *, is_urgent: bool, clock: Clock
) -> datetime | None:
    """Return when the deciders of `route` should have answered; None while the clock is paused.

    Working hours are those of its deciders, in their own zone; with two, the later date holds.
    Source: governance §6.
    """
    allowance = desk.charter.sla(route.layer, is_urgent=is_urgent)
    calendar_of = calendars_of(session, deps, desk.charter, route.deciders)
    calendars = {calendar_of(person) for person in route.deciders} or {desk.charter.calendar}
    dates = (
        clocks.due_at(calendar, clock.started_at, allowance, clock.pauses) for calendar in calendars
    )
    return max((at for at in dates if at is not None), default=None)


def calendars_of(
    session: Connection, deps: Deps, charter: Charter, persons: Iterable[PersonId]
) -> CalendarOf:
    """Return what gives the working hours of each of `persons`, in their own zone.

    Somebody not known yet works in the charter's zone.
    """
    zones = dict(_roster(session, deps).zones)
    strangers = tuple(person for person in persons if person not in zones)
    if strangers:
        known = people.many(session, deps.workspace, strangers)
        zones |= {person: found.zone for person, found in known.items()}
    return lambda person: charter.calendar.in_zone(zones.get(person, charter.calendar.zone))
