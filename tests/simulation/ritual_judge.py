"""What rituals and digests should have said, counted apart from the code that said it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId
from bot.domain.posts import PostKind
from tests.builders import CHANNEL
from tests.simulation import hours, slots
from tests.simulation.company import FACILITATORS
from tests.simulation.life import Life
from tests.simulation.meetings import Arranged, Named
from tests.simulation.replicas import Said
from tests.simulation.slots import PARIS, Slot
from tests.simulation.times import up, up_in_hours

SLACK_OFF = timedelta(minutes=3)
LATE = timedelta(minutes=10)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
PREPARE, START, CLOSE = "prepare", "start", "close"


@dataclass(frozen=True)
class Expected:
    """A post that must be said at `at`, unless what it says stops being true before.

    `due` is when it should have been said, had nothing been in the way.
    """

    key: str
    at: datetime
    due: datetime
    true_until: datetime


@dataclass(frozen=True)
class Phase:
    """What was known of an occurrence from `since` to `until`."""

    since: datetime
    until: datetime
    starts_at: datetime
    is_moved: bool
    is_cancelled: bool
    facilitator: PersonId | None


class RitualJudge:
    """Compares what rituals and digests said with what they should have."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.zones = {person.id: person.zone for person in life.company.staff}
        self.said: dict[str, list[Said]] = defaultdict(list)
        for one in life.sink.said:
            if one.post.kind in {PostKind.AGENDA, PostKind.FACILITATOR, PostKind.DIGEST}:
                self.said[one.post.key].append(one)

    def faults(self) -> list[str]:
        """Return a line per fault; none is what we want."""
        wanted = [*self._digests(), *self._rituals()]
        return [
            *(f"the agenda of {named} was not up to date" for named in self.life.meetings.stale),
            *self._unheld(),
            *self._gaps(),
            *self._compared(wanted),
        ]

    def _compared(self, wanted: list[Expected]) -> Iterator[str]:
        chances: dict[str, list[Expected]] = defaultdict(list)
        for expected in wanted:
            chances[expected.key].append(expected)
        for key, found in self.said.items():
            is_told = key.split(":")[1] in {"moved", "cancelled", "handed"}
            if key not in chances and not is_told and self._is_judged(found[0]):
                yield f"{key} was not to be said, and was at {found[0].at}"
        for key, several in chances.items():
            yield from self._judged(key, several)

    def _judged(self, key: str, chances: list[Expected]) -> Iterator[str]:
        for chance in chances:
            if chance.at >= min(chance.true_until, self.life.end - SLACK_OFF):
                continue
            if key not in self.said:
                if chance.at + SLACK_OFF < chance.true_until:
                    yield f"{key} was due at {chance.at} and never said"
                return
            one = self.said[key][0]
            if not timedelta() <= one.at - chance.at <= SLACK_OFF:
                yield f"{key} was due at {chance.at}, said at {one.at}"
            if one.post.channel or one.post.kind is PostKind.DIGEST:
                yield from self._lateness(key, one, chance)
            return

    def _lateness(self, key: str, one: Said, chance: Expected) -> Iterator[str]:
        gone = chance.at - chance.due
        if gone > LATE and not one.is_late:
            yield f"{key} was late and did not say so"
        if gone + SLACK_OFF <= LATE and one.is_late:
            yield f"{key} said that it was late and was not"

    def _is_judged(self, one: Said) -> bool:
        """Tell whether it is about an occurrence far enough from both ends of the life."""
        return self.life.plan.start + 2 * WEEK < one.at < self.life.end - WEEK

    def _unheld(self) -> Iterator[str]:
        held, planned = len(self.life.meetings.runs), self.life.meetings.planned
        if held < planned * 0.8 - 2:
            yield f"{held} occurrences were held of {planned}"

    # Digests

    def _digests(self) -> Iterator[Expected]:
        targets = {CHANNEL: PARIS} | {p: self.zones[p] for p in self.life.company.subscribers}
        monday = self.life.plan.start.date()
        while monday <= self.life.end.date():
            slot = slots.digest_slot(monday)
            if monday.weekday() == 0 and slot > self.life.plan.start + HOUR * 24:
                for target, zone in targets.items():
                    at = up_in_hours(self.life.stops, zone, up(self.life.stops, slot))
                    due = hours.opens(zone, slot)
                    key = f"digest:{target}:{slot.isoformat()}"
                    yield Expected(key, at, due, slot + WEEK)
            monday += slots.A_DAY

    def _gaps(self) -> Iterator[str]:
        """Each digest starts where the one before ended."""
        ends: dict[str, str] = {}
        for found in self.said.values():
            post = found[0].post
            if post.kind is PostKind.DIGEST:
                reader = str(post.person or post.channel)
                if ends.setdefault(reader, post.detail("start")) != post.detail("start"):
                    yield f"{post.key} starts at {post.detail('start')}, not {ends[reader]}"
                ends[reader] = post.detail("end")

    # Rituals

    def _rituals(self) -> Iterator[Expected]:
        for ritual in slots.RITUALS:
            for slot in slots.slots(ritual):
                if self.life.plan.start + WEEK < slot.starts_at < self.life.end + WEEK:
                    phases = list(self._phases(slot))
                    yield from self._agenda(slot, phases)
                    yield from self._facilitated(slot, phases)

    def _changes(self, named: Named, until: datetime) -> list[Arranged]:
        return [c for c in self.life.meetings.arranged.get(named, []) if c.at <= until]

    def _phases(self, slot: Slot) -> Iterator[Phase]:
        """Yield what was known of an occurrence, from one change to the next."""
        named = (slot.ritual, slot.on)
        people = self._people(slot)
        start, end = slot.starts_at - 3 * WEEK, slot.starts_at + 2 * WEEK
        known = {start}
        known |= {c.at for c in self.life.meetings.arranged.get(named, [])}
        known |= {at for at, absence in self.life.absences if absence.person in people}
        for changes in self.life.meetings.arranged.values():
            known |= {c.at for c in changes}
        times = sorted(at for at in known if start <= at < end)
        for since, until in zip(times, [*times[1:], end], strict=True):
            changes = self._changes(named, since)
            moved = [c.starts_at for c in changes if c.starts_at]
            yield Phase(
                since=since,
                until=until,
                starts_at=moved[-1] if moved else slot.starts_at,
                is_moved=bool(moved),
                is_cancelled=any(c.is_cancelled for c in changes),
                facilitator=self._facilitator(slot, since),
            )

    def _people(self, slot: Slot) -> tuple[PersonId, ...]:
        return tuple(map(self.life.company.person, FACILITATORS[slot.ritual]))

    def _facilitator(self, slot: Slot, known_at: datetime) -> PersonId | None:
        people, line = self._people(slot), []
        for held in slots.slots(slot.ritual):
            changes = self._changes((held.ritual, held.on), known_at)
            moved = [c.starts_at for c in changes if c.starts_at]
            away = self._away(people, moved[-1] if moved else held.starts_at, known_at)
            if not any(c.is_cancelled for c in changes):
                line.append(away)
            if held.on == slot.on:
                to = [c.to for c in changes if c.to]
                if to and to[-1] not in away:
                    return to[-1]
                return slots.turn(people, line)
        return None

    def _away(
        self, people: tuple[PersonId, ...], at: datetime, known_at: datetime
    ) -> frozenset[PersonId]:
        # Who ran an occurrence ran it, whatever absence they tell of afterwards.
        return frozenset(
            absence.person
            for declared, absence in self.life.absences
            if declared <= known_at and declared < at and absence.person in people
            if absence.start <= at < absence.end
        )

    def _agenda(self, slot: Slot, phases: list[Phase]) -> Iterator[Expected]:
        run = self.life.meetings.runs.get((slot.ritual, slot.on))
        key = f"agenda:{slot.ritual}:{slot.on}"
        for phase in phases:
            if phase.is_cancelled:
                return
            due = slots.announced(phase.starts_at)
            at = self._late_in_hours(PARIS, due, max(due, phase.since))
            end = phase.starts_at + timedelta(seconds=1)
            if run and run.started_at <= min(at, phase.until):
                yield Expected(
                    f"{key}:opening", run.started_at, run.started_at, run.started_at + WEEK
                )
                return
            if at < min(end, phase.until):
                yield Expected(key, at, due, end)
                return

    def _late_in_hours(self, zone: str, due: datetime, since: datetime) -> datetime:
        """Return when something is said: at once, or in hours when it is late."""
        at = up(self.life.stops, since)
        return at if at - due <= LATE else up_in_hours(self.life.stops, zone, at)

    def _facilitated(self, slot: Slot, phases: list[Phase]) -> Iterator[Expected]:
        run = self.life.meetings.runs.get((slot.ritual, slot.on))
        started = run.started_at if run else phases[-1].until
        closed = (run.closed_at if run else None) or phases[-1].until
        for number, phase in enumerate(phases):
            person = run.by if run and run.started_at <= phase.since else phase.facilitator
            if phase.is_cancelled or person is None:
                continue
            true_until = next(
                (p.since for p in phases[number + 1 :] if self._differs(p, phase)),
                phases[-1].until,
            )
            for what in (PREPARE, START, CLOSE):
                due, useful_until = self._due(what, phase, person)
                begun = max(due, phase.since)
                at = up(self.life.stops, begun)
                if at - due > LATE and what != START:
                    at = up_in_hours(self.life.stops, self.zones[person], at)
                end = min(true_until, useful_until, closed if what == CLOSE else started)
                if begun < phase.until:
                    yield Expected(self._key(what, slot, phase, person), at, due, end)

    def _differs(self, one: Phase, two: Phase) -> bool:
        return (one.facilitator, one.starts_at, one.is_cancelled) != (
            two.facilitator,
            two.starts_at,
            two.is_cancelled,
        )

    def _due(self, what: str, phase: Phase, person: PersonId) -> tuple[datetime, datetime]:
        starts_at, ends_at = phase.starts_at, phase.starts_at + slots.LASTS
        if what == START:
            return starts_at - timedelta(minutes=15), ends_at
        if what == CLOSE:
            return ends_at, ends_at + WEEK
        return self._prepared(starts_at, person, phase.since), starts_at

    def _prepared(self, starts_at: datetime, person: PersonId, known_at: datetime) -> datetime:
        wanted, zone = starts_at - 2 * slots.A_DAY, self.zones[person]
        after = wanted
        while True:
            gone = self._absence(person, after, known_at)
            found = hours.opens(zone, gone or after)
            if found == after:
                break
            after = found
        if after <= starts_at - slots.A_DAY:
            return after
        before = slots.last_opening(zone, wanted)
        while self._absence(person, before, known_at):
            before = slots.last_opening(zone, before - timedelta(seconds=1))
        lived = ZoneInfo(zone)
        days = wanted.astimezone(lived).date() - before.astimezone(lived).date()
        return before if days < 5 * slots.A_DAY else after

    def _absence(self, person: PersonId, at: datetime, known_at: datetime) -> datetime | None:
        """Return when the absence of somebody at `at` ends."""
        ends = [
            absence.end
            for declared, absence in self.life.absences
            if declared <= known_at and absence.person == person
            if absence.start <= at < absence.end
        ]
        return max(ends, default=None)

    def _key(self, what: str, slot: Slot, phase: Phase, person: PersonId) -> str:
        stem = f"facilitator:{what}:{slot.ritual}:{slot.on}"
        if phase.is_moved:
            form = "%Y-%m-%d" if what == PREPARE else "%Y-%m-%dT%H%M"
            stem += f":{phase.starts_at.strftime(form)}"
        return f"{stem}:{person}"
