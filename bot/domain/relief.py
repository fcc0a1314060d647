"""Who decides while somebody is away, and how decisions come back to them.

Pure. The clock is not reset, and delegation never goes up. Source: governance §3, nobody is there.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.charter import Charter, SeatKey
from bot.domain.events import EventKind
from bot.domain.ids import PersonId
from bot.domain.people import Absence, Presence
from bot.domain.referral import steps_above
from bot.domain.request import Request
from bot.domain.routing import Desk, Route, Search, Subject, finished


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who acts in a seat while its holder is away; None when no deputy is there all along.

    `away` are the deputies who are away too during that time.
    """

    seat: SeatKey
    person: PersonId | None
    away: tuple[PersonId, ...] = ()


def stand_ins(charter: Charter, presence: Presence, absence: Absence) -> tuple[StandIn, ...]:
    """Return, per seat that the absent person holds, who acts in it all along the absence."""
    held = (seat for seat in charter.seats if seat.holder == absence.person)
    return tuple(_stand_in(seat.key, seat.members[1:], presence, absence) for seat in held)


def _stand_in(
    key: SeatKey, deputies: tuple[PersonId, ...], presence: Presence, absence: Absence
) -> StandIn:
    away = tuple(person for person in deputies if _is_away(person, presence, absence))
    here = next((person for person in deputies if person not in away), None)
    return StandIn(seat=key, person=here, away=away)


def _is_away(person: PersonId, presence: Presence, during: Absence) -> bool:
    return person in presence.barred or any(
        found.person == person and found.start < during.end and found.end > during.start
        for found in presence.absences
    )


def stand_in(current: Route, away: PersonId, subject: Subject, desk: Desk) -> Route:
    """Return the route without `away`: a deputy of their seat decides, else the next step.

    The usual route is kept in it.
    """
    rule = desk.charter.rule(subject.question)
    search = Search(desk, subject, current.layer, apart=frozenset({away}))
    search.is_tie_break = current.is_tie_break
    is_filled = True
    for mandate in current.mandates:
        if mandate.person != away:
            search.grant(mandate)
        elif mandate.seats:
            is_filled = search.fill(mandate.seats[0].role)
    if not is_filled:
        search.climb(steps_above(current, away, rule))
    found = finished(search, rule, is_proximity=current.is_proximity)
    return replace(
        found,
        ritual=current.ritual or found.ritual,
        reasons=tuple(dict.fromkeys((*current.reasons, *found.reasons))),
        usual=current.usual or current,
    )


def come_back(current: Route, subject: Subject, desk: Desk) -> Route:
    """Return the usual route, those who are still away replaced; `current` when it has none."""
    usual = current.usual
    if usual is None:
        return current
    route = usual
    for decider in usual.deciders:
        if not desk.presence.is_present(decider, desk.now):
            route = stand_in(route, decider, subject, desk)
    return route


def hand_over(request: Request, away: PersonId, desk: Desk) -> Request:
    """Move an open request to who stands in for `away`; unchanged when they do not decide it."""
    if not request.is_open or away not in request.awaited:
        return request
    route = stand_in(request.route, away, request.subject, desk)
    return _moved(request, route, away, "away", desk.now)


def hand_back(request: Request, back: PersonId, desk: Desk) -> Request:
    """Move an open request back to `back`; unchanged when they do not usually decide it."""
    usual = request.route.usual
    if not request.is_open or usual is None or back not in usual.deciders:
        return request
    route = come_back(request.route, request.subject, desk)
    if route.deciders == request.route.deciders:
        return request
    return _moved(request, route, back, "back", desk.now)


def _moved(request: Request, route: Route, person: PersonId, cause: str, at: datetime) -> Request:
    kept = tuple(p for p in request.positions if p.by in route.deciders)
    told = replace(request, route=route, positions=kept)
    if not told.awaited:
        # The one who stands in had answered for themselves: now they answer for both.
        told = replace(told, positions=())
    details = (
        ("cause", cause),
        ("person", person),
        ("to", ",".join(route.deciders or route.stewards)),
    )
    return told.moved(EventKind.REROUTED, request.status, None, at, details=details)
