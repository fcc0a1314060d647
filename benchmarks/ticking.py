"""The tick with a hundred thousand open requests: nothing due, then a hundred due.

The other side is the bare statement that finds what is due, on the same database.
"""

import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from benchmarks.measuring import ROOT, Times
from benchmarks.storage import FIELDS
from bot import config
from bot.db import codec, migrating, people
from bot.db.clock_tables import timers
from bot.db.engine import Database
from bot.db.tables import request_people, requests
from bot.domain.ids import ChannelId, PersonId, RequestId, WorkspaceId
from bot.domain.people import Person
from bot.domain.request import Request
from bot.services.deps import Deps, Rosters
from bot.services.requests import FileRequest, file_request
from bot.services.schedule.tick import tick

OPEN = 100_000
DUE = 100
ROUNDS = 30
WORKSPACE = WorkspaceId("T1")
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
BARE = text(
    "SELECT key FROM timers WHERE workspace_id = 'T1' AND kind IN ('assign', 'decide', 'delivery',"
    " 'evidence', 'review') AND due_at <= :now ORDER BY due_at LIMIT 500"
)


class Watch:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        """Return the time it is set to."""
        return self.at


@contextmanager
def crowded(url: str) -> Iterator[tuple[Deps, Watch]]:
    """Give a workspace with OPEN requests waiting, DUE of them at each quarter of an hour."""
    migrating.upgrade(url)
    database, watch = Database(url), Watch()
    deps = _deps(database, watch)
    _settle(deps)
    command = FileRequest(key="view:0", draft="", fields=FIELDS, by=PersonId("U99"))
    first, _ = file_request(deps, command)
    for start in range(0, OPEN, 10_000):
        _crowd(database, first, range(start + 1, start + 10_001))
    with database.begin() as session:
        if not database.is_sqlite:
            session.execute(text("ANALYZE"))
    yield deps, watch
    database.close()


def _deps(database: Database, watch: Watch) -> Deps:
    loaded = config.load(ROOT / "config" / "charter.toml")
    return Deps(
        workspace=WORKSPACE,
        workspace_url="https://x.slack.com/",
        channel=ChannelId("C1"),
        database=database,
        charter=loaded.charter,
        charter_version=1,
        now=watch.now,
        new_id=lambda: uuid.uuid4().hex,
        wake=lambda: None,
        rosters=Rosters(),
    )


def _settle(deps: Deps) -> None:
    with deps.begin() as session:
        for number, ref in enumerate(sorted(deps.charter.refs)):
            person = PersonId(f"U{number}")
            known = Person(
                id=person, locale="fr", zone="Europe/Paris", is_barred=False, seen_at=MONDAY
            )
            people.save(session, WORKSPACE, known)
            people.save_ref(session, WORKSPACE, ref, (person,), MONDAY)


def _crowd(database: Database, first: Request, numbers: range) -> None:
    """Write copies of `first` with their timers, in bulk: what comes is spread over months."""
    copies = [replace(first, id=RequestId(f"r{number}"), number=number + 1) for number in numbers]
    decider = first.route.deciders[0]
    with database.begin() as session:
        session.execute(insert(requests), [_request_row(copy) for copy in copies])
        part = {"workspace_id": WORKSPACE, "person_id": decider, "part": "decider"}
        session.execute(insert(request_people), [part | {"request_id": c.id} for c in copies])
        session.execute(insert(timers), [_timer_row(copy, decider) for copy in copies])


def _request_row(request: Request) -> dict[str, object]:
    return {
        "workspace_id": WORKSPACE,
        "id": request.id,
        "number": request.number,
        "version": 0,
        "source_key": request.id,
        "status": request.status,
        "layer": request.route.layer,
        "question": request.content.question,
        "impact": request.content.impact,
        "requester": request.requester,
        "title": request.content.title,
        "submitted_at": request.submitted_at,
        "due_at": request.due_at,
        "body": codec.dump_request(request),
    }


def _timer_row(request: Request, decider: PersonId) -> dict[str, object]:
    quarter = request.number // DUE
    is_soon = quarter < ROUNDS
    at = MONDAY + timedelta(days=1 if is_soon else 90, minutes=15 * (quarter % ROUNDS))
    return {
        "workspace_id": WORKSPACE,
        "key": f"decide:{request.id}",
        "kind": "decide",
        "request_id": request.id,
        "person_id": decider,
        "number": 1,
        "due_at": at,
        "planned_at": at,
        "is_snoozed": False,
        "attempts": 0,
    }


@dataclass(frozen=True)
class Ticks:
    """The times of ticks with nothing due, of ticks with DUE due, and of the bare statement."""

    idle: Times
    busy: Times
    bare: Times


def measure(url: str) -> Ticks:
    """Return the times of ticks on the database at `url`, which is empty."""
    with crowded(url) as (deps, watch):
        _tick(deps)
        idle = Times(tuple(_tick(deps) for _ in range(ROUNDS)))
        bare = Times(tuple(_bare(deps) for _ in range(ROUNDS)))
        busy = []
        watch.at = MONDAY + timedelta(days=1)
        for _ in range(ROUNDS):
            busy.append(_tick(deps))
            watch.at += timedelta(minutes=15)
        return Ticks(idle, Times(tuple(busy)), bare)


def _tick(deps: Deps) -> float:
    started = time.perf_counter()
    tick(deps, holder="bench", machine_now=deps.now)
    return time.perf_counter() - started


def _bare(deps: Deps) -> float:
    started = time.perf_counter()
    with deps.read() as session:
        session.execute(BARE, {"now": deps.now()}).all()
    return time.perf_counter() - started


def on_sqlite() -> Ticks:
    """Return the times of ticks on a SQLite file."""
    with tempfile.TemporaryDirectory() as name:
        return measure(f"sqlite:///{Path(name) / 'ticks.db'}")


def on_postgresql() -> Ticks | None:
    """Return the times of ticks on PostgreSQL, None when there is none here."""
    from tests import postgres  # noqa: PLC0415  # a dev dependency

    try:
        with postgres.served() as url:
            return measure(url)
    except postgres.NoPostgres:
        return None
