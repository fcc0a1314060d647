"""One occurrence of a ritual: planned, run item by item, closed; and the moves between.

Every move returns a new occurrence, or raises a `DomainError`. Source: governance §7.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain import rituals_errors
from bot.domain.decision import Terms
from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId, RitualId
from bot.domain.request import Request, require_text

AGENDA_BEFORE = timedelta(hours=24)
"""When the agenda is posted; an occurrence may be started from then on."""

FARTHEST_MOVE = timedelta(days=60)


class Stage(StrEnum):
    """Where an occurrence stands."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of an item. CARRIED is for the next occurrence, RETURNED for its own thread."""

    DECIDED = "decided"
    EVIDENCE = "evidence"
    CARRIED = "carried"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What the facilitator heard a decider say, waiting for that decider's own click.

    Either `terms` of a decision, or the `evidence` that is missing.
    """

    id: str
    by: PersonId
    at: datetime
    terms: Terms | None = None
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A request on a frozen agenda. `why` and `by` are of a carry-over."""

    request: RequestId
    number: int
    outcome: Outcome | None = None
    why: str = ""
    by: PersonId | None = None
    proposal: Proposal | None = None

    @property
    def reference(self) -> str:
        """What people call it: `ARB-12`."""
        return f"ARB-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A request that did not answer the ritual's question, and the ritual it went to, if any."""

    request: RequestId
    ritual: RitualId | None


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """An occurrence as it stands. `slot` is the date the rule gave: it names it for ever.

    `index` is the slot's number, from 0. `starts_at` is aware UTC, of the rule unless `is_moved`.
    `stand_in` facilitates this time; `run_by` is who started it. `items` are the agenda as it was
    frozen, `left_out` what did not fit, `refused` what was sent elsewhere. `heard` are all the
    proposals ever made. `why` is of a cancellation or a move.
    """

    ritual: RitualId
    slot: date
    index: int
    starts_at: datetime
    duration: timedelta
    version: int = 0
    stage: Stage = Stage.PLANNED
    is_moved: bool = False
    stand_in: PersonId | None = None
    run_by: PersonId | None = None
    frozen_at: datetime | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None
    items: tuple[Item, ...] = ()
    left_out: tuple[RequestId, ...] = ()
    refused: tuple[Refusal, ...] = ()
    heard: tuple[Proposal, ...] = ()
    why: str = ""

    @property
    def ends_at(self) -> datetime:
        """When it should be over."""
        return self.starts_at + self.duration

    @property
    def is_frozen(self) -> bool:
        """Tell whether its agenda no longer changes."""
        return self.frozen_at is not None

    @property
    def decided(self) -> int:
        """How many of its items were decided."""
        return sum(item.outcome is Outcome.DECIDED for item in self.items)

    @property
    def is_only_discussion(self) -> bool:
        """Tell whether it ended without one decision. Source: governance §7."""
        return self.stage is Stage.CLOSED and self.decided == 0

    @property
    def left(self) -> tuple[Item, ...]:
        """The items without an outcome."""
        return tuple(item for item in self.items if item.outcome is None)

    def item(self, request: RequestId) -> Item:
        """Return the item of `request`. Raises NotOnAgenda."""
        for item in self.items:
            if item.request == request:
                return item
        raise rituals_errors.NotOnAgenda

    # Planning

    def move(
        self, to: datetime, *, why: str, at: datetime, taken: Iterable[date], day: date
    ) -> "Occurrence":
        """Hold it at another instant; the rule is untouched.

        `day` is the local date of `to`; `taken` are those of the ritual's other occurrences.
        """
        self.require_stage(Stage.PLANNED)
        if to <= at:
            raise rituals_errors.MovedIntoThePast
        if day in set(taken):
            raise rituals_errors.DayTaken
        if abs(day - self.slot) > FARTHEST_MOVE:
            raise rituals_errors.MovedTooFar(days=str(FARTHEST_MOVE.days))
        return replace(self, starts_at=to, is_moved=True, why=why)

    def cancel(self, why: str) -> "Occurrence":
        """Do not hold it this time."""
        self.require_stage(Stage.PLANNED)
        require_text(why)
        return replace(self, stage=Stage.CANCELLED, why=why)

    def hand_to(self, person: PersonId) -> "Occurrence":
        """Let `person` facilitate this time, also when it is already running."""
        self.require_stage(Stage.PLANNED, Stage.RUNNING)
        run_by = person if self.stage is Stage.RUNNING else None
        return replace(self, stand_in=person, run_by=run_by)

    # Running

    def freeze(
        self, items: tuple[Item, ...], left_out: tuple[RequestId, ...], *, at: datetime
    ) -> "Occurrence":
        """Fix the agenda; once fixed, it stays as it is."""
        if self.is_frozen or self.stage is not Stage.PLANNED:
            return self
        return replace(self, items=items, left_out=left_out, frozen_at=at)

    def refuse(self, request: RequestId, to: RitualId | None) -> "Occurrence":
        """Keep that a request was sent elsewhere: the agenda says where."""
        kept = tuple(refusal for refusal in self.refused if refusal.request != request)
        return replace(self, refused=(*kept, Refusal(request=request, ritual=to)))

    def start(self, by: PersonId, *, at: datetime) -> "Occurrence":
        """Start it, its agenda frozen; starting it again changes nothing."""
        if self.stage is Stage.RUNNING:
            return self
        self.require_stage(Stage.PLANNED)
        if at < self.starts_at - AGENDA_BEFORE:
            raise rituals_errors.TooEarly
        return replace(self, stage=Stage.RUNNING, run_by=by, started_at=at)

    def carry(self, by: PersonId, request: RequestId, why: str) -> "Occurrence":
        """Leave an item for the next occurrence, with the reason."""
        item = self._waiting(request)
        require_text(why)
        carried = replace(item, outcome=Outcome.CARRIED, why=why, by=by, proposal=None)
        return self._with(carried)

    def propose(self, request: RequestId, proposal: Proposal) -> "Occurrence":
        """Keep what the facilitator heard, for the decider to confirm; the last one counts."""
        noted = replace(self, heard=(*self.heard, proposal))
        return noted._with(replace(self._waiting(request), proposal=proposal))

    def proposal(self, request: RequestId, proposal: str) -> Proposal:
        """Return the proposal `proposal`. Raises ProposalGone when another one counts, or none."""
        self.require_stage(Stage.RUNNING)
        found = self.item(request).proposal
        if found is None or found.id != proposal:
            raise rituals_errors.ProposalGone
        return found

    def follow(self, request: Request) -> "Occurrence":
        """Take note of what a request of the agenda became, while it runs."""
        item = next((item for item in self.items if item.request == request.id), None)
        if item is None or self.stage is not Stage.RUNNING:
            return self
        outcome = _outcome(request, item.outcome)
        proposal = item.proposal if outcome is None else None
        return self._with(replace(item, outcome=outcome, proposal=proposal))

    def close(self, *, at: datetime) -> "Occurrence":
        """End it. Raises ItemsLeft while an item has no outcome."""
        self.require_stage(Stage.RUNNING)
        if self.left:
            raise rituals_errors.ItemsLeft(items=", ".join(item.reference for item in self.left))
        return replace(self, stage=Stage.CLOSED, closed_at=at)

    def _waiting(self, request: RequestId) -> Item:
        self.require_stage(Stage.RUNNING)
        item = self.item(request)
        if item.outcome not in {None, Outcome.CARRIED}:
            raise rituals_errors.ItemSettled
        return replace(item, outcome=None, why="", by=None)

    def _with(self, changed: Item) -> "Occurrence":
        items = tuple(changed if i.request == changed.request else i for i in self.items)
        return replace(self, items=items)

    def require_stage(self, *allowed: Stage) -> None:
        """Raise WrongStage unless it is at one of `allowed`."""
        if self.stage not in allowed:
            raise rituals_errors.WrongStage(stage=self.stage)


_SETTLED = {
    Status.DECIDED: Outcome.DECIDED,
    Status.AWAITING_EVIDENCE: Outcome.EVIDENCE,
    Status.WITHDRAWN: Outcome.WITHDRAWN,
    Status.EXPIRED: Outcome.WITHDRAWN,
}


def _outcome(request: Request, known: Outcome | None) -> Outcome | None:
    """Return what became of a request, `known` being its outcome so far."""
    if request.status is Status.ON_AGENDA:
        return known if known is Outcome.CARRIED else None
    if request.status is Status.OPEN:
        # Reopened, it is to be settled again.
        return None if known is Outcome.DECIDED else known or Outcome.RETURNED
    return _SETTLED.get(request.status, known)
