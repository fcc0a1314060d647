"""Moving a decision between mandates: up, down, sideways; each gives a new route.

Pure. Source: governance §3, proximity and escalation path; §5.
"""

from dataclasses import replace

from bot.domain.charter import Charter, Layer, Role, Rule
from bot.domain.errors import CannotDelegate, NothingAbove, NothingBelow
from bot.domain.ids import PersonId
from bot.domain.routing import Desk, Mandate, Route, Search, Subject, finished, reason


def refer_up(current: Route, by: PersonId, subject: Subject, desk: Desk) -> Route:
    """Return the route one step above `current`, without `by`.

    A proximity request goes to the deciders of its rule; from the top it goes to the tie-break.
    Raises NothingAbove from the tie-break itself.
    """
    if current.is_tie_break or not current.mandates:
        raise NothingAbove
    rule = desk.charter.rule(subject.question)
    search = Search(desk, subject, rule.layer, apart=frozenset({by}))
    search.say("referred_up", person=by)
    if current.is_proximity:
        _refer_to_rule(search, rule)
    else:
        search.climb(steps_above(current, by, rule))
    return finished(search, rule, is_proximity=False)


def _refer_to_rule(search: Search, rule: Rule) -> None:
    filled = [search.fill(role) for role in rule.deciders]
    if not any(filled):
        search.climb(rule.above(rule.deciders[0]))


def steps_above(current: Route, by: PersonId, rule: Rule) -> tuple[Role, ...]:
    """Return the roles above the seat that `by` decides from; empty for a personal mandate."""
    mandate = current.mandate_of(by)
    return rule.above(mandate.seats[0].role) if mandate and mandate.seats else ()


def break_tie(current: Route, subject: Subject, desk: Desk) -> Route:
    """Return the route after two deciders disagreed.

    A tie-break seat decides alone; a tie-break ritual keeps both, who meet there.
    """
    rule = desk.charter.rule(subject.question)
    search = Search(desk, subject, rule.layer, apart=frozenset(current.deciders))
    search.say("split")
    search.break_tie()
    if search.mandates and desk.charter.tie_break.seat:
        return finished(search, rule, is_proximity=False)
    ritual = desk.charter.tie_break.ritual or current.ritual
    reasons = (reason("split"), reason("tie_break_ritual", ritual=ritual or ""))
    return replace(current, is_tie_break=True, ritual=ritual, reasons=reasons, usual=None)


def hand_down(by: PersonId, subject: Subject, desk: Desk) -> Route:
    """Return the route to the squad that the request concerns.

    Raises NothingBelow when it is not of one squad, or when nobody else is there to receive it.
    """
    rule = desk.charter.rule(subject.question)
    if len(subject.squads) != 1:
        raise NothingBelow
    search = Search(desk, subject, Layer.EXECUTION, apart=frozenset({by}))
    search.say("handed_down", person=by)
    if not search.fill(rule.proximity or Role.PM):
        raise NothingBelow
    return finished(search, rule, is_proximity=True)


def delegate(current: Route, by: PersonId, to: PersonId, subject: Subject, desk: Desk) -> Route:
    """Return the route where `to` decides for `by`.

    Raises CannotDelegate when `to` is the requester above execution, stands above `by`, is away
    or barred, or decides already. Source: governance §3, delegation never goes up.
    """
    mandate = current.mandate_of(by)
    above = steps_above(current, by, desk.charter.rule(subject.question))
    _check_receiver(current, to, above, subject, desk)
    given = Mandate(
        person=to, seats=mandate.seats if mandate else (), on_behalf_of=by if mandate else None
    )
    kept = tuple(m for m in current.mandates if m.person != by)
    told = reason("delegated" if mandate else "assigned", person=to, by=by)
    return replace(
        current,
        mandates=(*kept, given),
        consulted=tuple(person for person in current.consulted if person != to),
        stewards=(),
        is_self_decided=subject.requester in {to, *(m.person for m in kept)},
        reasons=(*current.reasons, told),
        usual=None,
    )


def _check_receiver(
    current: Route, to: PersonId, above: tuple[Role, ...], subject: Subject, desk: Desk
) -> None:
    if to == subject.requester and current.layer is not Layer.EXECUTION:
        raise CannotDelegate(why="requester")
    if to in current.deciders:
        raise CannotDelegate(why="decider")
    if not desk.presence.is_present(to, desk.now):
        raise CannotDelegate(why="away")
    if _holds_any(desk.charter, to, above):
        raise CannotDelegate(why="above")


def _holds_any(charter: Charter, person: PersonId, roles: tuple[Role, ...]) -> bool:
    held = (charter.seat(role) for role in roles)
    return any(seat is not None and seat.holder == person for seat in held)
