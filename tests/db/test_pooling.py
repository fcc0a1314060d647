"""Connections that died while they waited are never handed out: on a real server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import text

from bot.db import counters, pooling
from bot.db.engine import Database
from bot.domain.ids import WorkspaceId

on_postgres = pytest.mark.parametrize("kind", ["postgresql"])


@contextmanager
def _held(database: Database) -> Iterator[Any]:
    """Give the driver's connection that is handed out next, and goes back to the pool."""
    held = database.engine.raw_connection()
    try:
        yield held.dbapi_connection
    finally:
        held.close()


def _backend(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _terminate(by: Database, pids: set[int]) -> None:
    """End the server's side of connections, and wait until it has."""
    wanted = {"pids": sorted(pids)}
    with by.begin() as session:
        session.execute(text("SELECT pg_terminate_backend(p) FROM unnest(:pids) AS p"), wanted)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with by.read() as session:
            left = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(:pids)"
            if session.execute(text(left), wanted).scalar_one() == 0:
                return
        time.sleep(0.01)
    raise AssertionError


@on_postgres
def test_who_reads_or_writes_after_the_server_went_away_notices_nothing(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    with database.begin() as first, database.read() as second:
        pids = {
            int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
            for session in (first, second)
        }
    assert len(pids) == 2

    _terminate(other, pids)

    assert _backend(database) not in pids
    with database.begin() as session:
        assert counters.take(session, WorkspaceId("T1"), "things") == 1
    other.close()


@on_postgres
@pytest.mark.parametrize("quiet_s", [0.0, 3600.0])
def test_one_that_waited_long_is_asked_whether_it_answers(
    database: Database, quiet_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pooling, "QUIET_S", quiet_s)
    said = tmp_path / "said"
    with said.open("w") as file:
        with _held(database) as connection:
            connection.pgconn.trace(file.fileno())
        _backend(database)
        with _held(database) as connection:
            connection.pgconn.untrace()
    assert ("BEGIN" in said.read_text()) is (quiet_s == 0.0)


@on_postgres
def test_one_that_is_dead_does_not_answer(database: Database, database_url: str) -> None:
    other = Database(database_url)
    with _held(database) as connection:
        assert pooling._answers(connection)
        _terminate(other, {connection.info.backend_pid})

        assert not pooling._answers(connection)
    other.close()


@on_postgres
def test_a_connection_that_lives_is_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _backend(database)
    again = _backend(database)
    monkeypatch.setattr(pooling, "QUIET_S", 0.0)
    asked = _backend(database)

    assert first == again == asked


@on_postgres
def test_what_is_read_opens_no_transaction(database: Database) -> None:
    """Nothing waits for it, and two round trips are spared."""
    found = []
    for door in (database.read, database.stream):
        with door() as session:
            session.execute(text("SELECT 1"))
            connection: Any = session.connection.dbapi_connection
            found.append(connection.info.transaction_status)

    assert found == [TransactionStatus.IDLE, TransactionStatus.INTRANS]
