"""What happened to a request: one event per change, kept for ever."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import PersonId


class Status(StrEnum):
    """Where a request stands. Source: governance §5. A draft is not a request yet."""

    OPEN = "open"
    AWAITING_EVIDENCE = "awaiting_evidence"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class EventKind(StrEnum):
    """What can happen to a request."""

    FILED = "filed"
    EVIDENCE_ASKED = "evidence_asked"
    EVIDENCE_GIVEN = "evidence_given"
    RESUMED = "resumed"
    OBJECTED = "objected"
    COST_CONFIRMED = "cost_confirmed"
    REFERRED_UP = "referred_up"
    HANDED_DOWN = "handed_down"
    DELEGATED = "delegated"
    ASSIGNED = "assigned"
    REROUTED = "rerouted"
    SENT_TO_RITUAL = "sent_to_ritual"
    BACK_FROM_RITUAL = "back_from_ritual"
    POSITION_GIVEN = "position_given"
    SPLIT = "split"
    ESCALATED = "escalated"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    HELD = "held"
    REOPENED = "reopened"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One change. `by` is None when the bot did it; `why` is a person's own words.

    `seq` counts from 1 within the request, without gaps.
    `details` are ids and numbers that the sentence about the event needs.
    """

    seq: int
    kind: EventKind
    at: datetime
    by: PersonId | None = None
    on_behalf_of: PersonId | None = None
    from_status: Status | None = None
    to_status: Status
    why: str = ""
    details: tuple[tuple[str, str], ...] = ()

    def detail(self, name: str) -> str:
        """Return the detail `name`, empty when the event has none."""
        return dict(self.details).get(name, "")
