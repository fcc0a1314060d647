"""Where the story is told and the demonstration goes on: the small Slack, the bot, its outbox."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.db import outbox
from bot.db.engine import Database
from bot.domain.ids import WorkspaceId
from bot.sandbox.server import Sandbox

LOOK_EVERY_S = 0.004
QUIET_WITHIN_S = 10.0
PATIENCE_S = 40.0
SOON = timedelta(minutes=2)
"""A post due within that is a matter of pace, not of schedule."""

SOURCES = (outbox.next_due,)
"""What knows of posts to come: each returns when its next one leaves, None when it has none."""


class Stuck(Exception):
    """What was expected did not happen in time."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The sandbox, and a door on the database of the bot at work in it."""

    slack: Sandbox
    database: Database

    def next_post(self) -> datetime | None:
        """Return when the next post that is known of will leave; None when none is."""
        with self.database.read() as session:
            found = [source(session, self._workspace) for source in SOURCES]
        return min(filter(None, found), default=None)

    def settle(self) -> None:
        """Wait until the bot has said all it has to say by now. Raises Stuck."""
        if not self.settles(PATIENCE_S):
            raise Stuck("the bot is not quiet")

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
        if not self.slack.hub.is_quiet:
            return False
        due = self.next_post()
        if due is None or due > paced_until:
            return True
        if due > self.slack.clock.now():
            self.slack.clock.jump_to(due)
        return False

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
            self.pause()

    @property
    def _workspace(self) -> WorkspaceId:
        return WorkspaceId(self.slack.world.team)
