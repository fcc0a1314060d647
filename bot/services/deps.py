"""What every use case is given."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.db.engine import Database
from bot.domain.charter import Charter
from bot.domain.ids import ChannelId, WorkspaceId


@dataclass(frozen=True, kw_only=True)
class Deps:
    """One workspace's database, clock, ids and charter.

    `charter` is the one in force, its seats as the file says them; `channel` is where cards go.
    `now` is aware UTC. `wake` rouses the sender after a commit and never blocks. `workspace_url`
    ends with a slash.
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

    def begin(self) -> AbstractContextManager[Connection]:
        """Open the use case's transaction: it commits at the end or not at all."""
        return self.database.begin()

    def read(self) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads."""
        return self.database.read()

    def in_version(self, version: int) -> "Deps":
        """Return the same, its charter's version known."""
        return replace(self, charter_version=version)

    def permalink(self, channel: ChannelId, ts: str) -> str:
        """Return the address of a message, as Slack builds it."""
        return f"{self.workspace_url}archives/{channel}/p{ts.replace('.', '')}"
