"""Deciding a request, and what a decision does to older ones.

Each function is one transaction; `key` names the submission it comes from. All raise the
`DomainError` that says why not.
"""

from sqlalchemy import Connection

from bot.db import received, requests
from bot.domain import deciding, referral
from bot.domain.charter import Layer
from bot.domain.decision import Terms
from bot.domain.errors import CannotSupersede, MustSupersede
from bot.domain.ids import PersonId, RequestId
from bot.domain.request import Request
from bot.domain.routing import Desk, route
from bot.services.changes import Move, apply, change
from bot.services.deps import Deps
from bot.services.desks import desk_of, today

COMPATIBLE = 0
"""What `Terms.supersedes` is when the decider says that no live decision is contradicted."""


def decide(deps: Deps, request_id: RequestId, by: PersonId, terms: Terms, *, key: str) -> Request:
    """Record the answer of `by`, and supersede the older decision it replaces, if any.

    Raises MustSupersede when a live strategy decision stands on the same impact and squads, and
    the decider did not say whether it is replaced. Source: governance §5, [article] guard-rail.
    """
    with deps.begin() as session:
        if not received.first_time(session, deps.workspace, key, deps.now()):
            return requests.get(session, deps.workspace, request_id)
        desk = desk_of(session, deps)
        request = requests.get(session, deps.workspace, request_id)
        if request.may_decide(by) and request.is_open:
            check_guard_rail(session, deps, request, terms)
        saved = apply(session, deps, desk, request_id, _answer(by, terms))
        if saved.decision and saved.decision.terms.supersedes:
            _replace_older(session, deps, desk, saved, by)
    deps.wake()
    return saved


def _answer(by: PersonId, terms: Terms) -> Move:
    def move(request: Request, desk: Desk) -> Request:
        return deciding.decide(
            request,
            by,
            terms,
            at=desk.now,
            today=today(desk.charter, desk.now),
            tie_break=referral.break_tie(request.route, request.subject, desk),
        )

    return move


def check_guard_rail(session: Connection, deps: Deps, request: Request, terms: Terms) -> None:
    """Raise MustSupersede when `terms` do not say what becomes of a live strategy decision."""
    if terms.supersedes is not None:
        return
    standing = _strategies(session, deps, request)
    if standing:
        raise MustSupersede(number=", ".join(found.reference for found in standing))


def strategies(deps: Deps, request: Request) -> tuple[Request, ...]:
    """Return the live strategy decisions that a decision on `request` could contradict."""
    with deps.read() as session:
        return _strategies(session, deps, request)


def _strategies(session: Connection, deps: Deps, request: Request) -> tuple[Request, ...]:
    found = requests.live_strategy(
        session, deps.workspace, impact=request.content.impact, squads=request.content.squads
    )
    return tuple(other for other in found if other.id != request.id)


def _replace_older(
    session: Connection, deps: Deps, desk: Desk, newer: Request, by: PersonId
) -> None:
    number = newer.decision.terms.supersedes if newer.decision else None
    older = requests.find(session, deps.workspace, number) if number else None
    if older is None or (
        older.route.layer is Layer.STRATEGY and newer.route.layer is Layer.EXECUTION
    ):
        raise CannotSupersede(number=str(number))
    apply(
        session,
        deps,
        desk,
        older.id,
        lambda request, desk: deciding.supersede(request, by, newer.number, at=desk.now),
    )


def reopen(deps: Deps, request_id: RequestId, by: PersonId, why: str, *, key: str) -> Request:
    """Open a decided request again; it is routed anew."""

    def move(request: Request, desk: Desk) -> Request:
        return deciding.reopen(request, by, why, route=route(request.subject, desk), at=desk.now)

    return change(deps, request_id, move, key=key)
