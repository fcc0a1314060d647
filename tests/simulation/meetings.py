"""What people do with rituals: arrange some, run the others item by item, forget a few."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId, RitualId
from bot.services import rituals, rituals_arrange, rituals_run
from bot.services.rituals_run import Which
from tests.simulation import hours, slots
from tests.simulation.company import FACILITATORS, ZONES
from tests.simulation.slots import PARIS, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.deps import Deps
    from tests.simulation.life import Life

MINUTE = timedelta(minutes=1)
STEWARD = 4
Named = tuple[RitualId, date]


@dataclass(frozen=True)
class Arranged:
    """What somebody changed of an occurrence: `starts_at` when moved, `to` when handed over."""

    at: datetime
    starts_at: datetime | None = None
    to: PersonId | None = None
    is_cancelled: bool = False


@dataclass(frozen=True)
class Run:
    """An occurrence that was held. Closed later, or not yet."""

    started_at: datetime
    by: PersonId
    closed_at: datetime | None = None


class Meetings:
    """Plays what people do with rituals."""

    def __init__(self, life: Life) -> None:
        self.life, self.dice = life, life.dice
        self.arranged: dict[Named, list[Arranged]] = {}
        self.runs: dict[Named, Run] = {}
        self.stale: list[Named] = []
        self.planned = 0
        self._count = itertools.count()

    @property
    def deps(self) -> Deps:
        return self.life.deps

    def key(self) -> str:
        return f"meeting:{next(self._count)}"

    def plan(self) -> None:
        week = timedelta(days=7)
        for ritual in slots.RITUALS:
            for slot in slots.slots(ritual):
                if self.life.plan.start + week < slot.starts_at < self.life.end + week:
                    self._plan(slot)

    def _plan(self, slot: Slot) -> None:
        starts_at, fate = slot.starts_at, self.dice.random()
        before = hours.opens(PARIS, starts_at - timedelta(days=self.dice.uniform(0.2, 6)))
        to = self._another_day(slot)
        self._look(starts_at)
        if before < starts_at - timedelta(hours=1):
            if fate < 0.06:
                self.life.at(before, lambda: self._move(slot, to))
                self._look(to)
                starts_at = to
            elif fate < 0.1:
                self.life.at(before, lambda: self._cancel(slot))
                return
            elif fate < 0.18:
                self.life.at(before, lambda: self._hand_over(slot))
        if self.dice.random() < 0.94:
            self.planned += 1
            self.life.at(starts_at + self.dice.uniform(1, 6) * MINUTE, lambda: self._start(slot))

    def _look(self, starts_at: datetime) -> None:
        for at in (
            slots.announced(starts_at),
            *(hours.opens(zone, starts_at - 2 * slots.A_DAY) for zone in ZONES),
            starts_at - 15 * MINUTE,
            starts_at,
            starts_at + slots.LASTS,
        ):
            self.life.look_at(at)

    def _another_day(self, slot: Slot) -> datetime:
        day = slot.starts_at.date() + timedelta(days=self.dice.choice([1, 2]))
        # Never to the afternoon before a holiday: nobody is there to be reminded.
        while not hours.is_open(PARIS, _afternoon(day)):
            day += slots.A_DAY
        return _afternoon(day)

    def _which(self, slot: Slot) -> Which:
        return Which(ritual=slot.ritual, slot=slot.on)

    def _note(self, slot: Slot, change: Arranged) -> None:
        self.arranged.setdefault((slot.ritual, slot.on), []).append(change)
        self.life.look_at(self.life.clock.at)

    def _steward(self) -> PersonId:
        return self.life.company.person(STEWARD)

    def _move(self, slot: Slot, to: datetime) -> None:
        local = to.astimezone(ZoneInfo(PARIS))
        rituals_arrange.move(
            self.deps,
            self._which(slot),
            self._steward(),
            (local.date(), local.time()),
            why="Un salon",
            key=self.key(),
        )
        self._note(slot, Arranged(self.life.clock.at, starts_at=to))

    def _cancel(self, slot: Slot) -> None:
        which, key = self._which(slot), self.key()
        rituals_arrange.cancel(self.deps, which, self._steward(), "Rien à dire", key=key)
        self._note(slot, Arranged(self.life.clock.at, is_cancelled=True))

    def _hand_over(self, slot: Slot) -> None:
        to = self.life.company.person(self.dice.choice(FACILITATORS[slot.ritual]))
        which, key = self._which(slot), self.key()
        rituals_arrange.hand_over(self.deps, which, self._steward(), to, is_swap=False, key=key)
        self._note(slot, Arranged(self.life.clock.at, to=to))

    # Running

    def _start(self, slot: Slot) -> None:
        named = (slot.ritual, slot.on)
        by = rituals.sheet(self.deps, *named).facilitator or self._steward()
        # Others act in the same minute, all at once after a stop: that is said in a second.
        self.life.say()
        shown = self.life.sink.agendas.get(named)
        started = rituals_run.start(self.deps, self._which(slot), by, key=self.key())
        now = self.life.clock.at
        self.runs[named] = Run(started_at=now, by=by)
        items = tuple(item.request for item in started.items)
        # Over before anybody started it, after a stop, it is put right as it starts.
        if shown is not None and shown != items and now < started.ends_at:
            self.stale.append(named)
        at = now
        for request in items:
            at += self.dice.uniform(3, 8) * MINUTE
            self.life.at(at, lambda request=request: self._settle(slot, by, request))  # type: ignore[misc]
        is_late = self.dice.random() < 0.2
        at += self.dice.uniform(70, 300) * MINUTE if is_late else self.dice.uniform(2, 8) * MINUTE
        self.life.at(at, lambda: self._close(slot, by))

    def _settle(self, slot: Slot, by: PersonId, id_: RequestId) -> None:
        acts, which, fate = self.life.acts, self._which(slot), self.dice.random()
        request = acts.get(id_)
        if request.status is not Status.ON_AGENDA:
            return
        if fate < 0.2:
            rituals_run.carry(self.deps, which, by, id_, "Il manque un chiffre", key=self.key())
            return
        if fate < 0.35:
            acts.decide(id_)
            return
        heard = "Combien ?" if fate < 0.45 else acts.terms(request.asked_verdict)
        asked = rituals_run.propose(self.deps, which, by, id_, heard, key=self.key())
        proposal = asked.item(id_).proposal
        for person in request.awaited:
            if proposal:
                self.life.later(self._confirmed(which, person, id_, proposal.id), 0.01, 0.04)
        self.life.later(lambda: acts.follow(id_), 24 * 8, 24 * 40)

    def _confirmed(
        self, which: Which, person: PersonId, id_: RequestId, proposal: str
    ) -> Callable[[], None]:
        def confirm() -> None:
            rituals_run.confirm(self.deps, which, person, id_, proposal, key=self.key())

        return confirm

    def _close(self, slot: Slot, by: PersonId) -> None:
        named, which = (slot.ritual, slot.on), self._which(slot)
        for item in rituals.sheet(self.deps, *named).occurrence.left:
            why = "Plus le temps"
            rituals_run.carry(self.deps, which, by, item.request, why, key=self.key())
        rituals_run.close(self.deps, which, by, key=self.key())
        self.runs[named] = replace(self.runs[named], closed_at=self.life.clock.at)


def _afternoon(day: date) -> datetime:
    return datetime.combine(day, time(15), ZoneInfo(PARIS)).astimezone(UTC)
