"""A request: its states and the moves between them.

Every move returns a new request and adds one event to `pending`; it raises a `DomainError` when
the person may not make it or the state does not allow it. Source: governance §4, §5.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import errors
from bot.domain.charter import Layer, Verdict
from bot.domain.clocks import Pause
from bot.domain.content import Content, CostConfirmation, Objection, Source
from bot.domain.decision import Decision, Position
from bot.domain.events import Event, EventKind, Status
from bot.domain.follow_up import NOTHING_YET, FollowUp
from bot.domain.ids import ChannelId, PersonId, RequestId, RitualId, WorkspaceId
from bot.domain.routing import Route, Subject

OPEN_STATES = frozenset({Status.OPEN, Status.AWAITING_EVIDENCE, Status.ON_AGENDA})
DECIDABLE = frozenset({Status.OPEN, Status.ON_AGENDA})


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it stands. `version` counts saves; `pending` are events not saved yet.

    `clock_from` is when the SLA's clock last started: filing, or reopening. `due_at` is None
    while the clock is paused or after the end. `watched_from` is when reminders are counted from,
    None for `clock_from`.
    """

    id: RequestId
    workspace: WorkspaceId
    number: int
    version: int = 0
    status: Status
    content: Content
    asked_verdict: Verdict
    requester: PersonId
    channel: ChannelId
    source: Source | None = None
    charter_version: int
    route: Route
    submitted_at: datetime
    clock_from: datetime
    due_at: datetime | None = None
    watched_from: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    objections: tuple[Objection, ...] = ()
    confirmations: tuple[CostConfirmation, ...] = ()
    positions: tuple[Position, ...] = ()
    splits: tuple[tuple[Position, ...], ...] = ()
    decision: Decision | None = None
    past_decisions: tuple[Decision, ...] = ()
    follow_up: FollowUp = NOTHING_YET
    superseded_by: int | None = None
    event_count: int = 0
    pending: tuple[Event, ...] = ()

    @property
    def reference(self) -> str:
        """What people call it: `ARB-12`."""
        return f"ARB-{self.number}"

    @property
    def is_open(self) -> bool:
        """Tell whether a decision is still expected."""
        return self.status in OPEN_STATES

    @property
    def subject(self) -> Subject:
        """What routing needs to know."""
        return Subject(
            question=self.content.question,
            requester=self.requester,
            squads=self.content.squads,
            effort_days=self.content.effort_days,
            moves_cycle=self.content.moves_cycle,
        )

    @property
    def awaited(self) -> tuple[PersonId, ...]:
        """The deciders who have not answered yet, in order."""
        given = {position.by for position in self.positions}
        return tuple(person for person in self.route.deciders if person not in given)

    @property
    def people(self) -> frozenset[PersonId]:
        """Everybody concerned: requester, deciders, consulted, stewards in charge."""
        return frozenset(
            {self.requester, *self.route.deciders, *self.route.consulted, *self.route.stewards}
        )

    def may_decide(self, person: PersonId) -> bool:
        """Tell whether `person` has the mandate; never the requester above execution."""
        is_own = person == self.requester and self.route.layer is not Layer.EXECUTION
        return person in self.route.deciders and not is_own

    # Evidence

    def ask_evidence(self, by: PersonId, what: str, *, at: datetime) -> "Request":
        """Pause the clock until the requester brings `what`."""
        self.require_decider(by, DECIDABLE)
        require_text(what)
        paused = replace(self, pauses=(*self.pauses, Pause(start=at, end=None)), due_at=None)
        return paused.moved(EventKind.EVIDENCE_ASKED, Status.AWAITING_EVIDENCE, by, at, why=what)

    def give_evidence(self, by: PersonId, evidence: str, *, at: datetime) -> "Request":
        """Add evidence to the request; a paused clock goes on."""
        self.require_requester(by, OPEN_STATES)
        require_text(evidence, field="evidence")
        known = self.content.evidence
        together = f"{known}\n{evidence}" if known else evidence
        told = replace(
            self, content=replace(self.content, evidence=together), pauses=self.ended(at)
        )
        status = Status.OPEN if self.status is Status.AWAITING_EVIDENCE else self.status
        return told.moved(EventKind.EVIDENCE_GIVEN, status, by, at, why=evidence)

    def resume(self, by: PersonId, *, at: datetime) -> "Request":
        """Go on without the evidence that was asked."""
        self.require_decider(by, frozenset({Status.AWAITING_EVIDENCE}))
        resumed = replace(self, pauses=self.ended(at))
        return resumed.moved(EventKind.RESUMED, Status.OPEN, by, at)

    # Voices

    def object(self, by: PersonId, impact: str, *, at: datetime) -> "Request":
        """Record a consulted person's objection."""
        self.require_state(OPEN_STATES)
        if by not in self.route.consulted:
            raise errors.NotConsulted(deciders=",".join(self.route.consulted))
        require_text(impact, field="impact")
        objection = Objection(by=by, at=at, impact=impact)
        told = replace(self, objections=(*self.objections, objection))
        return told.moved(EventKind.OBJECTED, self.status, by, at, why=impact)

    def confirm_cost(
        self, by: PersonId, option: int, *, tech_people: frozenset[PersonId], at: datetime
    ) -> "Request":
        """Record that a tech seat confirms what `option` costs; once per option is enough."""
        self.require_state(OPEN_STATES)
        if by not in tech_people:
            raise errors.NotATechSeat
        if not 0 <= option < len(self.content.options):
            raise errors.UnknownOption
        confirmation = CostConfirmation(by=by, at=at, option=option)
        others = tuple(c for c in self.confirmations if c.option != option)
        told = replace(self, confirmations=(*others, confirmation))
        details = (("option", str(option)),)
        return told.moved(EventKind.COST_CONFIRMED, self.status, by, at, details=details)

    # Mandates

    def rerouted(
        self,
        kind: EventKind,
        route: Route,
        *,
        by: PersonId | None,
        at: datetime,
        why: str = "",
        to: PersonId | None = None,
    ) -> "Request":
        """Give the request to the mandates of `route`; positions taken so far are dropped.

        `by` None is the bot itself (an absence, a deactivated user). A decider moves their own
        mandate; a steward may only assign a request that nobody decides.
        """
        self.require_state(OPEN_STATES)
        if kind is EventKind.ASSIGNED:
            self.require_steward(by or PersonId(""))
        elif by is not None:
            self.require_decider(by, DECIDABLE)
        if kind in {EventKind.REFERRED_UP, EventKind.HANDED_DOWN}:
            require_text(why)
        told = replace(self, route=route, positions=())
        details = (("to", to or ",".join(route.deciders or route.stewards)),)
        return told.moved(kind, self.status, by, at, why=why, details=details)

    def send_to_ritual(self, by: PersonId, ritual: RitualId, *, at: datetime) -> "Request":
        """Put the request on the agenda of the only ritual that answers its question."""
        self.require_decider(by, frozenset({Status.OPEN}))
        if ritual != self.route.ritual:
            raise errors.WrongRitual(ritual=self.route.ritual or "")
        details = (("ritual", ritual),)
        return self.moved(EventKind.SENT_TO_RITUAL, Status.ON_AGENDA, by, at, details=details)

    def take_off_agenda(self, by: PersonId, *, at: datetime) -> "Request":
        """Take the request back in its thread."""
        self.require_decider(by, frozenset({Status.ON_AGENDA}))
        return self.moved(EventKind.BACK_FROM_RITUAL, Status.OPEN, by, at)

    def withdraw(self, by: PersonId, why: str, *, at: datetime) -> "Request":
        """Take the request back; only its requester may."""
        self.require_requester(by, OPEN_STATES)
        ended = replace(self, pauses=self.ended(at), due_at=None)
        return ended.moved(EventKind.WITHDRAWN, Status.WITHDRAWN, by, at, why=why)

    def expire(self, *, at: datetime) -> "Request":
        """Close a request that lost its object; the bot does it, by the charter's rule."""
        self.require_state(OPEN_STATES)
        ended = replace(self, pauses=self.ended(at), due_at=None)
        return ended.moved(EventKind.EXPIRED, Status.EXPIRED, None, at)

    # What every move is made of

    def ended(self, at: datetime) -> tuple[Pause, ...]:
        """Return the pauses, the running one ended at `at`."""
        return tuple(replace(p, end=at) if p.end is None else p for p in self.pauses)

    def moved(
        self,
        kind: EventKind,
        status: Status,
        by: PersonId | None,
        at: datetime,
        *,
        why: str = "",
        details: tuple[tuple[str, str], ...] = (),
    ) -> "Request":
        """Return the request in `status`, with one more event."""
        mandate = self.route.mandate_of(by) if by else None
        event = Event(
            seq=self.event_count + 1,
            kind=kind,
            at=at,
            by=by,
            on_behalf_of=mandate.on_behalf_of if mandate else None,
            from_status=self.status,
            to_status=status,
            why=why,
            details=details,
        )
        return replace(self, status=status, event_count=event.seq, pending=(*self.pending, event))

    def require_state(self, allowed: frozenset[Status]) -> None:
        """Raise AlreadyDecided or WrongState unless the state is one of `allowed`."""
        if self.status in allowed:
            return
        if self.status is Status.DECIDED and self.decision:
            raise errors.AlreadyDecided(by=",".join(self.decision.deciders))
        raise errors.WrongState(status=self.status)

    def require_decider(self, by: PersonId, allowed: frozenset[Status]) -> None:
        """Raise NotADecider without the mandate, then AlreadyDecided or WrongState.

        The mandate comes first: a stranger learns who decides.
        """
        if not self.may_decide(by):
            raise errors.NotADecider(deciders=",".join(self.route.deciders))
        self.require_state(allowed)

    def require_may_move(self, by: PersonId) -> None:
        """Raise as `require_decider` unless `by` may pass the decision on."""
        self.require_decider(by, DECIDABLE)

    def require_steward(self, by: PersonId) -> None:
        """Raise NotASteward unless `by` is in charge of a request that nobody decides."""
        if by not in self.route.stewards:
            raise errors.NotASteward(stewards=",".join(self.route.stewards))
        self.require_state(OPEN_STATES)

    def require_unanswered(self, by: PersonId) -> None:
        """Raise AlreadyAnswered when `by` gave a position and another one is awaited."""
        if any(position.by == by for position in self.positions):
            raise errors.AlreadyAnswered(awaited=",".join(self.awaited))

    def require_concerned(self, by: PersonId) -> None:
        """Raise NotConcerned unless `by` asked, decided or was consulted."""
        decided = self.decision.deciders if self.decision else ()
        if by not in self.people and by not in decided:
            raise errors.NotConcerned

    def require_requester(self, by: PersonId, allowed: frozenset[Status]) -> None:
        """Raise NotTheRequester, then AlreadyDecided or WrongState."""
        if by != self.requester:
            raise errors.NotTheRequester(requester=self.requester)
        self.require_state(allowed)


def file(request: Request) -> Request:
    """Return `request` with its first event; it must be new."""
    event = Event(
        seq=1,
        kind=EventKind.FILED,
        at=request.submitted_at,
        by=request.requester,
        to_status=request.status,
        details=(("to", ",".join(request.route.deciders or request.route.stewards)),),
    )
    return replace(request, event_count=1, pending=(event,))


def require_text(text: str, *, field: str = "why") -> None:
    """Raise MissingReason about `field` when `text` is blank."""
    if not text.strip():
        raise errors.MissingReason(field=field)
