"""Timers: what a request has before it, each with its instant. Nothing waits in silence.

Timers are planned anew when a request changes, and checked again when they are due. A key fires
once for ever. Pure; every instant is aware UTC. Source: governance §6, product §3.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain import clocks
from bot.domain.calendar import Calendar
from bot.domain.charter import Charter
from bot.domain.decision import Decision
from bot.domain.escalating import has_ritual
from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId
from bot.domain.request import Request

CalendarOf = Callable[[PersonId], Calendar]
"""Somebody's working hours, in their own zone."""

DELAY = timedelta(days=7)
"""How long after « later » a deliverable is asked about again."""


NOBODY_FOR = timedelta(minutes=5)
"""How long after a request found neither a decider nor a steward they are looked for again."""


class TimerKind(StrEnum):
    """What becomes due. Those of REMINDERS are said to a person; the others change something."""

    DECIDE = "decide"
    ASSIGN = "assign"
    EVIDENCE = "evidence"
    DELIVERY = "delivery"
    REVIEW = "review"
    ESCALATION = "escalation"
    EXPIRY = "expiry"
    ABSENCE_START = "absence_start"
    ABSENCE_END = "absence_end"
    PLAN = "plan"


REMINDERS = frozenset(
    {
        TimerKind.DECIDE,
        TimerKind.ASSIGN,
        TimerKind.EVIDENCE,
        TimerKind.DELIVERY,
        TimerKind.REVIEW,
    }
)
SNOOZABLE = frozenset({TimerKind.DECIDE, TimerKind.ASSIGN, TimerKind.EVIDENCE})
"""A deliverable has « later » instead, which is recorded; a review has no clock."""


@dataclass(frozen=True, kw_only=True)
class Timer:
    """Something due at `due_at`; `planned_at` is when it should be: earlier when it is late.

    `key` is unique for ever in a workspace. `number` counts reminders from 1. `attempts` counts
    failures.
    """

    kind: TimerKind
    key: str
    due_at: datetime
    planned_at: datetime
    request: RequestId | None = None
    person: PersonId | None = None
    number: int = 0
    is_snoozed: bool = False
    attempts: int = 0


def planned(request: Request, charter: Charter, calendar_of: CalendarOf) -> tuple[Timer, ...]:
    """Return every timer of a request as it stands, past ones included."""
    match request.status:
        case Status.OPEN | Status.ON_AGENDA:
            found = (*_to_decide(request, charter, calendar_of), *_expiry(request, charter))
        case Status.AWAITING_EVIDENCE:
            found = (*_to_prove(request, charter, calendar_of), *_expiry(request, charter))
        case Status.DECIDED:
            found = tuple(_after(request, calendar_of))
        case _:
            found = ()
    return found


def is_still_due(kind: TimerKind, person: PersonId, request: Request, charter: Charter) -> bool:
    """Tell whether what a reminder says is still true of the request and of its reader."""
    match kind:
        case TimerKind.DECIDE:
            return _is_awaited(request, charter) and person in request.awaited
        case TimerKind.ASSIGN:
            return request.is_open and person in request.route.stewards
        case TimerKind.EVIDENCE:
            return request.status is Status.AWAITING_EVIDENCE and person == request.requester
        case TimerKind.DELIVERY | TimerKind.REVIEW:
            return _is_followed(kind, person, request)
        case _:
            return False


def _is_followed(kind: TimerKind, person: PersonId, request: Request) -> bool:
    decision, told = request.decision, request.follow_up
    if request.status is not Status.DECIDED or decision is None:
        return False
    if kind is TimerKind.REVIEW:
        return told.held_at is None and person in decision.deciders
    return told.delivered_at is None and decision.terms.owner == person


def _is_awaited(request: Request, charter: Charter) -> bool:
    """Tell whether an answer is awaited in the thread, and not in a ritual."""
    if request.status is Status.ON_AGENDA:
        return not has_ritual(request, charter)
    return request.status is Status.OPEN


def _to_decide(request: Request, charter: Charter, calendar_of: CalendarOf) -> Iterator[Timer]:
    if not _is_awaited(request, charter):
        return
    is_assigned = bool(request.route.mandates)
    if not is_assigned and not request.route.stewards:
        at = request.clock_from + NOBODY_FOR
        yield _timer(TimerKind.ESCALATION, request, request.clock_from, at)
        return
    people = request.awaited if is_assigned else request.route.stewards
    kind = TimerKind.DECIDE if is_assigned else TimerKind.ASSIGN
    start = request.watched_from or request.clock_from
    ends: list[datetime] = []
    for person in people:
        clock = _Clock(calendar=calendar_of(person), start=start, pauses=request.pauses)
        yield from _reminders(request, charter, kind, person, clock)
        ends += clock.instants(request, charter, (charter.escalation,))
    if is_assigned and ends:
        yield _timer(TimerKind.ESCALATION, request, start, max(ends))


def _to_prove(request: Request, charter: Charter, calendar_of: CalendarOf) -> Iterator[Timer]:
    start = max(pause.start for pause in request.pauses)
    clock = _Clock(calendar=calendar_of(request.requester), start=start)
    yield from _reminders(request, charter, TimerKind.EVIDENCE, request.requester, clock)
    for end in clock.instants(request, charter, (charter.escalation,)):
        yield _timer(TimerKind.ESCALATION, request, start, end)


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """Working time of one person, counted from `start`."""

    calendar: Calendar
    start: datetime
    pauses: tuple[clocks.Pause, ...] = ()

    def instants(
        self, request: Request, charter: Charter, shares: tuple[float, ...]
    ) -> tuple[datetime, ...]:
        """Return when `shares` of the SLA have passed, always in working hours."""
        allowance = charter.sla(request.route.layer, is_urgent=request.content.is_urgent)
        found = clocks.reminder_instants(
            self.calendar, self.start, allowance, fractions=shares, pauses=self.pauses
        )
        return tuple(self.calendar.next_open(at) for at in found)


def _reminders(
    request: Request, charter: Charter, kind: TimerKind, person: PersonId, clock: _Clock
) -> Iterator[Timer]:
    shares = charter.reminders
    for number, at in enumerate(clock.instants(request, charter, shares), start=1):
        yield _timer(kind, request, clock.start, at, person=person, number=number)


def _expiry(request: Request, charter: Charter) -> tuple[Timer, ...]:
    if charter.expire_days is None:
        return ()
    at = charter.calendar.next_open(request.clock_from + timedelta(days=charter.expire_days))
    return (_timer(TimerKind.EXPIRY, request, request.clock_from, at),)


def _after(request: Request, calendar_of: CalendarOf) -> Iterator[Timer]:
    """Yield what a decision in force has before it: its deliverable, its review."""
    decision, told = request.decision, request.follow_up
    if decision is None:
        return
    terms, start = decision.terms, decision.decided_at
    if terms.owner and terms.due_on and told.delivered_at is None:
        yield from _deliveries(request, decision, calendar_of(terms.owner))
    if terms.review_on and told.held_at is None:
        for person in decision.deciders:
            at = _opening(calendar_of(person), terms.review_on)
            yield _timer(TimerKind.REVIEW, request, start, at, person=person, number=1)


def _deliveries(request: Request, decision: Decision, calendar: Calendar) -> Iterator[Timer]:
    """Yield when the owner is asked: the working day before, and the one after when silent."""
    told, terms, start = request.follow_up, decision.terms, decision.decided_at
    if terms.due_on is None:
        return
    if told.delayed_at is not None:
        days = [_opening(calendar, calendar.local_date(told.delayed_at) + DELAY)]
    else:
        before = _previous_working_day(calendar, terms.due_on)
        after = terms.due_on + timedelta(days=1)
        days = [_opening(calendar, before), _opening(calendar, after)]
    for number, at in enumerate(days, start=told.delays * 2 + 1):
        yield _timer(TimerKind.DELIVERY, request, start, at, person=terms.owner, number=number)


def _previous_working_day(calendar: Calendar, day: date) -> date:
    for offset in range(1, 15):
        before = day - timedelta(days=offset)
        if calendar.is_working_day(before):
            return before
    return day - timedelta(days=1)


def _opening(calendar: Calendar, day: date) -> datetime:
    """Return when people start to work on `day`, or on the next working day."""
    return calendar.next_open(calendar.instant(calendar.next_working_day(day), time()))


def _timer(
    kind: TimerKind,
    request: Request,
    start: datetime,
    at: datetime,
    *,
    person: PersonId | None = None,
    number: int = 0,
) -> Timer:
    parts = [kind, request.id, str(int(start.timestamp()))]
    parts += [str(number), person] if person else []
    return Timer(
        kind=kind,
        key=":".join(parts),
        due_at=at,
        planned_at=at,
        request=request.id,
        person=person,
        number=number,
    )


def caught_up(found: Iterable[Timer], calendar: Calendar, now: datetime) -> tuple[Timer, ...]:
    """Return timers planned for the first time, or by another charter, without a surprise.

    Of a reader's reminders that are past, the last one alone is due, now; an escalation that is
    past leaves them a day.
    """
    timers = tuple(found)
    last = {t.person: t for t in timers if t.kind in REMINDERS and t.due_at <= now}
    tomorrow = calendar.next_open(now + timedelta(days=1))
    at = {t.key: now for t in last.values()}
    at |= {t.key: tomorrow for t in timers if t.kind is TimerKind.ESCALATION and t.due_at <= now}
    return tuple(
        replace(t, due_at=at[t.key], planned_at=at[t.key]) if t.key in at else t
        for t in timers
        if t.key in at or t.due_at > now or t.kind not in REMINDERS
    )


def opening_after(calendar: Calendar, at: datetime) -> datetime:
    """Return `at` when it is the opening of a working day, else the next opening."""
    today = calendar.local_date(at)
    spans = calendar.spans_on(today)
    if spans and at == spans[0].start:
        return at
    return _opening(calendar, today if spans and at < spans[0].start else today + timedelta(days=1))


def again(key: str) -> str:
    """Return the key of the same reminder once more, of the one whose key is `key`."""
    return f"{key}:again"


def snoozed(timer: Timer, until: datetime) -> Timer:
    """Return the same reminder once more, at `until`."""
    return Timer(
        kind=timer.kind,
        key=again(timer.key),
        due_at=until,
        planned_at=until,
        request=timer.request,
        person=timer.person,
        number=timer.number,
        is_snoozed=True,
    )
