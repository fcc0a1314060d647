"""What people do with an open request short of deciding it.

Each function is one transaction; `key` names the click or submission it comes from. All return
the request as saved, and raise the `DomainError` that says why not.
"""

from bot.domain import referral
from bot.domain.errors import WrongRitual
from bot.domain.events import EventKind
from bot.domain.ids import PersonId, RequestId
from bot.domain.request import Request
from bot.domain.routing import Desk
from bot.services.changes import change
from bot.services.deps import Deps


def ask_evidence(deps: Deps, request: RequestId, by: PersonId, what: str, *, key: str) -> Request:
    """Pause the clock until the requester brings `what`."""
    return change(deps, request, lambda r, desk: r.ask_evidence(by, what, at=desk.now), key=key)


def give_evidence(
    deps: Deps, request: RequestId, by: PersonId, evidence: str, *, key: str
) -> Request:
    """Add the requester's evidence; a paused clock goes on."""
    return change(
        deps, request, lambda r, desk: r.give_evidence(by, evidence, at=desk.now), key=key
    )


def resume(deps: Deps, request: RequestId, by: PersonId, *, key: str) -> Request:
    """Go on without the evidence that was asked."""
    return change(deps, request, lambda r, desk: r.resume(by, at=desk.now), key=key)


def object_to(deps: Deps, request: RequestId, by: PersonId, impact: str, *, key: str) -> Request:
    """Record a consulted person's objection."""
    return change(deps, request, lambda r, desk: r.object(by, impact, at=desk.now), key=key)


def confirm_cost(deps: Deps, request: RequestId, by: PersonId, option: int, *, key: str) -> Request:
    """Record that a tech seat confirms what an option (from 0) costs."""

    def move(found: Request, desk: Desk) -> Request:
        tech = desk.charter.tech_people(found.content.squads)
        return found.confirm_cost(by, option, tech_people=tech, at=desk.now)

    return change(deps, request, move, key=key)


def refer_up(deps: Deps, request: RequestId, by: PersonId, why: str, *, key: str) -> Request:
    """Give the request to the step above, with the reason why it exceeds the mandate."""

    def move(found: Request, desk: Desk) -> Request:
        found.require_may_move(by)
        route = referral.refer_up(found.route, by, found.subject, desk)
        return found.rerouted(EventKind.REFERRED_UP, route, by=by, at=desk.now, why=why)

    return change(deps, request, move, key=key)


def hand_down(deps: Deps, request: RequestId, by: PersonId, why: str, *, key: str) -> Request:
    """Give the request to the squad it concerns."""

    def move(found: Request, desk: Desk) -> Request:
        found.require_may_move(by)
        route = referral.hand_down(by, found.subject, desk)
        return found.rerouted(EventKind.HANDED_DOWN, route, by=by, at=desk.now, why=why)

    return change(deps, request, move, key=key)


def delegate(deps: Deps, request: RequestId, by: PersonId, to: PersonId, *, key: str) -> Request:
    """Give one's own mandate on this request to `to`, who decides for them."""

    def move(found: Request, desk: Desk) -> Request:
        found.require_may_move(by)
        route = referral.delegate(found.route, by, to, found.subject, desk)
        return found.rerouted(EventKind.DELEGATED, route, by=by, at=desk.now, to=to)

    return change(deps, request, move, key=key)


def assign(deps: Deps, request: RequestId, by: PersonId, to: PersonId, *, key: str) -> Request:
    """Give a request that nobody decides to `to`; for stewards."""

    def move(found: Request, desk: Desk) -> Request:
        found.require_steward(by)
        route = referral.delegate(found.route, by, to, found.subject, desk)
        return found.rerouted(EventKind.ASSIGNED, route, by=by, at=desk.now, to=to)

    return change(deps, request, move, key=key)


def schedule(deps: Deps, request: RequestId, by: PersonId, *, key: str) -> Request:
    """Put the request on the agenda of the ritual that answers its question."""

    def move(found: Request, desk: Desk) -> Request:
        if found.route.ritual is None:
            raise WrongRitual(ritual="")
        return found.send_to_ritual(by, found.route.ritual, at=desk.now)

    return change(deps, request, move, key=key)


def unschedule(deps: Deps, request: RequestId, by: PersonId, *, key: str) -> Request:
    """Take the request off the agenda, back in its thread."""
    return change(deps, request, lambda r, desk: r.take_off_agenda(by, at=desk.now), key=key)


def withdraw(deps: Deps, request: RequestId, by: PersonId, why: str, *, key: str) -> Request:
    """Take a request back; for its requester."""
    return change(deps, request, lambda r, desk: r.withdraw(by, why, at=desk.now), key=key)
