"""Delivering posts: claim one, learn what it says, record what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.db import cards, drafts, events, outbox, people, requests
from bot.db.outbox import UNKNOWN, Claim
from bot.domain import posts
from bot.domain.content import Draft
from bot.domain.digest import Digest
from bot.domain.events import Event
from bot.domain.ids import ChannelId
from bot.domain.posts import OPTIONAL, Post, PostKind
from bot.domain.summary import Sheet
from bot.services import digests
from bot.services.deps import Deps
from bot.services.desks import seated
from bot.services.reading import sheet_of

__all__ = ["UNKNOWN", "Claim"]  # what senders need of the outbox

LEASE = timedelta(seconds=60)
SPACING = timedelta(seconds=1)
"""Slack takes about one new message a second in a channel; updates are not counted there."""

FIRST_WAIT_S, LONGEST_WAIT_S = 1, 60
KINDS_OF_PLACE = {PostKind.CARD: cards.CARD, PostKind.PANEL: cards.PANEL}
UPDATES = frozenset({PostKind.CARD_UPDATE, PostKind.PANEL_UPDATE})


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a post says and where it goes, as of now.

    `thread_ts` is the message to answer; `ts` the message to rewrite. `locale` is the reader's.
    """

    post: Post
    locale: str
    sheet: Sheet | None = None
    event: Event | None = None
    draft: Draft | None = None
    digest: Digest | None = None
    channel: ChannelId | None = None
    thread_ts: str | None = None
    ts: str | None = None


class NothingToSay(Exception):
    """The post lost its object: its draft was filed, its card was never posted."""


def claim(deps: Deps, lease_from: datetime) -> Claim | None:
    """Take the next post to send; `lease_from` is the machine's time, aware UTC."""
    with deps.begin() as session:
        lease = (lease_from, lease_from + LEASE)
        return outbox.claim(session, deps.workspace, now=deps.now(), lease=lease)


def content(deps: Deps, post: Post) -> Content:
    """Return what `post` says now. Raises NothingToSay."""
    with deps.read() as session:
        reader = people.get(session, deps.workspace, post.person) if post.person else None
        locale = reader.locale if reader else deps.charter.locale
        sheet = event = draft = place = digest = None
        if post.request:
            request = requests.get(session, deps.workspace, post.request)
            sheet = sheet_of(session, deps, request)
            kind = cards.PANEL if post.kind is PostKind.PANEL_UPDATE else cards.CARD
            place = cards.place(session, deps.workspace, post.request, kind)
        if post.request and post.event_seq:
            event = events.get(session, deps.workspace, post.request, post.event_seq)
        if post.kind is PostKind.INVITATION:
            draft = drafts.get(session, deps.workspace, post.detail("draft"))
            if draft is None:
                raise NothingToSay("no_draft")
        if post.kind is PostKind.DIGEST:
            digest = digests.told_by(session, deps, post)
    needs_card = post.kind in {*UPDATES, PostKind.PANEL, PostKind.LINE}
    if needs_card and place is None:
        raise NothingToSay("no_card")
    is_reply = post.kind in {PostKind.PANEL, PostKind.LINE}
    return Content(
        post=post,
        locale=locale,
        sheet=sheet,
        event=event,
        draft=draft,
        digest=digest,
        channel=place[0] if place and needs_card else post.channel,
        thread_ts=place[1] if place and is_reply else post.thread_ts,
        ts=place[1] if place and post.kind in UPDATES else None,
    )


def sent(deps: Deps, claimed: Claim, place: tuple[ChannelId, str]) -> None:
    """Record that a post is in Slack, and where; a request's card and panel are remembered."""
    now, post = deps.now(), claimed.post
    with deps.begin() as session:
        outbox.mark_sent(session, deps.workspace, claimed.id, at=now, place=place)
        if post.kind not in UPDATES:
            outbox.hold(session, deps.workspace, post.lane, now + SPACING)
        kind = KINDS_OF_PLACE.get(post.kind)
        if kind and post.request:
            cards.remember(session, deps.workspace, post.request, kind, place)


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
        stewards = seated(session, deps).stewards
        told = tuple(posts.undelivered(post.key, s, error=error, place=place) for s in stewards)
        outbox.add(session, deps.workspace, told, at=now)
    deps.wake()
