"""A life of the company, played from one seed: people act, clocks run, replicas die."""

import gc
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, literal, select, union_all

from bot.db import clock_tables, requests
from bot.db.tables import events as event_rows
from bot.db.tables import lanes
from bot.db.tables import requests as request_rows
from bot.domain.absences import Dates
from bot.domain.errors import DomainError
from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId
from bot.domain.people import Absence
from bot.domain.reminders import TimerKind
from bot.domain.request import OPEN_STATES, Request
from bot.services import absences
from bot.services.deps import Deps
from tests.builders import WORKSPACE, FakeClock
from tests.simulation import hours, slots
from tests.simulation.acts import Acts
from tests.simulation.company import ZONES, Company, a_company, settle
from tests.simulation.meetings import Meetings
from tests.simulation.replicas import Mortal, Replica, Sink

MINUTE = timedelta(minutes=1)
timer_rows = clock_tables.timers


KINDS = union_all(*(select(literal(kind).label("kind")) for kind in TimerKind)).subquery()
NEXT = select(  # of each kind: the index is by kind
    select(func.min(timer_rows.c.due_at))
    .where(
        timer_rows.c.workspace_id == WORKSPACE,
        timer_rows.c.kind == KINDS.c.kind,
        timer_rows.c.due_at.is_not(None),
    )
    .scalar_subquery()
)
CHANGED = (
    select(event_rows.c.request_id)
    .where(event_rows.c.workspace_id == WORKSPACE, event_rows.c.at > bindparam("since"))
    .distinct()
)
"""Asked alone: with their requests in one statement, PostgreSQL would read all of them."""


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, which is left out."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Plan:
    """How big a life is. `at_once`: when replicas really tick at the same time, and die more."""

    start: datetime
    days: int
    requests: int
    restarts: int
    stops: int
    at_once: Window | None = None
    restarts_at_once: int = 0
    seed: int = 1

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)


class Life:
    """Everything that happened, for the judge."""

    def __init__(self, url: str, plan: Plan) -> None:
        self.threads = ThreadPoolExecutor(2)
        self.plan, self.dice = plan, random.Random(plan.seed)
        self.clock = FakeClock(at=plan.start)
        self.end = plan.end
        self.company: Company = a_company(plan.start)
        self.database = Mortal(url)
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
        self._timer_at: datetime | None = None
        self._post_at: datetime | None = None
        self._is_looked_at = True
        self.acts, self.meetings = Acts(self), Meetings(self)
        self._prepare()

    # What is to come

    def at(self, when: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._ahead, (when, next(self._count), do))

    def later(self, do: Callable[[], None], low_h: float, high_h: float) -> None:
        self.at(self.clock.at + timedelta(hours=self.dice.uniform(low_h, high_h)), do)

    def look_at(self, when: datetime) -> None:
        """Tick at `when`: the bot ticks each minute; the others have nothing to do."""

        def look() -> None:
            self._is_looked_at = True

        self.at(when, look)

    def _moment(self) -> datetime:
        return self.plan.start + timedelta(days=self.dice.uniform(0, self.plan.days - 1))

    def _prepare(self) -> None:
        for _ in range(self.plan.requests):
            day = self._moment().replace(hour=0, minute=0)
            at = self.dice.uniform(7, 18)
            self.at(day + timedelta(hours=at), self.acts.file)
        for person in self.company.staff:
            for _ in range(self.dice.randint(0, 1 + self.plan.days // 60)):
                self._plan_absence(person.id)
        for _ in range(self.plan.stops):
            start = self._moment()
            length = self.dice.choice([0.2, 1, 3, 14])
            self.stops.append(Window(start, start + timedelta(hours=length)))
        self.stops.sort(key=lambda window: window.start)
        for _ in range(self.plan.restarts):
            self.at(self._moment(), self._doom)
        for _ in range(self.plan.restarts_at_once):
            assert self.plan.at_once
            start, end = self.plan.at_once.start, self.plan.at_once.end
            self.at(start + (end - start) * self.dice.random(), self._doom)
        self.meetings.plan()
        for opening in self._openings():
            self.look_at(opening)

    def _openings(self) -> Iterator[datetime]:
        """Yield when people begin to work, in each zone: when what waited for hours is said."""
        for day in range(self.plan.days + 1):
            on = (self.plan.start + timedelta(days=day)).date()
            for zone in ZONES:
                yield from (start for start, _ in hours.spans(zone, on))
            if on.weekday() == 0:
                yield slots.digest_slot(on)

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
                self._is_looked_at = True
                for replica in self.replicas:
                    replica.deps.rosters.forget()

        self.at(declared, declare)

    def _doom(self) -> None:
        """A replica dies in the middle of the next ticks, between two of its transactions."""
        self.dice.choice(self.replicas).database.dies_after = self.dice.randint(0, 3)
        self.kills.append(self.clock.at)
        self._is_looked_at = True

    # Time

    def live(self) -> "Life":
        """Play it all. Time jumps to the next minute when something is due or done."""
        self.say()
        for number in itertools.count():
            minute, is_due = self._next_minute()
            if minute is None or minute > self.end:
                break
            self.clock.at = minute
            self._act()
            if is_due or self._is_looked_at or self.dice.random() < 0.1:
                self._is_looked_at = False
                self._tick()
            with self.replicas[0].database.whole() as session:
                self.say()
                self._observe(session)
            if number % 200 == 0:
                self._check_next_steps()
                gc.freeze()  # all that was seen is kept: nothing of it is to be looked for
        self._check_next_steps()
        for database in (self.database, *(replica.database for replica in self.replicas)):
            database.close()
        self.threads.shutdown()
        gc.unfreeze()
        return self

    def _next_minute(self) -> tuple[datetime | None, bool]:
        """Return the next minute when something is due or done, and whether a timer is due."""
        found = [self._ahead[0][0]] if self._ahead else []
        found += [at for at in (self._timer_at, self._post_at) if at is not None]
        if not found:
            return None, False
        at = max(min(found), self.clock.at + MINUTE)
        for stop in self.stops:
            if stop.start <= at < stop.end:
                at = stop.end
                self._is_looked_at = True
        minute = at.replace(second=0, microsecond=0)
        minute = minute if minute == at else minute + MINUTE
        return minute, self._timer_at is not None and self._timer_at <= minute

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
        window = self.plan.at_once
        is_at_once = window is not None and window.start <= self.clock.at < window.end
        run = self.threads.map if is_at_once else map
        done = list(run(Replica.tick, self.replicas))
        for replica in self.replicas:
            replica.database.dies_after = None
        ticked = [count for count in done if count is not None]
        if len(ticked) > 1:
            self.double_ticks.append(self.clock.at)
        if not ticked:
            self.idle_minutes.append(self.clock.at)
            self._is_looked_at = True  # the bot ticks again the next minute
            self.look_at(self.clock.at + MINUTE)

    @property
    def deps(self) -> Deps:
        """Any replica answers people."""
        return self.replicas[0].deps

    # What is seen of it

    def say(self) -> None:
        """Deliver all that may be said now; note when something is due next."""
        replica = self.replicas[0]
        with replica.database.whole() as session:
            while due := self._due_lanes(session):
                self.sink.send(replica.deps, at_most=due)
                # One message a second in a channel: the second passes.
                session.execute(lanes.delete())
            found = session.execute(NEXT).scalars()
            self._timer_at = min((at for at in found if at is not None), default=None)

    def _due_lanes(self, session: Connection) -> int:
        """Return how many lanes have something to say now; note when the next one will."""
        heads: dict[str, datetime] = {}
        for lane, due_at in self.sink.send_plain(session):
            heads.setdefault(lane, due_at)
        self._post_at = min(heads.values(), default=None)
        return sum(due_at <= self.clock.at for due_at in heads.values())

    def _observe(self, session: Connection) -> None:
        changed = session.execute(CHANGED, {"since": self._observed}).scalars().all()
        for id_, request in requests.many(session, WORKSPACE, map(RequestId, changed)).items():
            self.snapshots.setdefault(id_, []).append((self.clock.at, request))
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
