"""Storing a request: our service beside the raw SQL of the very same rows."""

import shutil
import sqlite3
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.measuring import ROOT, Times, timed
from bot import config
from bot.db import migrating
from bot.db.engine import Database
from bot.domain.content import Fields
from bot.domain.decision import Option
from bot.domain.ids import ChannelId, ImpactId, PersonId, QuestionId, SquadId, WorkspaceId
from bot.domain.people import Person
from bot.services.deps import Deps, Rosters
from bot.services.requests import FileRequest, file_request

COUNT = 400
WARM = 50
Statement = tuple[str, Any]
FIELDS = Fields(
    title="Faut-il livrer l’export ?",
    question=QuestionId("first"),
    impact=ImpactId("retention"),
    squads=(SquadId("checkout"), SquadId("onboarding")),
    options=(Option(label="Oui", effort_days=8), Option(label="Non")),
)


@dataclass(frozen=True)
class Stored:
    """The times of our service, and of the writes it makes sent raw to sqlite3."""

    ours: Times
    raw: Times
    raw_at_once: Times


def measure(*, at_once: int) -> Stored:
    """Return the figures; `raw_at_once` are those of as many raw writers at a time."""
    with tempfile.TemporaryDirectory() as name:
        ours, raw, shared = (Path(name) / f"{which}.db" for which in ("ours", "raw", "shared"))
        migrating.upgrade(f"sqlite:///{ours}")
        shutil.copy(ours, raw)
        shutil.copy(ours, shared)
        filings, ours_times = _ours(ours)
        return Stored(ours_times, _raw(raw, filings, 1), _raw(shared, filings, at_once))


def _ours(path: Path) -> tuple[list[list[Statement]], Times]:
    loaded = config.load(ROOT / "config" / "charter.toml")
    everybody = {ref: (PersonId(f"U{n}"),) for n, ref in enumerate(sorted(loaded.charter.refs))}
    database = Database(f"sqlite:///{path}")
    deps = Deps(
        workspace=WorkspaceId("T1"),
        workspace_url="https://x.slack.com/",
        channel=ChannelId("C1"),
        database=database,
        charter=loaded.charter,
        charter_version=1,
        now=lambda: datetime.now(UTC),  # noqa: TID251  # a real clock is part of the cost
        new_id=lambda: uuid.uuid4().hex,
        wake=lambda: None,
        rosters=Rosters(),
    )
    with database.begin() as session:
        from bot.db import people  # noqa: PLC0415

        for ref, members in everybody.items():
            people.save_ref(session, deps.workspace, ref, members, deps.now())
            for member in members:
                people.save(session, deps.workspace, _known(member, deps.now()))
    times = [_file(deps, number) for number in range(WARM + COUNT)][WARM:]
    filings: list[list[Statement]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def keep(_c: object, _cur: object, sql: str, values: Any, _x: object, _m: object) -> None:
        if sql.startswith("BEGIN"):
            filings.append([])
        elif sql.startswith(("INSERT", "UPDATE", "DELETE")):
            filings[-1].append((sql, values))

    for number in range(COUNT):
        _file(deps, WARM + COUNT + number)
    database.close()
    return filings, Times(tuple(times))


def _known(person: PersonId, now: datetime) -> Person:
    """Return somebody as the bot knows them once it has started."""
    return Person(id=person, locale="fr", zone="Europe/Paris", is_barred=False, seen_at=now)


def _file(deps: Deps, number: int) -> float:
    command = FileRequest(key=f"view:{number}", draft="", fields=FIELDS, by=PersonId("U99"))
    started = time.perf_counter()
    file_request(deps, command)
    return time.perf_counter() - started


def _raw(path: Path, filings: list[list[Statement]], at_once: int) -> Times:
    """Return the times of the statements alone, from as many threads at a time."""
    kept = threading.local()
    turn = threading.Lock()  # SQLite's own wait sleeps: a lock is what its writers fare best with

    def write(number: int) -> float:
        started = time.perf_counter()
        if not hasattr(kept, "session"):
            kept.session = _connect(path)
        with turn:
            _run(kept.session, filings[number])
        return time.perf_counter() - started

    return timed(write, count=len(filings), at_once=at_once)


def _connect(path: Path) -> sqlite3.Connection:
    session = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        session.execute(f"PRAGMA {pragma}")
    return session


def _run(session: sqlite3.Connection, statements: list[Statement]) -> None:
    session.execute("BEGIN IMMEDIATE")
    for sql, values in statements:
        if isinstance(values, list):
            session.executemany(sql, values)
        else:
            session.execute(sql, values)
    session.execute("COMMIT")
