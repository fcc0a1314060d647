"""The audit's poll: opened and closed by stewards, answered by anybody, by nobody in particular.

An answer leaves no key of a click, unlike any other: it would say who answered, and when. Twice is
once all the same, for the same answer is the same ballot.
"""

from sqlalchemy import Connection

from bot.db import outbox, polls
from bot.db.errors import NotFound
from bot.domain.errors import PollClosed
from bot.domain.ids import ChannelId, PersonId
from bot.domain.polls import (
    OPEN_FOR,
    Answer,
    AuditQuestion,
    Poll,
    ballot_of,
    posted,
    rewritten,
    seal_of,
    shown,
)
from bot.domain.posts import Post, PostKind
from bot.services.bypasses_settings import require_steward
from bot.services.deps import Deps

POSTS = frozenset({PostKind.POLL, PostKind.POLL_UPDATE})


def open_poll(deps: Deps, by: PersonId) -> Poll:
    """Ask everybody the three questions; the poll that is open, or of today, is the one.

    Raises NotASteward.
    """
    require_steward(deps, by)
    now = deps.now()
    day = deps.charter.calendar.local_date(now)
    new = Poll(id=day.isoformat(), opened_at=now, closes_at=now + OPEN_FOR, totals={})
    with deps.begin() as session:
        known = polls.latest(session, deps.workspace)
        if known and (known.is_open or known.id == new.id):
            return known
        if polls.add(session, deps.workspace, new):
            outbox.add(session, deps.workspace, (posted(new, deps.channel),), at=now)
    deps.wake()
    return new


def close_poll(deps: Deps, by: PersonId, poll: str) -> Poll:
    """End a poll: its totals stay, its ballots go. Twice is once. Raises NotASteward, NotFound."""
    require_steward(deps, by)
    with deps.begin() as session:
        found = _close(session, deps, poll)
    deps.wake()
    return found


def close_polls(deps: Deps) -> int:
    """End the polls whose time is over; return how many."""
    with deps.read() as session:
        over = polls.over(session, deps.workspace, deps.now())
    for poll in over:
        with deps.begin() as session:
            _close(session, deps, poll.id)
    if over:
        deps.wake()
    return len(over)


def _close(session: Connection, deps: Deps, name: str) -> Poll:
    poll = _required(session, deps, name)
    if poll.is_open:
        totals = shown(polls.count(session, deps.workspace, name))
        polls.close(session, deps.workspace, name, totals, deps.now())
        told = (rewritten(poll, poll.channel or deps.channel),)
        outbox.add(session, deps.workspace, told, at=deps.now())
    return _required(session, deps, name)


def answer(
    deps: Deps, name: str, key: str, question: AuditQuestion, given: Answer, by: PersonId
) -> Poll:
    """Keep the answer of somebody, in the place of their last one. Raises PollClosed, NotFound."""
    with deps.begin() as session:
        poll = _required(session, deps, name)
        if not poll.is_open or deps.now() >= poll.closes_at:
            raise PollClosed
        if not polls.is_sealed(session, deps.workspace, name, seal_of(key)):
            raise NotFound(name)
        ballot = ballot_of(key, name, question, by)
        polls.cast(session, deps.workspace, name, question, ballot=ballot, answer=given)
    return poll


def _required(session: Connection, deps: Deps, name: str) -> Poll:
    found = polls.get(session, deps.workspace, name, is_locked=True)
    if found is None:
        raise NotFound(name)
    return found


def declared(deps: Deps) -> tuple[Poll | None, Poll | None]:
    """Return the last poll that was closed, and the one that is open; None for neither."""
    with deps.read() as session:
        last = polls.latest(session, deps.workspace)
        closed = polls.latest_closed(session, deps.workspace)
    return closed, last if last and last.is_open else None


def said(session: Connection, deps: Deps, post: Post) -> Poll | None:
    """Return the poll that a post is about, as it stands."""
    return polls.get(session, deps.workspace, post.detail("poll"))


def remember(session: Connection, deps: Deps, post: Post, place: tuple[ChannelId, str]) -> None:
    """Keep where a poll was posted."""
    if post.kind is PostKind.POLL:
        polls.remember(session, deps.workspace, post.detail("poll"), place)
