"""What a life should have said, counted apart from the code that said it; and every difference."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId
from bot.domain.people import Notify
from bot.domain.posts import PostKind
from bot.domain.request import Request
from tests.simulation import hours
from tests.simulation.life import Life
from tests.simulation.replicas import Said
from tests.simulation.ritual_judge import RitualJudge
from tests.simulation.slots import PARIS
from tests.simulation.times import up

SLACK_OFF = timedelta(minutes=3)
"""A replica that dies is replaced within this: a lease, and a tick."""
LATE = timedelta(minutes=10)
FOR_EVER = datetime.max.replace(tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True)
class Expected:
    """A reminder that must be said, unless what it says stops being true before."""

    key: str
    person: PersonId
    at: datetime
    true_until: datetime


@dataclass(frozen=True)
class Stay:
    """A request as it stayed from `start` to `end`."""

    start: datetime
    end: datetime
    request: Request


class Judge:
    """Compares a life with what should have been."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.charter = life.company.charter
        self.zones = {person.id: person.zone for person in life.company.staff}
        self.notify = {person.id: person.notify for person in life.company.staff}
        self.late: set[str] = set()
        self.said: dict[str, list[Said]] = {}
        for one in life.sink.said:
            for key in one.timers:
                self.said.setdefault(key, []).append(one)

    def faults(self) -> list[str]:
        """Return a line per fault; none is what we want."""
        return [
            *(f"two replicas ticked at {at}" for at in self.life.double_ticks),
            *(f"nobody ticked at {at}" for at in self._unexplained_idle()),
            *(f"{request} has no next step" for request in self.life.without_next_step),
            *self._doubles(),
            *self._out_of_hours(),
            *self._reminders(),
            *self._silences(),
            *RitualJudge(self.life).faults(),
        ]

    def _unexplained_idle(self) -> Iterator[datetime]:
        for at in self.life.idle_minutes:
            if not any(timedelta() <= at - kill <= SLACK_OFF for kill in self.life.kills):
                yield at

    def _doubles(self) -> Iterator[str]:
        for key, found in self.said.items():
            if len(found) > 1:
                yield f"{key} said {len(found)} times"
        counted = Counter(one.post.key for one in self.life.sink.said)
        yield from (f"post {key} said {n} times" for key, n in counted.items() if n > 1)

    def _out_of_hours(self) -> Iterator[str]:
        for one in self.life.sink.said:
            zone = self._hours_of(one)
            if zone and not hours.is_open(zone, one.at):
                yield f"{one.post.key} said at {one.at}, out of hours"

    def _hours_of(self, one: Said) -> str | None:
        """Return whose hours a post should keep, None when people just acted: it answers them."""
        post, what = one.post, one.post.detail("what")
        is_answer = post.key.endswith(":opening") or what in {"moved", "cancelled", "handed"}
        if post.kind is PostKind.AGENDA_UPDATE or is_answer:
            return None
        if what in {"start", "close"} and not post.in_hours:
            return PARIS  # it is part of the meeting
        return self.zones[post.reader] if post.reader else PARIS

    # Reminders

    def _reminders(self) -> Iterator[str]:
        wanted: dict[str, list[Expected]] = {}
        for request in self.life.snapshots:
            for expected in self._expected(request):
                wanted.setdefault(expected.key, []).append(expected)
        for key in self.said:
            if key not in wanted:
                yield f"{key} was not to be said"
        for key, chances in wanted.items():
            yield from self._judged(key, chances)
        for one in self.life.sink.said:
            if one.timers and one.is_late and not self.late.intersection(one.timers):
                yield f"{one.post.key} said that it was late and was not"

    def _judged(self, key: str, chances: list[Expected]) -> Iterator[str]:
        """A key has a chance per instant that its request gave it: the first that holds counts."""
        for chance in chances:
            at, planned = self._said_at(chance)
            if at >= chance.true_until or at > self.life.end - SLACK_OFF:
                continue
            if key not in self.said:
                if at + SLACK_OFF < chance.true_until:
                    yield f"{key} was due at {at} and never said"
                return
            one = self.said[key][0]
            if not timedelta() <= one.at - at <= SLACK_OFF:
                yield f"{key} was due at {at}, said at {one.at}"
            if at - planned > LATE - SLACK_OFF:
                self.late.add(key)
            if at - planned > LATE + SLACK_OFF and not one.is_late:
                yield f"{key} was late and did not say so"
            return

    def _said_at(self, chance: Expected) -> tuple[datetime, datetime]:
        """Return when a reminder is to be said, and when it was planned: earlier when late."""
        due, planned = chance.at, chance.at
        while True:
            now = self._up(due)
            at = now
            if self.notify[chance.person] is Notify.DIGEST:
                at = max(at, hours.opening(self.zones[chance.person], due))
            at = self._free(chance.person, at, known_by=now)
            if at == now:
                return at, planned
            if now - planned <= LATE:
                planned = at
            due = at

    def _up(self, at: datetime) -> datetime:
        return up(self.life.stops, at)

    def _free(self, person: PersonId, at: datetime, *, known_by: datetime) -> datetime:
        zone = self.zones[person]
        while True:
            found = at
            for declared, absence in sorted(self.life.absences, key=lambda pair: pair[1].start):
                is_hers = absence.person == person and declared <= known_by
                if is_hers and absence.start <= found < absence.end:
                    found = absence.end
            found = hours.opens(zone, found)
            if found == at:
                return at
            at = found

    def stays(self, request: RequestId) -> Iterator[Stay]:
        kept = self.life.snapshots[request]
        ends = [at for at, _ in kept[1:]] + [FOR_EVER]
        for (start, found), end in zip(kept, ends, strict=True):
            yield Stay(start, end, found)

    def _expected(self, request: RequestId) -> Iterator[Expected]:
        """Yield every reminder that a request gave an instant to, while it stayed so.

        What changes at that very minute changes nothing to a reminder that it leaves as it was.
        """
        stays = list(self.stays(request))
        for number, stay in enumerate(stays):
            for key, person, at in self._instants(stay.request):
                if not stay.start < at <= stay.end:
                    continue
                end = stay.end
                for after in stays[number + 1 :]:
                    now = {k: w for k, _, w in self._instants(after.request)}
                    if key not in now or now[key] > after.start:
                        break
                    end = after.end
                if at < end:
                    yield Expected(key, person, at, end)

    def _instants(self, request: Request) -> list[tuple[str, PersonId, datetime]]:
        """Return every reminder of a request as it stands: key, reader, instant."""
        match request.status:
            case Status.OPEN:
                is_assigned = bool(request.route.mandates)
                kind = "decide" if is_assigned else "assign"
                people = request.awaited if is_assigned else request.route.stewards
                start = request.watched_from or request.clock_from
                pauses = tuple((p.start, p.end or FOR_EVER) for p in request.pauses)
                return self._shares(request, kind, people, start, pauses)
            case Status.AWAITING_EVIDENCE:
                start = max(pause.start for pause in request.pauses)
                return self._shares(request, "evidence", (request.requester,), start, ())
            case Status.DECIDED:
                return list(self._after(request))
            case _:
                return []

    def _shares(
        self,
        request: Request,
        kind: str,
        people: tuple[PersonId, ...],
        start: datetime,
        pauses: tuple[tuple[datetime, datetime], ...],
    ) -> list[tuple[str, PersonId, datetime]]:
        sla = self._sla(request)
        return [
            (
                f"{kind}:{request.id}:{int(start.timestamp())}:{number}:{person}",
                person,
                hours.after(self.zones[person], start, sla * share, pauses),
            )
            for person in people
            for number, share in enumerate((0.5, 1.0, 1.5), start=1)
        ]

    def _sla(self, request: Request) -> timedelta:
        whole = {"execution": 8, "arbitration": 16, "strategy": 40, "vision": 80}
        share = 0.25 if request.content.is_urgent else 1
        return timedelta(hours=whole[request.route.layer] * share)

    def _after(self, request: Request) -> Iterator[tuple[str, PersonId, datetime]]:
        decision, told = request.decision, request.follow_up
        assert decision
        terms = decision.terms
        stem = f"{request.id}:{int(decision.decided_at.timestamp())}"
        if terms.review_on and told.held_at is None:
            for person in decision.deciders:
                at = self._opening(person, terms.review_on.toordinal())
                yield f"review:{stem}:1:{person}", person, at
        if terms.owner and terms.due_on and told.delivered_at is None:
            owner, due = terms.owner, terms.due_on.toordinal()
            if told.delayed_at:
                local = told.delayed_at.astimezone(ZoneInfo(self.zones[owner])) + timedelta(days=7)
                days = [self._opening(owner, local.date().toordinal())]
            else:
                before = due - 1
                while not self._works(before):
                    before -= 1
                days = [self._opening(owner, before), self._opening(owner, due + 1)]
            for number, at in enumerate(days, start=told.delays * 2 + 1):
                yield f"delivery:{stem}:{number}:{owner}", owner, at

    def _works(self, ordinal: int) -> bool:
        return bool(hours.spans("Europe/Paris", date.fromordinal(ordinal)))

    def _opening(self, person: PersonId, ordinal: int) -> datetime:
        zone = self.zones[person]
        return hours.opens(
            zone, datetime.combine(date.fromordinal(ordinal), time(), ZoneInfo(zone))
        )

    # Silences

    def _silences(self) -> Iterator[str]:
        for request in self.life.snapshots:
            for stay in self.stays(request):
                at = self._moves_at(stay.request)
                if at is None:
                    continue
                moved = self._up(max(at, stay.start))
                if moved + SLACK_OFF < min(stay.end, self.life.end):
                    yield f"{request} was silent from {at} to {stay.end}"

    def _moves_at(self, request: Request) -> datetime | None:
        """Return when a request that nobody answers moves on by itself."""
        is_open = request.status is Status.OPEN and request.route.mandates
        if is_open:
            start = request.watched_from or request.clock_from
            pauses = tuple((p.start, p.end or FOR_EVER) for p in request.pauses)
            people = request.awaited
        elif request.status is Status.AWAITING_EVIDENCE:
            start, pauses = max(pause.start for pause in request.pauses), ()
            people = (request.requester,)
        else:
            return None
        allowance = self._sla(request) * 2
        return max(hours.after(self.zones[p], start, allowance, pauses) for p in people)
