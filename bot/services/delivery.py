"""Delivering posts: claim one, learn what it says, record what became of it."""

from datetime import datetime, timedelta

from bot.db import cards, outbox
from bot.db.outbox import UNKNOWN, Claim
from bot.domain import posts, rituals_posts
from bot.domain.ids import ChannelId, PersonId
from bot.domain.posts import OPTIONAL, Post, PostKind
from bot.services import homes, polls, prompts, rituals_delivery
from bot.services.contents import Content, NothingToSay, NotNow, TooLate
from bot.services.deps import Deps
from bot.services.desks import seated
from bot.services.saying import UPDATES, content, preview

__all__ = [  # what senders need of the outbox, and of what posts say
    "UNKNOWN",
    "Claim",
    "Content",
    "NotNow",
    "NothingToSay",
    "TooLate",
    "content",
    "preview",
]

LEASE = timedelta(seconds=60)
SPACING = timedelta(seconds=1)
"""Slack takes about one new message a second in a channel; updates are not counted there."""

FIRST_WAIT_S, LONGEST_WAIT_S = 1, 60
KINDS_OF_PLACE = {PostKind.CARD: cards.CARD, PostKind.PANEL: cards.PANEL}
REWRITES = frozenset({*UPDATES, PostKind.POLL_UPDATE, PostKind.PROMPT_UPDATE})
"""What makes no new message, and holds no lane up."""


def claim(deps: Deps, lease_from: datetime) -> Claim | None:
    """Take the next post to send; `lease_from` is the machine's time, aware UTC."""
    with deps.begin() as session:
        lease = (lease_from, lease_from + LEASE)
        return outbox.claim(session, deps.workspace, now=deps.now(), lease=lease)


def sent(deps: Deps, claimed: Claim, place: tuple[ChannelId, str], shown: Content) -> None:
    """Record that a post is in Slack, and where; what will be rewritten is remembered."""
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
        if post.kind not in REWRITES:
            prompts.remember(session, deps, claimed.id, shown)


def recovered(deps: Deps, claimed: Claim, place: tuple[ChannelId, str]) -> None:
    """Record that an earlier attempt posted what is moot by now: it is rewritten."""
    with deps.begin() as session:
        outbox.mark_sent(session, deps.workspace, claimed.id, at=deps.now(), place=place)
        prompts.recover(session, deps, claimed.id, claimed.post)


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
