"""Posts: what must be said after a change, to whom, as intents.

An intent holds ids only: its words are made when it is sent, from the state of that moment, in
the reader's language. Source: product §2, §3.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.content import Source
from bot.domain.events import Event, EventKind
from bot.domain.ids import ChannelId, PersonId, RequestId
from bot.domain.request import Request


class PostKind(StrEnum):
    """What a post is. CARD and PANEL are new messages; the _UPDATE kinds rewrite them in place."""

    CARD = "card"
    CARD_UPDATE = "card_update"
    PANEL = "panel"
    PANEL_UPDATE = "panel_update"
    LINE = "line"
    NOTICE = "notice"
    SOURCE_LINK = "source_link"
    INVITATION = "invitation"
    UNFURL = "unfurl"
    ALERT = "alert"
    REMINDER = "reminder"
    REMINDER_LINE = "reminder_line"
    AGENDA = "agenda"
    AGENDA_UPDATE = "agenda_update"
    RUN = "run"
    RUN_UPDATE = "run_update"
    MINUTES = "minutes"
    RITUAL_LINE = "ritual_line"
    FACILITATOR = "facilitator"
    PROPOSAL = "proposal"
    DIGEST = "digest"
    POLL = "poll"
    POLL_UPDATE = "poll_update"
    INTRODUCTION = "introduction"
    PROMPT_UPDATE = "prompt_update"
    ARTEFACT = "artefact"
    HOME = "home"


OPTIONAL = frozenset({PostKind.SOURCE_LINK, PostKind.UNFURL, PostKind.INTRODUCTION, PostKind.HOME})
OPTIONAL |= {PostKind.PROMPT_UPDATE}
"""Kinds that may be refused by Slack (the bot is not in that channel) without telling anyone."""


LATE_AFTER = timedelta(minutes=10)
"""A post this much after its time says that it is late."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a reminder: `timer` is its key, `kind` and `number` are the timer's.

    `expected_at` is when this line should be said, `answer_by` when its request should be answered.
    """

    timer: str
    kind: str
    number: int
    request: RequestId
    expected_at: datetime
    is_snoozed: bool = False
    answer_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Post:
    """One thing to say, once.

    `key` is unique for ever in a workspace. `lane` is where order holds: one channel or one
    person. `group` names posts that make one another useless: only one of those waiting is sent.
    Exactly one of `channel` and `person` is set. `details` are ids, never people's words.
    `expected_at` is when it should be said, None for at once; after `useful_until` it is dropped.
    `in_hours`: it waits for the working hours of its reader, or of the company in a channel.
    """

    kind: PostKind
    key: str
    channel: ChannelId | None = None
    person: PersonId | None = None
    thread_ts: str | None = None
    request: RequestId | None = None
    event_seq: int | None = None
    group: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    items: tuple[Item, ...] = ()
    expected_at: datetime | None = None
    useful_until: datetime | None = None
    in_hours: bool = False

    @property
    def lane(self) -> str:
        """Where the order of posts holds; what waits for hours holds nothing else up."""
        if self.kind is PostKind.HOME:
            return f"home:{self.person}"  # no message: it waits for none, and holds none up
        place = f"channel:{self.channel}" if self.channel else f"person:{self.person}"
        return f"hours:{place}:{self.reader or ''}" if self.in_hours else place

    @property
    def reader(self) -> PersonId | None:
        """Who it is for: the person it is sent to, or the one it calls in a thread."""
        return self.person or PersonId(self.detail("to")) or None

    def is_late(self, now: datetime) -> bool:
        """Tell whether it is said well after its time."""
        return self.expected_at is not None and now - self.expected_at > LATE_AFTER

    def detail(self, name: str) -> str:
        """Return the detail `name`, empty when the post has none."""
        return dict(self.details).get(name, "")


TELLS_REQUESTER = frozenset(
    {
        EventKind.FILED,
        EventKind.EVIDENCE_ASKED,
        EventKind.REFERRED_UP,
        EventKind.HANDED_DOWN,
        EventKind.DELEGATED,
        EventKind.ASSIGNED,
        EventKind.REROUTED,
        EventKind.SENT_TO_RITUAL,
        EventKind.SPLIT,
        EventKind.ESCALATED,
        EventKind.DECIDED,
        EventKind.EXPIRED,
        EventKind.REOPENED,
        EventKind.SUPERSEDED,
    }
)
"""What a requester hears of by direct message, unless they did it themselves."""


def about(request: Request) -> tuple[Post, ...]:
    """Return what to say after the moves in `request.pending`, in order."""
    return tuple(post for event in request.pending for post in _about_event(request, event))


def _about_event(request: Request, event: Event) -> tuple[Post, ...]:
    is_new = event.kind is EventKind.FILED
    shown = _first_posts(request) if is_new else _changes(request, event)
    told = list(shown)
    if event.kind in TELLS_REQUESTER and (is_new or event.by != request.requester):
        told.append(_notice(request, event, request.requester))
    told += [_notice(request, event, person) for person in _others_told(request, event)]
    if event.kind is EventKind.DECIDED and request.source:
        told.append(_source_link(request, request.source, event))
    if not request.route.mandates and request.is_open:
        told += [_alert(request, event, steward) for steward in request.route.stewards]
    return tuple(told)


def _others_told(request: Request, event: Event) -> tuple[PersonId, ...]:
    """Return who else hears of an event by direct message, besides the requester."""
    deciders = request.route.deciders
    if event.kind is EventKind.EVIDENCE_GIVEN or (event.kind is EventKind.RESUMED and not event.by):
        people = deciders
    elif event.kind is EventKind.ESCALATED:
        people = (*deciders, *_ids(event.detail("silent")))
    else:
        people = ()
    return tuple(p for p in dict.fromkeys(people) if p != request.requester)


def _ids(joined: str) -> tuple[PersonId, ...]:
    return tuple(PersonId(person) for person in joined.split(",") if person)


def _first_posts(request: Request) -> tuple[Post, ...]:
    return tuple(
        Post(kind=kind, key=f"{kind}:{request.id}", channel=request.channel, request=request.id)
        for kind in (PostKind.CARD, PostKind.PANEL)
    )


def _changes(request: Request, event: Event) -> tuple[Post, ...]:
    updates = tuple(
        Post(
            kind=kind,
            key=f"{kind}:{request.id}:{event.seq}",
            channel=request.channel,
            request=request.id,
            group=f"{kind}:{request.id}",
        )
        for kind in (PostKind.CARD_UPDATE, PostKind.PANEL_UPDATE)
    )
    line = Post(
        kind=PostKind.LINE,
        key=f"line:{request.id}:{event.seq}",
        channel=request.channel,
        request=request.id,
        event_seq=event.seq,
        in_hours=_is_bots(event),
    )
    return (*updates, line)


def _is_bots(event: Event) -> bool:
    """Tell whether nobody acted: what the bot does by itself disturbs nobody out of hours."""
    return event.by is None


def _notice(request: Request, event: Event, person: PersonId) -> Post:
    return Post(
        kind=PostKind.NOTICE,
        key=f"notice:{request.id}:{event.seq}:{person}",
        person=person,
        request=request.id,
        event_seq=event.seq,
        in_hours=_is_bots(event),
    )


def _source_link(request: Request, source: Source, event: Event) -> Post:
    return Post(
        kind=PostKind.SOURCE_LINK,
        key=f"source_link:{request.id}:{event.seq}",
        channel=source.channel,
        thread_ts=source.ts,
        request=request.id,
    )


def _alert(request: Request, event: Event, steward: PersonId) -> Post:
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:unassigned:{request.id}:{event.seq}:{steward}",
        person=steward,
        request=request.id,
        event_seq=event.seq,
        details=(("what", "unassigned"),),
        in_hours=_is_bots(event),
    )


def invitation(draft: str, author: PersonId, *, is_own: bool = False) -> Post:
    """Return the private message that offers `author` the form of draft `draft`.

    `is_own`: they called the bot themselves; else somebody else proposed it.
    """
    return Post(
        kind=PostKind.INVITATION,
        key=f"invitation:{draft}",
        person=author,
        details=(("draft", draft), *((("is_own", "yes"),) if is_own else ())),
    )


def unfurl(request: Request, channel: ChannelId, thread_ts: str) -> Post:
    """Return the one reply that shows a request somebody named; once per thread."""
    return Post(
        kind=PostKind.UNFURL,
        key=f"unfurl:{channel}:{thread_ts}:{request.number}",
        channel=channel,
        thread_ts=thread_ts,
        request=request.id,
    )


def introduction(channel: ChannelId, mode: str) -> Post:
    """Return the few words that the bot says of itself in a channel; once for ever.

    `mode` is what it does of bypasses there.
    """
    return Post(
        kind=PostKind.INTRODUCTION,
        key=f"introduction:{channel}",
        channel=channel,
        details=(("mode", mode),),
    )


def undelivered(
    key: str, steward: PersonId, *, error: str, place: str, what: str = "undelivered"
) -> Post:
    """Return the alert that the post `key` will not be delivered. `error` is Slack's code."""
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:undelivered:{key}:{steward}",
        person=steward,
        details=(("error", error), ("place", place), ("what", what)),
    )


def vacant_seat(seat: str, steward: PersonId, *, day: str) -> Post:
    """Return the alert that nobody holds `seat` (`pm:checkout`); once a day at most."""
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:vacant:{seat}:{day}:{steward}",
        person=steward,
        details=(("seat", seat), ("what", "vacant")),
    )
