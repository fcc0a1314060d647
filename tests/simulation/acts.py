"""What people do with requests: file, decide, refer, follow up, or stay silent."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from bot.db import requests
from bot.domain.charter import Verdict
from bot.domain.decision import Option, Terms
from bot.domain.errors import NotADecider
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId, RequestId
from bot.domain.request import Request
from bot.services import decisions, following, moves
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from tests.builders import WORKSPACE, some_fields
from tests.simulation.company import SQUADS

if TYPE_CHECKING:
    from tests.simulation.life import Life

QUESTIONS = {
    "first": 5,
    "problem": 4,
    "scope": 5,
    "delivery": 4,
    "debt": 2,
    "shift": 2,
    "architecture": 2,
    "bet": 2,
    "constraint": 1,
    "direction": 1,
}


class Acts:
    """Plays what people do; each act plans the next one."""

    def __init__(self, life: Life) -> None:
        self.life, self.dice, self.later = life, life.dice, life.later
        self._count = itertools.count()

    @property
    def deps(self) -> Deps:
        return self.life.deps

    def file(self) -> None:
        dice = self.dice
        question = dice.choices(list(QUESTIONS), list(QUESTIONS.values()))[0]
        squads = tuple(dice.sample(SQUADS, dice.choice([1, 1, 1, 2])))
        effort = dice.choice([None, 2, 4, 20])
        urgent = dice.random() < 0.1
        fields = some_fields(
            title=f"Question {next(self._count)} ?",
            question=QuestionId(question),
            squads=() if question == "direction" else squads,
            options=(Option(label="Oui", effort_days=effort), Option(label="Non")),
            needed_by=self.today + timedelta(days=5) if urgent else None,
            consequence="On perd le compte" if urgent else "",
        )
        by = dice.choice(self.life.company.staff).id
        key = f"view:{next(self._count)}"
        command = FileRequest(key=key, draft="", fields=fields, by=by)
        request, _ = file_request(self.deps, command)
        fate = dice.choices(list(self.FATES), [weight for weight, *_ in self.FATES.values()])[0]
        _, name, low, high = self.FATES[fate]
        self.later(lambda: getattr(self, name)(request.id), low, high)

    FATES: ClassVar[dict[str, tuple[int, str, float, float]]] = {
        "quick": (30, "decide", 0.5, 8),
        "slow": (25, "decide", 20, 100),
        "silent": (20, "decide", 400, 1200),
        "evidence": (10, "ask", 1, 30),
        "delegated": (5, "delegate", 1, 40),
        "referred": (4, "refer", 1, 40),
        "withdrawn": (3, "withdraw", 1, 60),
        "scheduled": (3, "schedule", 1, 60),
    }

    @property
    def today(self) -> date:
        return self.life.clock.at.date()

    def key(self) -> str:
        return f"key:{next(self._count)}"

    def get(self, request: RequestId) -> Request:
        with self.life.database.read() as session:
            return requests.get(session, WORKSPACE, request)

    def decider(self, id_: RequestId) -> PersonId:
        """Return who decides. Raises NotADecider when nobody does: no button is theirs then."""
        deciders = self.get(id_).route.deciders
        if not deciders:
            raise NotADecider(deciders="")
        return deciders[0]

    def decide(self, id_: RequestId) -> None:
        request = self.get(id_)
        if not request.is_open:
            return
        if not request.route.mandates:
            self.later(lambda: self.decide(id_), 20, 60)
            steward, to = request.route.stewards[0], self.dice.choice(self.life.company.staff).id
            moves.assign(self.deps, id_, steward, to, key=self.key())
            return
        if request.status is Status.AWAITING_EVIDENCE:
            moves.resume(self.deps, id_, request.route.deciders[0], key=self.key())
        verdict = request.asked_verdict
        for person in request.awaited:
            if self.dice.random() < 0.1:
                verdict = Verdict.REFUSE
            decisions.decide(self.deps, id_, person, self.terms(verdict), key=self.key())
        if self.get(id_).is_open:
            self.later(lambda: self.decide(id_), 24, 200)
        else:
            self.later(lambda: self.follow(id_), 24 * 8, 24 * 40)

    def terms(self, verdict: Verdict) -> Terms:
        has_owner = self.dice.random() < 0.6
        days = self.dice.randint(3, 25)
        return Terms(
            verdict=verdict,
            rationale="Un effet sur la rétention.",
            counterpart="Autre chose attend.",
            option=0,
            owner=self.dice.choice(self.life.company.staff).id if has_owner else None,
            due_on=self.today + timedelta(days=days) if has_owner else None,
            review_on=self.today + timedelta(days=days * 2),
            shift_to=self.today + timedelta(days=20) if verdict is Verdict.SHIFT else None,
            supersedes=0,
        )

    def follow(self, id_: RequestId) -> None:
        decision = self.get(id_).decision
        if decision is None:
            return
        owner, dice = decision.terms.owner, self.dice
        if owner and dice.random() < 0.4:
            following.delay(self.deps, id_, owner, key=self.key())
            self.later(lambda: self.follow(id_), 100, 300)
        elif owner:
            following.deliver(self.deps, id_, owner, key=self.key())
        if dice.random() < 0.5:
            following.hold(self.deps, id_, decision.deciders[0], key=self.key())
        elif dice.random() < 0.2:
            requester = self.get(id_).requester
            decisions.reopen(self.deps, id_, requester, "Rien ne bouge", key=self.key())
            self.later(lambda: self.decide(id_), 1, 200)

    def ask(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 150, 600)
        by = self.decider(id_)
        moves.ask_evidence(self.deps, id_, by, "Combien ?", key=self.key())
        if self.dice.random() < 0.6:
            self.later(lambda: self.give(id_), 1, 140)

    def give(self, id_: RequestId) -> None:
        by = self.get(id_).requester
        moves.give_evidence(self.deps, id_, by, "Douze", key=self.key())

    def delegate(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 10, 300)
        by, to = self.decider(id_), self.dice.choice(self.life.company.staff).id
        moves.delegate(self.deps, id_, by, to, key=self.key())

    def refer(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 10, 300)
        by = self.decider(id_)
        moves.refer_up(self.deps, id_, by, "Trop gros", key=self.key())

    def withdraw(self, id_: RequestId) -> None:
        moves.withdraw(self.deps, id_, self.get(id_).requester, "", key=self.key())

    def schedule(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 50, 300)
        by = self.decider(id_)
        moves.schedule(self.deps, id_, by, key=self.key())
        if self.dice.random() < 0.3:
            self.later(lambda: self.unschedule(id_), 30, 200)

    def unschedule(self, id_: RequestId) -> None:
        by = self.decider(id_)
        moves.unschedule(self.deps, id_, by, key=self.key())
