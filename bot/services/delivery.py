"""Delivering posts: claim one, learn what it says, record what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.db import cards, drafts, events, outbox, people, requests
from bot.db.outbox import UNKNOWN, Claim
from bot.domain import posts, rituals_posts
from bot.domain.agenda import AgendaSheet
from bot.domain.content import Draft
from bot.domain.digest import Digest
from bot.domain.events import Event
from bot.domain.ids import ChannelId, PersonId
from bot.domain.people import Person
from bot.domain.polls import Poll
from bot.domain.posts import OPTIONAL, Post, PostKind
from bot.domain.reminders import TimerKind, is_still_due
from bot.domain.summary import Due, Sheet
from bot.services import digests, homes, polls, rituals_delivery
from bot.services.deps import Deps
from bot.services.desks import seated
from bot.services.reading import sheet_at, sheet_of

__all__ = ["UNKNOWN", "Claim"]  # what senders need of the outbox

LEASE = timedelta(seconds=60)
SPACING = timedelta(seconds=1)
"""Slack takes about one new message a second in a channel; updates are not counted there."""

FIRST_WAIT_S, LONGEST_WAIT_S = 1, 60
KINDS_OF_PLACE = {PostKind.CARD: cards.CARD, PostKind.PANEL: cards.PANEL}
UPDATES = frozenset({PostKind.CARD_UPDATE, PostKind.PANEL_UPDATE, *rituals_delivery.UPDATES})
REWRITES = frozenset({*UPDATES, PostKind.POLL_UPDATE})
"""What makes no new message, and holds no lane up."""

REPLIES = frozenset({PostKind.PANEL, PostKind.LINE, PostKind.REMINDER_LINE})
"""What is said in the thread of a request's card."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a post says and where it goes, as of now.

    `thread_ts` is the message to answer; `ts` the message to rewrite. `locale` is the reader's.
    `late_from` is when a late post should have been said; `zone` is for written instants.
    """

    post: Post
    locale: str
    sheet: Sheet | None = None
    event: Event | None = None
    draft: Draft | None = None
    due: tuple[Due, ...] = ()
    late_from: datetime | None = None
    zone: str = "UTC"
    agenda: AgendaSheet | None = None
    digest: Digest | None = None
    poll: Poll | None = None
    channel: ChannelId | None = None
    thread_ts: str | None = None
    ts: str | None = None


class NothingToSay(Exception):
    """The post lost its object: its draft was filed, its card was never posted."""


class TooLate(Exception):
    """The post is of no more use to its reader."""


class NotNow(Exception):
    """The post waits for the hours of its reader, which open at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("not_now")
        self.until = until


def claim(deps: Deps, lease_from: datetime) -> Claim | None:
    """Take the next post to send; `lease_from` is the machine's time, aware UTC."""
    with deps.begin() as session:
        lease = (lease_from, lease_from + LEASE)
        return outbox.claim(session, deps.workspace, now=deps.now(), lease=lease)


def content(deps: Deps, post: Post) -> Content:
    """Return what `post` says now. Raises NothingToSay, TooLate or NotNow."""
    with deps.read() as session:
        reader = people.get(session, deps.workspace, post.reader) if post.reader else None
        _check_time(deps, post, reader)
        locale = reader.locale if reader and post.person else deps.charter.locale
        return _content(session, deps, post, locale)


def preview(deps: Deps, post: Post, locale: str) -> Content | None:
    """Return what `post` would say in `locale` if nothing changes; None when it has no object."""
    try:
        with deps.read() as session:
            return _content(session, deps, post, locale)
    except NothingToSay:
        return None


def _check_time(deps: Deps, post: Post, reader: Person | None) -> None:
    now = deps.now()
    if post.useful_until is not None and now > post.useful_until:
        raise TooLate
    if not post.in_hours:
        return
    calendar = deps.charter.calendar
    until = (calendar.in_zone(reader.zone) if reader else calendar).next_open(now)
    if until > now:
        raise NotNow(until)


def _content(session: Connection, deps: Deps, post: Post, locale: str) -> Content:
    sheet = place = None
    if post.request:
        request = requests.get(session, deps.workspace, post.request)
        place = cards.place(session, deps.workspace, post.request, cards.CARD)
        sheet = sheet_at(session, deps, request, place)
        if post.kind is PostKind.PANEL_UPDATE:
            place = cards.place(session, deps.workspace, post.request, cards.PANEL)
    shown = Content(
        post=post,
        locale=locale,
        sheet=sheet,
        channel=post.channel,
        thread_ts=post.thread_ts,
        zone=deps.charter.calendar.zone,
        # Facilitators are reminded of what is ahead: that they could have been before helps nobody.
        late_from=post.expected_at if post.channel and post.is_late(deps.now()) else None,
    )
    if rituals_posts.named_in(post):
        return _about_ritual(session, deps, shown)
    if post.kind in polls.POSTS:
        return _about_poll(shown, polls.said(session, deps, post))
    if post.kind in {*UPDATES, *REPLIES}:
        shown = _by_the_card(shown, place)
    return _told(session, deps, shown)


def _by_the_card(shown: Content, place: tuple[ChannelId, str] | None) -> Content:
    """Return `shown` in the thread of its card, or over it. Raises NothingToSay."""
    if place is None:
        raise NothingToSay("no_card")
    channel, ts = place
    if shown.post.kind in REPLIES:
        return replace(shown, channel=channel, thread_ts=ts)
    return replace(shown, channel=channel, ts=ts)


def _told(session: Connection, deps: Deps, shown: Content) -> Content:
    """Return `shown` with what its post is about, besides a request. Raises NothingToSay."""
    post, event, draft = shown.post, None, None
    if post.request and post.event_seq:
        event = events.get(session, deps.workspace, post.request, post.event_seq)
    if post.kind is PostKind.INVITATION:
        draft = drafts.get(session, deps.workspace, post.detail("draft"))
        if draft is None:
            raise NothingToSay("no_draft")
    is_digest = post.kind is PostKind.DIGEST
    due = _due(session, deps, post)
    if due:
        # Only what is still said can be late.
        post = replace(post, expected_at=min(one.item.expected_at for one in due))
    return replace(
        shown,
        event=event,
        draft=draft,
        due=due,
        digest=digests.told_by(session, deps, post) if is_digest else None,
        late_from=post.expected_at if post.is_late(deps.now()) else None,
    )


def _due(session: Connection, deps: Deps, post: Post) -> tuple[Due, ...]:
    """Return the lines of a reminder that are still true. Raises NothingToSay when none is."""
    reader = post.reader or PersonId("")
    found = []
    for item in post.items:
        request = requests.get(session, deps.workspace, item.request)
        sheet = sheet_of(session, deps, request)
        if is_still_due(TimerKind(item.kind), reader, request, sheet.charter):
            found.append(Due(item=item, sheet=sheet))
    if post.items and not found:
        raise NothingToSay("no_longer_due")
    return tuple(found)


def _about_ritual(session: Connection, deps: Deps, shown: Content) -> Content:
    """Return `shown` with the occurrence it is about, if any. Raises NothingToSay."""
    named = rituals_posts.named_in(shown.post)
    if named is None:
        return shown
    said = rituals_delivery.said(session, deps, shown.post, named)
    if said is None:
        raise NothingToSay("no_occurrence")
    return replace(
        shown,
        agenda=said.agenda,
        channel=said.channel or shown.channel,
        thread_ts=said.thread_ts,
        ts=said.ts,
    )


def _about_poll(shown: Content, poll: Poll | None) -> Content:
    """Return `shown` with its poll, over its message once it has one. Raises NothingToSay."""
    is_rewriting = shown.post.kind is PostKind.POLL_UPDATE
    if poll is None or (is_rewriting and poll.ts is None):
        raise NothingToSay("no_poll")
    return replace(shown, poll=poll, ts=poll.ts if is_rewriting else None)


def sent(deps: Deps, claimed: Claim, place: tuple[ChannelId, str]) -> None:
    """Record that a post is in Slack, and where; a request's card and panel are remembered."""
    now, post = deps.now(), claimed.post
    with deps.begin() as session:
        outbox.mark_sent(session, deps.workspace, claimed.id, at=now, place=place)
        if post.kind not in REWRITES:
            outbox.hold(session, deps.workspace, post.lane, now + SPACING)
        kind = KINDS_OF_PLACE.get(post.kind)
        if kind and post.request:
            cards.remember(session, deps.workspace, post.request, kind, place)
        rituals_delivery.remember(session, deps, post, place)
        polls.remember(session, deps, post, place)


def home_of(deps: Deps, post: Post) -> PersonId:
    """Return whose App Home `post` draws. Raises TooLate, or NothingToSay when they left it."""
    if post.useful_until is not None and deps.now() > post.useful_until:
        raise TooLate
    if post.person is None or not homes.is_open(deps, post.person):
        raise NothingToSay("home_left")
    return post.person


def published(deps: Deps, claimed: Claim) -> None:
    """Record that an App Home was drawn; its key is remembered in the outbox."""
    with deps.begin() as session:
        outbox.mark_sent(session, deps.workspace, claimed.id, at=deps.now(), place=None)


def retry(deps: Deps, claimed: Claim, *, error: str, wait_s: float | None = None) -> None:
    """Try a post again later: after `wait_s`, else after a wait that doubles up to a minute.

    `error` is UNKNOWN when Slack may have taken it.
    """
    doubled = FIRST_WAIT_S * 2 ** min(claimed.attempts - 1, 10)
    wait = timedelta(seconds=wait_s if wait_s is not None else min(doubled, LONGEST_WAIT_S))
    with deps.begin() as session:
        due_at = deps.now() + wait
        outbox.retry(session, deps.workspace, claimed.id, due_at=due_at, error=error)


def hold_lane(deps: Deps, post: Post, wait_s: float) -> None:
    """Post nothing to a lane for `wait_s` seconds: Slack said so."""
    with deps.begin() as session:
        until = deps.now() + timedelta(seconds=wait_s)
        outbox.hold(session, deps.workspace, post.lane, until)


def expire(deps: Deps, claimed: Claim) -> None:
    """Drop a post that came too late; the log says which kind."""
    with deps.begin() as session:
        outbox.expire(session, deps.workspace, claimed.id, at=deps.now())


def put_off(deps: Deps, claimed: Claim, until: datetime) -> None:
    """Keep a post for the hours of its reader."""
    with deps.begin() as session:
        outbox.put_off(session, deps.workspace, claimed.id, until=until)


def drop(deps: Deps, claimed: Claim, *, reason: str) -> None:
    """Bury a post that lost its object; nobody needs to know."""
    with deps.begin() as session:
        outbox.bury(session, deps.workspace, claimed.id, at=deps.now(), error=reason)


def give_up(deps: Deps, claimed: Claim, *, error: str) -> None:
    """Bury a post that Slack will never take, and tell the stewards; `error` is Slack's code."""
    post, now = claimed.post, deps.now()
    with deps.begin() as session:
        outbox.bury(session, deps.workspace, claimed.id, at=now, error=error)
        if post.kind in OPTIONAL or post.kind is PostKind.ALERT:
            return
        place = post.channel or post.person or ""
        rituals_delivery.send_elsewhere(session, deps, post)
        stewards = seated(session, deps).stewards
        what = "undelivered_ritual" if rituals_posts.named_in(post) else "undelivered"
        told = tuple(
            posts.undelivered(post.key, s, error=error, place=place, what=what) for s in stewards
        )
        outbox.add(session, deps.workspace, told, at=now)
    deps.wake()
