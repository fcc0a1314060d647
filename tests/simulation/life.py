"""A life of the company, played from one seed: people act, clocks run, replicas die."""

import heapq
import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import bindparam, func, select

from bot.db import clock_tables, outbox, requests
from bot.db.engine import Database
from bot.db.tables import events as event_rows
from bot.db.tables import outbox as outbox_rows
from bot.db.tables import requests as request_rows
from bot.domain.absences import Dates
from bot.domain.charter import Verdict
from bot.domain.decision import Option, Terms
from bot.domain.errors import DomainError
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId, RequestId
from bot.domain.people import Absence
from bot.domain.reminders import TimerKind
from bot.domain.request import OPEN_STATES, Request
from bot.services import absences, decisions, following, moves
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from tests.builders import WORKSPACE, FakeClock, some_fields
from tests.simulation.company import SQUADS, Company, a_company, settle
from tests.simulation.replicas import Replica, Sink

MINUTE = timedelta(minutes=1)
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

timer_rows = clock_tables.timers
NEXT_OF_KIND = (
    select(timer_rows.c.due_at)
    .where(
        timer_rows.c.workspace_id == WORKSPACE,
        timer_rows.c.kind == bindparam("kind"),
        timer_rows.c.due_at.is_not(None),
    )
    .order_by(timer_rows.c.due_at)
    .limit(1)
)
_heads = (
    select(func.min(outbox_rows.c.id))
    .where(outbox_rows.c.state == outbox.WAITING)
    .group_by(outbox_rows.c.lane)
)
NEXT_POST = select(func.min(outbox_rows.c.due_at)).where(outbox_rows.c.id.in_(_heads))


@dataclass(frozen=True)
class Plan:
    """How big a life is."""

    start: datetime
    days: int
    requests: int
    restarts: int
    stops: int
    seed: int = 1


@dataclass(frozen=True)
class Window:
    """While no replica was up."""

    start: datetime
    end: datetime


class Life:
    """Everything that happened, for the judge."""

    def __init__(self, url: str, plan: Plan, *, at_once: bool = False) -> None:
        """Prepare a life; `at_once`: replicas really tick at the same time."""
        self.threads = ThreadPoolExecutor(2) if at_once else None
        self.plan, self.dice = plan, random.Random(plan.seed)
        self.clock = FakeClock(at=plan.start)
        self.end = plan.start + timedelta(days=plan.days)
        self.company: Company = a_company(plan.start)
        self.database = Database(url)
        settle(self.database, self.company)
        ids = itertools.count(1)
        self.replicas = [
            Replica(url, self.company, self.clock, lambda: f"{next(ids):032x}") for _ in range(2)
        ]
        self.sink = Sink(self.clock)
        self.snapshots: dict[RequestId, list[tuple[datetime, Request]]] = {}
        self.absences: list[tuple[datetime, Absence]] = []
        self.stops: list[Window] = []
        self.kills: list[datetime] = []
        self.double_ticks: list[datetime] = []
        self.idle_minutes: list[datetime] = []
        self.without_next_step: list[str] = []
        self._ahead: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._observed = plan.start - MINUTE
        self._prepare()

    # What is to come

    def at(self, when: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._ahead, (when, next(self._count), do))

    def later(self, do: Callable[[], None], low_h: float, high_h: float) -> None:
        self.at(self.clock.at + timedelta(hours=self.dice.uniform(low_h, high_h)), do)

    def _moment(self) -> datetime:
        return self.plan.start + timedelta(days=self.dice.uniform(0, self.plan.days - 1))

    def _prepare(self) -> None:
        for _ in range(self.plan.requests):
            day = self._moment().replace(hour=0, minute=0)
            hours = self.dice.uniform(7, 18)
            self.at(day + timedelta(hours=hours), self.file)
        for person in self.company.staff:
            for _ in range(self.dice.randint(0, 1 + self.plan.days // 60)):
                self._plan_absence(person.id)
        for _ in range(self.plan.stops):
            start = self._moment()
            hours = self.dice.choice([0.2, 1, 3, 14])
            self.stops.append(Window(start, start + timedelta(hours=hours)))
        for _ in range(self.plan.restarts):
            self.at(self._moment(), self._doom)

    def _plan_absence(self, person: PersonId) -> None:
        declared = self._moment()
        first = (declared + timedelta(days=self.dice.randint(0, 12))).date()
        last = first + timedelta(days=self.dice.randint(0, 9))
        half = self.dice.random() < 0.2
        dates = Dates(first=first, last=last, from_noon=half, until_noon=half and first < last)

        def declare() -> None:
            with suppress(DomainError):
                relief = absences.declare(self.deps, person, dates, key=f"a{next(self._count)}")
                self.absences.append((self.clock.at, relief.absence))

        self.at(declared, declare)

    def _doom(self) -> None:
        """A replica dies in the middle of the next ticks, between two of its transactions."""
        self.dice.choice(self.replicas).database.dies_after = self.dice.randint(0, 3)
        self.kills.append(self.clock.at)

    # Time

    def live(self) -> "Life":
        """Play it all. Time jumps to the next minute when something is due or done."""
        for number in itertools.count():
            minute = self._next_minute()
            if minute is None or minute > self.end:
                break
            self.clock.at = minute
            for replica in self.replicas:
                replica.deps.rosters.forget()
            self._act()
            self._tick()
            self.sink.drain(self.deps)
            self._observe()
            if number % 200 == 0:
                self._check_next_steps()
        self._check_next_steps()
        for replica in self.replicas:
            replica.database.close()
        self.database.close()
        if self.threads:
            self.threads.shutdown()
        return self

    def _next_minute(self) -> datetime | None:
        found = [self._ahead[0][0]] if self._ahead else []
        with self.database.read() as session:
            nexts = [session.execute(NEXT_OF_KIND, {"kind": kind}).scalar() for kind in TimerKind]
            nexts.append(session.execute(NEXT_POST).scalar())
        found += [at for at in nexts if at is not None]
        if not found:
            return None
        at = max(min(found), self.clock.at + MINUTE)
        for stop in sorted(self.stops, key=lambda window: window.start):
            if stop.start <= at < stop.end:
                at = stop.end
        minute = at.replace(second=0, microsecond=0)
        return minute if minute == at else minute + MINUTE

    def _act(self) -> None:
        while self._ahead and self._ahead[0][0] <= self.clock.at:
            do = heapq.heappop(self._ahead)[2]
            dying = [(r, r.database.dies_after) for r in self.replicas]
            for replica in self.replicas:
                replica.database.dies_after = None
            with suppress(DomainError):
                do()
            for replica, dies_after in dying:
                if dies_after is not None:
                    replica.database.dies_after = dies_after

    def _tick(self) -> None:
        self.dice.shuffle(self.replicas)
        run = self.threads.map if self.threads else map
        done = list(run(Replica.tick, self.replicas))
        for replica in self.replicas:
            replica.database.dies_after = None
        ticked = [count for count in done if count is not None]
        if len(ticked) > 1:
            self.double_ticks.append(self.clock.at)
        if not ticked:
            self.idle_minutes.append(self.clock.at)

    @property
    def deps(self) -> Deps:
        """Any replica answers people."""
        return self.replicas[0].deps

    # What is seen of it

    def _observe(self) -> None:
        with self.database.read() as session:
            changed = session.execute(
                select(event_rows.c.request_id)
                .where(event_rows.c.workspace_id == WORKSPACE, event_rows.c.at > self._observed)
                .distinct()
            ).scalars()
            for request in map(RequestId, changed):
                kept = self.snapshots.setdefault(request, [])
                kept.append((self.clock.at, requests.get(session, WORKSPACE, request)))
        self._observed = self.clock.at

    def _check_next_steps(self) -> None:
        """Every open request has an instant to come, a ritual, or a steward in charge."""
        with self.database.read() as session:
            found = session.execute(
                select(request_rows.c.id).where(
                    request_rows.c.status.in_(sorted(OPEN_STATES - {Status.ON_AGENDA})),
                    request_rows.c.id.not_in(
                        select(timer_rows.c.request_id).where(
                            timer_rows.c.due_at.is_not(None),
                            timer_rows.c.request_id.is_not(None),
                            timer_rows.c.kind != "expiry",
                        )
                    ),
                )
            ).scalars()
            for request in map(RequestId, found):
                if not requests.get(session, WORKSPACE, request).route.stewards:
                    self.without_next_step.append(request)

    # What people do

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
        by = dice.choice(self.company.staff).id
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
        return self.clock.at.date()

    def key(self) -> str:
        return f"key:{next(self._count)}"

    def _get(self, request: RequestId) -> Request:
        with self.database.read() as session:
            return requests.get(session, WORKSPACE, request)

    def decide(self, id_: RequestId) -> None:
        request = self._get(id_)
        if not request.is_open:
            return
        if not request.route.mandates:
            self.later(lambda: self.decide(id_), 20, 60)
            steward, to = request.route.stewards[0], self.dice.choice(self.company.staff).id
            moves.assign(self.deps, id_, steward, to, key=self.key())
            return
        if request.status is Status.AWAITING_EVIDENCE:
            moves.resume(self.deps, id_, request.route.deciders[0], key=self.key())
        verdict = request.asked_verdict
        for person in request.awaited:
            if self.dice.random() < 0.1:
                verdict = Verdict.REFUSE
            decisions.decide(self.deps, id_, person, self._terms(verdict), key=self.key())
        if self._get(id_).is_open:
            self.later(lambda: self.decide(id_), 24, 200)
        else:
            self.later(lambda: self.follow(id_), 24 * 8, 24 * 40)

    def _terms(self, verdict: Verdict) -> Terms:
        has_owner = self.dice.random() < 0.6
        days = self.dice.randint(3, 25)
        return Terms(
            verdict=verdict,
            rationale="Un effet sur la rétention.",
            counterpart="Autre chose attend.",
            option=0,
            owner=self.dice.choice(self.company.staff).id if has_owner else None,
            due_on=self.today + timedelta(days=days) if has_owner else None,
            review_on=self.today + timedelta(days=days * 2),
            shift_to=self.today + timedelta(days=20) if verdict is Verdict.SHIFT else None,
            supersedes=0,
        )

    def follow(self, id_: RequestId) -> None:
        decision = self._get(id_).decision
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
            requester = self._get(id_).requester
            decisions.reopen(self.deps, id_, requester, "Rien ne bouge", key=self.key())
            self.later(lambda: self.decide(id_), 1, 200)

    def ask(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 150, 600)
        by = self._get(id_).route.deciders[0]
        moves.ask_evidence(self.deps, id_, by, "Combien ?", key=self.key())
        if self.dice.random() < 0.6:
            self.later(lambda: self.give(id_), 1, 140)

    def give(self, id_: RequestId) -> None:
        by = self._get(id_).requester
        moves.give_evidence(self.deps, id_, by, "Douze", key=self.key())

    def delegate(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 10, 300)
        by, to = self._get(id_).route.deciders[0], self.dice.choice(self.company.staff).id
        moves.delegate(self.deps, id_, by, to, key=self.key())

    def refer(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 10, 300)
        by = self._get(id_).route.deciders[0]
        moves.refer_up(self.deps, id_, by, "Trop gros", key=self.key())

    def withdraw(self, id_: RequestId) -> None:
        moves.withdraw(self.deps, id_, self._get(id_).requester, "", key=self.key())

    def schedule(self, id_: RequestId) -> None:
        self.later(lambda: self.decide(id_), 50, 300)
        by = self._get(id_).route.deciders[0]
        moves.schedule(self.deps, id_, by, key=self.key())
        if self.dice.random() < 0.3:
            self.later(lambda: self.unschedule(id_), 30, 200)

    def unschedule(self, id_: RequestId) -> None:
        by = self._get(id_).route.deciders[0]
        moves.unschedule(self.deps, id_, by, key=self.key())
