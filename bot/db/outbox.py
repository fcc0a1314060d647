"""The outbox: posts wait here, in order per lane, until Slack has them.

A post is claimed under a lease. Only the first waiting post of a lane can be claimed, so a lane
keeps its order even with several senders; a retry holds its lane back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update

from bot.db import codec, counters
from bot.db.inserting import insert_once, upsert
from bot.db.tables import lanes, outbox
from bot.domain.ids import ChannelId, WorkspaceId
from bot.domain.posts import Post

POSTS = "post"
WAITING, SENT, COLLAPSED, DEAD = "waiting", "sent", "collapsed", "dead"
TOO_LATE = "too_late"
"""State of a post that was of no more use when it could be sent."""
UNKNOWN = "unknown_outcome"
"""`error` of a post whose last attempt may have reached Slack: look before posting again."""


_here = outbox.alias("here")
_heads = (
    select(func.min(_here.c.id))
    .where(_here.c.workspace_id == bindparam("in_workspace"), _here.c.state == WAITING)
    .group_by(_here.c.lane)
)
_is_held = exists().where(
    lanes.c.workspace_id == bindparam("in_workspace"),
    lanes.c.lane == outbox.c.lane,
    lanes.c.free_at > bindparam("now"),
)
# Built once: building a statement costs more than running it.
_NEXT = (
    select(outbox)
    .where(
        outbox.c.workspace_id == bindparam("in_workspace"),
        outbox.c.state == WAITING,
        outbox.c.id.in_(_heads),
        outbox.c.due_at <= bindparam("now"),
        or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("leased_at")),
        ~_is_held,
    )
    .order_by(outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)

_QUEUED = select(outbox.c.key).where(
    outbox.c.workspace_id == bindparam("in_workspace"),
    outbox.c.key.in_(bindparam("keys", expanding=True)),
)
_WAITING = (
    select(outbox.c.due_at, lanes.c.free_at)
    .outerjoin(
        lanes, and_(lanes.c.workspace_id == outbox.c.workspace_id, lanes.c.lane == outbox.c.lane)
    )
    .where(outbox.c.workspace_id == bindparam("in_workspace"), outbox.c.id.in_(_heads))
)

_ONE = update(outbox).where(
    outbox.c.workspace_id == bindparam("in_workspace"), outbox.c.id == bindparam("of_post")
)
_REST_OF_GROUP = update(outbox).where(
    outbox.c.workspace_id == bindparam("in_workspace"),
    outbox.c.group_key == bindparam("of_group"),
    outbox.c.state == bindparam("if_state"),
    outbox.c.id != bindparam("kept"),
)
# By number alone: asked for the state too, SQLite would look for them among all that was ever sent.
_POSTED = select(
    outbox.c.id, outbox.c.body, outbox.c.state, outbox.c.channel, outbox.c.ts, outbox.c.sent_at
).where(
    outbox.c.workspace_id == bindparam("in_workspace"),
    outbox.c.id.in_(bindparam("ids", expanding=True)),
    outbox.c.ts.is_not(None),
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A post to send now. `attempts` counts this one.

    `may_be_posted`: an earlier attempt may have reached Slack.
    """

    id: int
    post: Post
    attempts: int
    may_be_posted: bool
    first_due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that is in Slack: its post, where it stands, and since when."""

    post: Post
    place: tuple[ChannelId, str]
    at: datetime


def hold_order(session: Connection, workspace: WorkspaceId) -> None:
    """Let nobody else queue until this transaction ends: who queues later sees its changes."""
    counters.take(session, workspace, POSTS, 0)


def add(
    session: Connection, workspace: WorkspaceId, posts: tuple[Post, ...], *, at: datetime
) -> int:
    """Queue posts in order; those whose key was queued before are left out. Return how many."""
    if not posts:
        return 0
    first = counters.take(session, workspace, POSTS, len(posts))
    rows = [
        {
            "workspace_id": workspace,
            "id": number,
            "key": post.key,
            "kind": post.kind,
            "lane": post.lane,
            "group_key": post.group,
            "request_id": post.request,
            "body": codec.dump_post(post),
            "state": WAITING,
            "created_at": at,
            "due_at": at,
            "attempts": 0,
        }
        for number, post in enumerate(posts, start=first)
    ]
    return insert_once(session, outbox, rows)


def queued(session: Connection, workspace: WorkspaceId, keys: Iterable[str]) -> frozenset[str]:
    """Return those of `keys` that the outbox knows: a look, for inserting decides."""
    wanted = tuple(keys)
    if not wanted:
        return frozenset()
    found = session.execute(_QUEUED, {"in_workspace": workspace, "keys": wanted})
    return frozenset(found.scalars())


def claim(
    session: Connection, workspace: WorkspaceId, *, now: datetime, lease: tuple[datetime, datetime]
) -> Claim | None:
    """Take the oldest post that may be sent, None when there is none.

    `now` is the bot's clock. `lease` is (now, end) on the machine's clock, which never jumps:
    until its end nobody else takes this post. Waiting posts of the same group are collapsed into
    this one, which is rendered after this transaction and so shows their changes too.
    """
    leased_at, leased_until = lease
    row = session.execute(
        _NEXT, {"in_workspace": workspace, "now": now, "leased_at": leased_at}
    ).first()
    if row is None:
        return None
    _set(
        session,
        workspace,
        row.id,
        leased_until=leased_until,
        error=UNKNOWN,
        attempts=row.attempts + 1,
    )
    if row.group_key:
        _collapse(session, workspace, row.id, row.group_key, now)
    return Claim(
        id=row.id,
        post=codec.load_post(row.body),
        attempts=row.attempts + 1,
        may_be_posted=row.error == UNKNOWN,
        first_due_at=row.created_at,
    )


def _collapse(
    session: Connection, workspace: WorkspaceId, kept: int, group: str, now: datetime
) -> None:
    rest = {"in_workspace": workspace, "of_group": group, "if_state": WAITING, "kept": kept}
    session.execute(_REST_OF_GROUP, rest | {"state": COLLAPSED, "sent_at": now})


def mark_sent(
    session: Connection,
    workspace: WorkspaceId,
    post: int,
    *,
    at: datetime,
    place: tuple[str, str] | None,
) -> None:
    """Record that a post reached Slack, and where; an App Home is no message: nowhere."""
    channel, ts = place or (None, None)
    _set(
        session,
        workspace,
        post,
        state=SENT,
        sent_at=at,
        channel=channel,
        ts=ts,
        leased_until=None,
        error=None,
    )


def retry(
    session: Connection, workspace: WorkspaceId, post: int, *, due_at: datetime, error: str
) -> None:
    """Give a post back to its lane, for `due_at`. `error` UNKNOWN: it may have been posted."""
    _set(session, workspace, post, due_at=due_at, leased_until=None, error=error)


def bury(
    session: Connection, workspace: WorkspaceId, post: int, *, at: datetime, error: str
) -> None:
    """Give a post up: Slack will never take it."""
    _set(session, workspace, post, state=DEAD, sent_at=at, leased_until=None, error=error[:255])


def expire(session: Connection, workspace: WorkspaceId, post: int, *, at: datetime) -> None:
    """Drop a post that came too late to be of use."""
    _set(session, workspace, post, state=TOO_LATE, sent_at=at, leased_until=None, error=None)


def put_off(session: Connection, workspace: WorkspaceId, post: int, *, until: datetime) -> None:
    """Give a post back to its lane untried, for `until`."""
    _set(session, workspace, post, due_at=until, leased_until=None, error=None, attempts=0)


def hold(session: Connection, workspace: WorkspaceId, lane: str, until: datetime) -> None:
    """Let nothing be posted to `lane` before `until`."""
    upsert(session, lanes, {"workspace_id": workspace, "lane": lane, "free_at": until})


def messages(session: Connection, workspace: WorkspaceId, ids: Iterable[int]) -> dict[int, Sent]:
    """Return those of posts `ids` that are messages in Slack."""
    found = session.execute(_POSTED, {"in_workspace": workspace, "ids": sorted(set(ids))})
    return {
        row.id: Sent(
            post=codec.load_post(row.body),
            place=(ChannelId(row.channel), row.ts),
            at=row.sent_at,
        )
        for row in found
        if row.state == SENT
    }


def count_waiting(session: Connection, workspace: WorkspaceId) -> int:
    """Return how many posts wait."""
    return session.execute(
        select(func.count()).where(outbox.c.workspace_id == workspace, outbox.c.state == WAITING)
    ).scalar_one()


def next_due(session: Connection, workspace: WorkspaceId) -> datetime | None:
    """Return when the next post may leave, in the past when one may now; None when none waits."""
    found = session.execute(_WAITING, {"in_workspace": workspace}).all()
    return min((max(filter(None, (due, free))) for due, free in found), default=None)


def _set(session: Connection, workspace: WorkspaceId, post: int, **values: object) -> None:
    session.execute(_ONE, {"in_workspace": workspace, "of_post": post} | values)
