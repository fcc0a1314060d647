"""Answers about a decision in force: delivered, later, held.

Each move returns a new request with its event, or raises a `DomainError`. Source: product §3.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.decision import Decision
from bot.domain.events import EventKind, Status
from bot.domain.ids import PersonId
from bot.domain.request import Request


def deliver(request: Request, by: PersonId, *, at: datetime) -> Request:
    """Record that what was decided is delivered."""
    require_owner(request, by)
    told = replace(request, follow_up=replace(request.follow_up, delivered_at=at))
    return told.moved(EventKind.DELIVERED, request.status, by, at)


def delay(request: Request, by: PersonId, *, at: datetime) -> Request:
    """Record that the deliverable comes later; it is asked again."""
    require_owner(request, by)
    known = request.follow_up
    told = replace(request, follow_up=replace(known, delayed_at=at, delays=known.delays + 1))
    return told.moved(EventKind.DELAYED, request.status, by, at)


def hold(request: Request, by: PersonId, *, at: datetime) -> Request:
    """Record that the decision held; when it did not, it is reopened."""
    decision = _in_force(request)
    if by not in decision.deciders:
        raise errors.NotADecider(deciders=",".join(decision.deciders))
    told = replace(request, follow_up=replace(request.follow_up, held_at=at))
    return told.moved(EventKind.HELD, request.status, by, at)


def require_owner(request: Request, by: PersonId) -> None:
    """Raise WrongState, NothingToFollow or NotTheOwner unless `by` may say how it goes."""
    decision = _in_force(request)
    owner = decision.terms.owner
    if owner is None or request.follow_up.delivered_at is not None:
        raise errors.NothingToFollow
    if by not in {owner, *decision.deciders}:
        raise errors.NotTheOwner(owner=owner)


def _in_force(request: Request) -> Decision:
    request_decision = request.decision
    if request.status is not Status.DECIDED or request_decision is None:
        raise errors.WrongState(status=request.status)
    return request_decision
