"""What readers are shown of requests: a line in a list, or everything for a card."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.charter import Charter, Layer
from bot.domain.events import Event, Status
from bot.domain.ids import PersonId, QuestionId, RequestId
from bot.domain.posts import Item
from bot.domain.request import Request
from bot.domain.routing import Route


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A request in one line. `url` is its card's permalink, None until the card is posted."""

    id: RequestId
    number: int
    title: str
    status: Status
    layer: Layer
    question: QuestionId
    requester: PersonId
    submitted_at: datetime
    due_at: datetime | None = None
    decided_at: datetime | None = None
    url: str | None = None

    @property
    def reference(self) -> str:
        """What people call it: `ARB-12`."""
        return f"ARB-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The first lines of a list, and how many it has in all."""

    lines: tuple[Summary, ...] = ()
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not in `lines`."""
        return self.total - len(self.lines)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything a card, its thread or a direct message shows of a request.

    `charter` is seated; `url` is the card's permalink, None until it is posted.
    """

    request: Request
    charter: Charter
    url: str | None = None

    @property
    def undated(self) -> "Sheet":
        """The same without its due date: for telling what happened before."""
        return replace(self, request=replace(self.request, due_at=None))


@dataclass(frozen=True, kw_only=True)
class Due:
    """One line of a reminder, and the request it is about as it stands.

    `settled` is the event that answered it; `snoozed_until` is when it will be said again.
    """

    item: Item
    sheet: Sheet
    settled: Event | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the form says before filing: who would decide, by when, and what looks alike."""

    route: Route
    due_at: datetime | None
    similar: tuple[Summary, ...] = ()
