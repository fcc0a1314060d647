"""Where the story is told and the demonstration goes on: the small Slack, the bot, its outbox."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import config
from bot.db import outbox
from bot.db.engine import Database
from bot.demo.running import CHARTER
from bot.domain.ids import ChannelId, RitualId, WorkspaceId
from bot.domain.posts import PostKind
from bot.sandbox.server import Sandbox
from bot.services.deps import Deps, Rosters
from bot.services.schedule.digests import upcoming_digests
from bot.services.schedule.rituals import upcoming_ritual_posts
from bot.services.schedule.upcoming import next_due, next_posts

LOOK_EVERY_S = 0.002
QUIET_WITHIN_S = 10.0
PATIENCE_S = 40.0
ROUSE_EVERY_S = 0.5
SOON = timedelta(minutes=2)
"""A post due within that is a matter of pace, not of schedule."""

AHEAD_DAYS = 16
"""How far what is due is looked for: every ritual and digest has one within that, or no hurry."""


LOOK_AHEAD = timedelta(hours=12)
"""How far is looked when something near is asked: the next look then costs nothing."""


class Stuck(Exception):
    """What was expected did not happen in time."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """When something was due, by `until`, in a version of the database.

    The bot writes far less often than it is waited for.
    """

    version: tuple[int, int]
    due: datetime | None
    until: datetime | None = None


class Stage:
    """The sandbox, and a door on the database of the bot at work in it."""

    def __init__(self, slack: Sandbox, database: Database) -> None:
        self.slack = slack
        self.database = database
        self.deps = _deps(slack, database)
        self._quiet_at = slack.clock.now()
        self._post: _Seen | None = None
        self._tick: _Seen | None = None
        self._roused_at = 0.0

    def next_due(self, until: datetime | None = None) -> datetime | None:
        """Return when the bot next has something to say or to do, None when nothing is by `until`.

        `until` is in two weeks when it is not given.
        """
        until = until or self.slack.clock.now() + timedelta(days=AHEAD_DAYS)
        found = (self._next_post(), self._next_tick(until))
        return min(filter(None, found), default=None)

    def next_said(self) -> datetime | None:
        """Return when the bot next says something that is not a matter of pace."""
        soon = self.slack.clock.now() + SOON
        posts = next_posts(self.deps, days=AHEAD_DAYS)
        found = (self._next_post(), *(post.due_at for post in posts))
        return min((at for at in found if at and at > soon), default=None)

    def next_agenda(self, ritual: RitualId) -> datetime | None:
        """Return when the next agenda of a ritual is posted, None when none is planned soon."""
        now = self.slack.clock.now()
        posts = upcoming_ritual_posts(self.deps, now + timedelta(days=AHEAD_DAYS))
        agendas = (p for p in posts if p.kind is PostKind.AGENDA and p.ritual == ritual)
        return next((post.due_at for post in agendas), None)

    def next_digest(self) -> datetime | None:
        """Return when the next digest of the channel goes out."""
        now = self.slack.clock.now()
        posts = upcoming_digests(self.deps, now + timedelta(days=AHEAD_DAYS))
        return next((post.due_at for post in posts if post.due_at > now), None)

    def go_to(self, instant: datetime, within_s: float = PATIENCE_S) -> None:
        """Move the clock there, and wait at each thing that is due on the way. Raises Stuck.

        So each is done at its own time. What is due at `instant` itself is not waited for.
        """
        while (due := self.next_due(instant)) is not None and due < instant:
            self._move_to(due)
            self.settle(within_s)
        self._move_to(instant)

    def _move_to(self, instant: datetime) -> None:
        """Move the clock there; nothing when it is past: each move makes the bot look around."""
        ahead = instant - self.slack.clock.now()
        if ahead > timedelta():
            self.slack.clock.advance(ahead)

    def settle(self, within_s: float = PATIENCE_S) -> None:
        """Wait until the bot has said all it has to say by now. Raises Stuck."""
        if not self.settles(within_s):
            raise Stuck(f"the bot is not quiet: {self.next_due()}")

    def settles(self, within_s: float = QUIET_WITHIN_S) -> bool:
        """Wait as `settle` does; tell whether the bot is quiet.

        The pace that Slack asks for between two messages is jumped, not waited for.
        """
        end = time.monotonic() + within_s
        paced_until = self.slack.clock.now() + SOON
        while not self._is_quiet(paced_until):
            if time.monotonic() > end:
                return False
            self.pause()
        return True

    def _is_quiet(self, paced_until: datetime) -> bool:
        """Tell whether nothing is under way; move to the next post when it is near."""
        if not self.slack.hub.is_quiet or self._is_posting(paced_until):
            return False
        now = self.slack.clock.now()
        if self._next_tick(now) is not None:
            self._rouse()
            return False
        # What a tick just queued is not said yet.
        if self._is_posting(paced_until):
            return False
        self._quiet_at = now
        return True

    def _is_posting(self, paced_until: datetime) -> bool:
        due = self._next_post()
        if due is None or due > paced_until:
            return False
        if due > self.slack.clock.now():
            self.slack.clock.jump_to(due)
        return True

    def _next_post(self) -> datetime | None:
        """Return when the next post of the outbox leaves."""
        version, seen = self.database.version(), self._post
        if seen is None or seen.version != version:
            with self.database.read() as session:
                due = outbox.next_due(session, self.deps.workspace)
            self._post = seen = _Seen(version=version, due=due)
        return seen.due

    def _next_tick(self, until: datetime) -> datetime | None:
        """Return when a tick next finds something to do by `until`, since the bot was quiet."""
        version, seen = self.database.version(), self._tick
        if seen is None or seen.version != version or not seen.until or seen.until < until:
            farther = max(until, self.slack.clock.now() + LOOK_AHEAD)
            due = next_due(replace(self.deps, now=lambda: self._quiet_at), farther)
            self._tick = seen = _Seen(version=version, due=due, until=farther)
        return seen.due if seen.due and seen.due <= until else None

    def _rouse(self) -> None:
        """Make the bot look at what is due, though the clock did not move when it became so."""
        if time.monotonic() - self._roused_at > ROUSE_EVERY_S:
            self._roused_at = time.monotonic()
            self.slack.clock.advance(timedelta())

    def pause(self) -> None:
        """Wait for a change of the workspace, a few milliseconds at most."""
        with self.slack.world.changed:
            self.slack.world.changed.wait(LOOK_EVERY_S)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Let the bot say what it has to until `condition` holds. Raises Stuck."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise Stuck(f"it did not happen: {what}")
            self.settle()
            self._rouse()
            self.pause()


def _deps(slack: Sandbox, database: Database) -> Deps:
    """Return what it takes to read the bot's database, without changing anything in it."""
    loaded = config.load(CHARTER)
    return Deps(
        workspace=WorkspaceId(slack.world.team),
        workspace_url="https://slack.com/",
        channel=ChannelId(slack.world.channel_named(loaded.charter.channel).id),
        database=database,
        charter=loaded.charter,
        charter_version=0,
        now=slack.clock.now,
        new_id=lambda: uuid.uuid4().hex,
        wake=lambda: None,
        rosters=Rosters(),
    )
