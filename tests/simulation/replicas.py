"""Replicas that tick, crash and start again; and a sink that stands where Slack is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, bindparam, event, select, update

from bot.db import cards, outbox
from bot.db.engine import Database
from bot.db.tables import outbox as rows
from bot.domain.ids import ChannelId, RequestId, RitualId
from bot.domain.posts import Post, PostKind
from bot.services import delivery
from bot.services.delivery import KINDS_OF_PLACE, NothingToSay, NotNow, TooLate
from bot.services.deps import Deps, Rosters
from bot.services.schedule.tick import tick
from bot.slack.rendering import render
from tests.builders import CHANNEL, WORKSPACE, FakeClock
from tests.simulation.company import Company

AGENDAS = frozenset({PostKind.AGENDA, PostKind.AGENDA_UPDATE})
TIMED = frozenset({*AGENDAS, PostKind.FACILITATOR, PostKind.DIGEST})
"""What is said as the sender does, besides what waits for hours."""


WAITING = select(rows.c.id, rows.c.kind, rows.c.lane, rows.c.request_id, rows.c.due_at).where(
    rows.c.workspace_id == WORKSPACE, rows.c.state == outbox.WAITING
)
TAKE = (
    update(rows)
    .where(rows.c.workspace_id == WORKSPACE, rows.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=outbox.SENT)
)


class Killed(BaseException):
    """The process died: no guard catches it."""


class Mortal(Database):
    """A database whose process dies after so many more transactions."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.dies_after: int | None = None
        self._whole: Connection | None = None
        if self.is_sqlite:
            # The process dies here, never the machine.
            event.listen(self.engine, "connect", _without_syncing)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        if self._whole:
            yield self._whole
            return
        with super().begin() as session:
            yield session
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                raise Killed

    @contextmanager
    def read(self) -> Iterator[Connection]:
        if self._whole:
            yield self._whole
            return
        with super().read() as session:
            yield session

    @contextmanager
    def whole(self) -> Iterator[Connection]:
        """Make one transaction of all those until the end: where nobody dies, it is quicker."""
        if self._whole:
            yield self._whole
            return
        with super().begin() as session:
            self._whole = session
            try:
                yield session
            finally:
                self._whole = None


def _without_syncing(connection: SqliteConnection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@dataclass
class Replica:
    """One process of the bot: nothing of it survives a restart. `new_id` is the life's."""

    url: str
    company: Company
    clock: FakeClock
    new_id: Callable[[], str]

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.holder = self.new_id()
        self.database = Mortal(self.url)
        self.deps = Deps(
            workspace=WORKSPACE,
            workspace_url="https://sandbox.slack.com/",
            channel=CHANNEL,
            database=self.database,
            charter=self.company.charter,
            charter_version=1,
            now=self.clock.now,
            new_id=self.new_id,
            wake=lambda: None,
            rosters=Rosters(fresh_s=3600),
        )

    def restart(self) -> None:
        self.database.close()
        self.start()

    def tick(self) -> int | None:
        """Tick; a replica that dies meanwhile is started again, and did not answer."""
        try:
            return tick(self.deps, holder=self.holder, machine_now=self.clock.now)
        except Killed:
            self.restart()
            return None


@dataclass(frozen=True)
class Said:
    """A post that reached its reader."""

    at: datetime
    post: Post
    is_late: bool
    timers: tuple[str, ...]


@dataclass
class Sink:
    """Takes posts as the sender does, renders them, and keeps those that have a time."""

    clock: FakeClock
    said: list[Said] = field(default_factory=list)
    agendas: dict[tuple[RitualId, date], tuple[RequestId, ...]] = field(default_factory=dict)
    """What each agenda shows, as it was last posted or rewritten."""
    number: int = 0

    def send(self, deps: Deps, *, at_most: int) -> None:
        """Deliver what may be said now: one message of each lane, which is then held a second."""
        for _ in range(at_most):
            claimed = delivery.claim(deps, self.clock.now())
            if claimed is None:
                return
            try:
                content = delivery.content(deps, claimed.post)
                render(content)
            except NothingToSay as reason:
                delivery.drop(deps, claimed, reason=str(reason))
                continue
            except NotNow as early:
                delivery.put_off(deps, claimed, early.until)
                continue
            except TooLate:
                delivery.expire(deps, claimed)
                continue
            delivery.sent(deps, claimed, (ChannelId("C1"), self._ts()), content)
            keys = tuple(due.item.timer for due in content.due)
            is_late = content.late_from is not None
            self.said.append(Said(self.clock.now(), claimed.post, is_late, keys))
            if content.agenda and claimed.post.kind in AGENDAS:
                shown = content.agenda
                named = (shown.ritual.id, shown.occurrence.slot)
                self.agendas[named] = tuple(entry.request.id for entry in shown.agenda.entries)

    def send_plain(self, session: Connection) -> list[tuple[str, datetime]]:
        """Take at once what is said at once: cards, panels and what people did themselves.

        Return the lanes of what waits for its time and when it is due, oldest first.
        """
        waiting = sorted(session.execute(WAITING).all())
        plain = [row for row in waiting if not _is_timed(row.kind, row.lane)]
        if plain:
            session.execute(TAKE, {"ids": [row.id for row in plain]})
        for row in plain:
            kind = KINDS_OF_PLACE.get(PostKind(row.kind))
            if kind and row.request_id:
                cards.remember(session, WORKSPACE, row.request_id, kind, (CHANNEL, self._ts()))
        return [(row.lane, row.due_at) for row in waiting if _is_timed(row.kind, row.lane)]

    def _ts(self) -> str:
        self.number += 1
        return f"{self.number}.000000"


def _is_timed(kind: str, lane: str) -> bool:
    return kind in TIMED or lane.startswith("hours:")
