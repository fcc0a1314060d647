"""A company's life, made by the real rules on a real database: requests filed, moved, decided."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.db import requests
from bot.domain import errors
from bot.domain.charter import Verdict
from bot.domain.content import Content
from bot.domain.deciding import decide, reopen, supersede
from bot.domain.decision import Option, Terms
from bot.domain.events import EventKind, Status
from bot.domain.following import deliver
from bot.domain.ids import ImpactId, QuestionId, RequestId, SquadId
from bot.domain.referral import break_tie, hand_down, refer_up
from bot.domain.request import DECIDABLE, Request, file
from bot.domain.routing import Desk, route
from bot.services.changes import apply
from bot.services.deps import Deps
from bot.services.desks import desk_of, today
from tests.builders import (
    CHECKOUT,
    EVERYBODY,
    FakeClock,
    a_request,
    some_content,
    some_terms,
)

QUESTIONS = ("first", "cut", "shift", "problem", "debt", "bet", "scope", "delivery", "direction")
IMPACTS = ("retention", "activation")
WORDS = (
    "export",
    "panier",
    "facture",
    "onboarding",
    "mobile",
    "paiement",
    "alerte",
    "rapport",
    "devis",
    "contrat",
)


def live(deps: Deps, clock: FakeClock, *, weeks: int, per_week: int, seed: int = 0) -> None:
    """Live so many weeks: requests come in, and about four in five end."""
    dice = random.Random(seed)
    step = timedelta(weeks=1) / per_week
    with deps.begin() as session:
        for _ in range(weeks * per_week):
            clock.at += step * dice.uniform(0.5, 1.5)
            desk = desk_of(session, deps)
            request = _file(deps, desk, dice, session)
            _move(deps, desk, dice, session, request)


def _file(deps: Deps, desk: Desk, dice: random.Random, session) -> Request:  # type: ignore[no-untyped-def]  # the session's own type
    content = _content(dice, desk.now)
    requester = dice.choice(EVERYBODY)

    def build(number: int) -> Request:
        new = a_request(
            content,
            id=RequestId(f"r{number}"),
            workspace=deps.workspace,
            number=number,
            requester=requester,
            submitted_at=desk.now,
            clock_from=desk.now,
            asked_verdict=desk.charter.question(content.question).verdict,
        )
        return file(replace(new, event_count=0, route=route(new.subject, desk)))

    return requests.file_once(session, deps.workspace, f"life:{deps.new_id()}", build)[0]


def _content(dice: random.Random, now: datetime) -> Content:
    squads = dice.choice(((CHECKOUT,), (SquadId("onboarding"),), (CHECKOUT, SquadId("onboarding"))))
    is_urgent = dice.random() < 0.3
    return some_content(
        title=f"Faut-il {' '.join(dice.sample(WORDS, 3))} ?",
        question=QuestionId(dice.choice(QUESTIONS)),
        impact=ImpactId(dice.choice(IMPACTS)),
        squads=squads,
        options=(Option(label="Oui", effort_days=dice.choice((0.25, 2, 8))), Option(label="Non")),
        evidence="Douze comptes." if dice.random() < 0.4 else "",
        needed_by=(now + timedelta(days=dice.randint(0, 6))).date() if is_urgent else None,
        consequence="On perd le client." if is_urgent else "",
    )


def _move(deps: Deps, desk: Desk, dice: random.Random, session, request: Request) -> None:  # type: ignore[no-untyped-def]
    at = desk.now
    first = [_pause] * dice.choice((0, 0, 1, 2)) + [_refer] * dice.choice((0, 0, 1))
    ways = (_decide, _decide, _decide, _lower, _reopen, _replace, _deliver)
    then = [dice.choice(ways) for _ in range(5)]
    for move in (*first, *then[: dice.randint(0, 5)]):
        at += timedelta(minutes=dice.randint(5, 6000))
        try:
            request = apply(session, deps, replace(desk, now=at), request.id, move)
        except (errors.DomainError, LookupError):
            continue


Move = Callable[[Request, Desk], Request]


def _pause(request: Request, desk: Desk) -> Request:
    if request.status is Status.AWAITING_EVIDENCE:
        return request.give_evidence(request.requester, "Voici.", at=desk.now)
    return request.ask_evidence(request.route.deciders[0], "Combien ?", at=desk.now)


def _refer(request: Request, desk: Desk) -> Request:
    by = request.route.deciders[0]
    request.require_may_move(by)
    above = refer_up(request.route, by, request.subject, desk)
    return request.rerouted(EventKind.REFERRED_UP, above, by=by, at=desk.now, why="Trop gros.")


def _lower(request: Request, desk: Desk) -> Request:
    by = request.route.deciders[0]
    request.require_may_move(by)
    below = hand_down(by, request.subject, desk)
    return request.rerouted(EventKind.HANDED_DOWN, below, by=by, at=desk.now, why="À vous.")


def _decide(request: Request, desk: Desk) -> Request:
    day = today(desk.charter, desk.now)
    terms = _terms(request, day)
    for by in request.route.deciders:
        if request.status in DECIDABLE:
            tie_break = break_tie(request.route, request.subject, desk)
            request = decide(request, by, terms, at=desk.now, today=day, tie_break=tie_break)
    return request


def _terms(request: Request, day: date) -> Terms:
    """An answer: one in four refuses, one in three has no deliverable, some come too late."""
    carried = {} if request.number % 3 == 0 else {"owner": request.requester}
    return some_terms(
        verdict=Verdict.REFUSE if request.number % 4 == 0 else Verdict.ACCEPT,
        option=request.number % 2,
        due_on=day + timedelta(days=request.number % 7),
        has_consequence=request.number % 2 == 0,
        **carried,
    )


def _deliver(request: Request, desk: Desk) -> Request:
    return deliver(request, request.requester, at=desk.now)


def _reopen(request: Request, desk: Desk) -> Request:
    again = route(request.subject, desk)
    return reopen(request, request.requester, "Du nouveau.", route=again, at=desk.now)


def _replace(request: Request, desk: Desk) -> Request:
    deciders = request.decision.deciders if request.decision else request.route.deciders
    return supersede(request, deciders[0], 9999, at=desk.now)
