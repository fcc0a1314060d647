"""What every use case is given."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.db.engine import Database
from bot.domain.charter import Charter
from bot.domain.ids import ChannelId, PersonId, RitualId, WorkspaceId
from bot.domain.people import Presence


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Who is in the charter's seats, who is there, and which zones they live in."""

    charter: Charter
    presence: Presence
    zones: Mapping[PersonId, str]


class Rosters:
    """The roster of the moment, read again after `fresh_s` seconds or when told it changed.

    Two seconds by default: what another replica learns of people is used that much later.
    """

    def __init__(self, fresh_s: float = 2.0) -> None:
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._known: tuple[float, Roster] | None = None

    def get(self, read: Callable[[], Roster]) -> Roster:
        """Return the roster; `read` reads it from the database."""
        now = time.monotonic()
        with self._lock:
            known = self._known
        if known and now - known[0] < self._fresh_s:
            return known[1]
        roster = read()
        with self._lock:
            self._known = (now, roster)
        return roster

    def last(self) -> Roster | None:
        """Return the roster read last, None before the first: nothing is read."""
        with self._lock:
            return self._known[1] if self._known else None

    def forget(self) -> None:
        """Read the roster again next time: somebody changed."""
        with self._lock:
            self._known = None


@dataclass(frozen=True, kw_only=True)
class Deps:
    """One workspace's database, clock, ids and charter.

    `charter` is the one in force, its seats as the file says them; `channel` is where cards go,
    `rooms` where the agendas of rituals with a channel of their own do, those found. `now` is
    aware UTC. `wake` rouses the sender after a commit and never blocks. `workspace_url` ends with
    a slash.
    """

    workspace: WorkspaceId
    workspace_url: str
    channel: ChannelId
    database: Database
    charter: Charter
    charter_version: int
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    wake: Callable[[], None]
    rosters: Rosters
    rooms: Mapping[RitualId, ChannelId] = field(default_factory=dict)

    def begin(self) -> AbstractContextManager[Connection]:
        """Open the use case's transaction: it commits at the end or not at all."""
        return self.database.begin()

    def read(self) -> AbstractContextManager[Connection]:
        """Open what only reads."""
        return self.database.read()

    def look(self) -> AbstractContextManager[None]:
        """Let every `read` of this thread be the same one, until the block ends."""
        return self.database.look()

    def in_version(self, version: int) -> "Deps":
        """Return the same, its charter's version known."""
        return replace(self, charter_version=version)

    def permalink(self, channel: ChannelId, ts: str) -> str:
        """Return the address of a message, as Slack builds it."""
        return f"{self.workspace_url}archives/{channel}/p{ts.replace('.', '')}"
