"""Loading a whole database at once: nothing is safe from a crash, indexes are made at the end."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from bot.db.engine import Database

SQLITE_SETTINGS = (
    "PRAGMA journal_mode=DELETE",  # on the way from WAL to none
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-1500000",
    "PRAGMA temp_store=MEMORY",
)
SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"

POSTGRESQL_SETTINGS = (
    "SET maintenance_work_mem='1GB'",
    "SET max_parallel_maintenance_workers=0",  # one process, whose time is told
    "SET work_mem='256MB'",
    "SET statement_timeout=0",
    # As a replica: the references hold by construction, and are not looked up one by one.
    "SET session_replication_role='replica'",
)
POSTGRESQL_KEYS = """SELECT conrelid::regclass::text, quote_ident(conname),
  pg_get_constraintdef(oid) FROM pg_constraint
  WHERE contype IN ('p', 'u') AND connamespace = current_schema()::regnamespace
  AND conindid NOT IN (SELECT conindid FROM pg_constraint WHERE contype = 'f')"""
"""Those that no other table refers to."""
POSTGRESQL_INDEXES = """SELECT quote_ident(indexname), indexdef FROM pg_indexes
  WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint)"""


@dataclass
class Load:
    """What runs statements; and, at the end, the seconds that the database's process took."""

    run: Callable[[str], object]
    processor_s: float = 0.0


@contextmanager
def loading(database: Database) -> Iterator[Load]:
    """Give what fills the empty `database`; everything is committed at the end."""
    begin = _on_sqlite if database.is_sqlite else _on_postgresql
    with closing(database.engine.raw_connection()) as session:
        driver: Any = session.driver_connection
        load, finish = Load(driver.execute), begin(driver)
        yield load
        finish()
        if not database.is_sqlite:
            load.processor_s = processor_s(driver.info.backend_pid)
    # The next session has none of these settings.
    database.engine.dispose()


def processor_s(pid: int) -> float:
    """Return the processor time that a process took so far; 0 for one of another machine."""
    path = Path(f"/proc/{pid}/schedstat")
    return int(path.read_text(encoding="ascii").split()[0]) / 1e9 if path.is_file() else 0.0


def _on_sqlite(session: SqliteConnection) -> Callable[[], None]:
    for setting in SQLITE_SETTINGS:
        session.execute(setting)
    indexes = session.execute(SQLITE_INDEXES).fetchall()
    for name, _ in indexes:
        session.execute(f'DROP INDEX "{name}"')
    session.execute("BEGIN IMMEDIATE")

    def finish() -> None:
        session.execute("COMMIT")
        for _, made in indexes:
            session.execute(made)
        session.execute("PRAGMA journal_mode=WAL")

    return finish


def _on_postgresql(session: Any) -> Callable[[], None]:
    for setting in POSTGRESQL_SETTINGS:
        session.execute(setting)
    indexes = session.execute(POSTGRESQL_INDEXES).fetchall()
    keys = session.execute(POSTGRESQL_KEYS).fetchall()
    for name, _ in indexes:
        session.execute(f"DROP INDEX {name}")
    for table, name, _ in keys:
        session.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    def finish() -> None:
        for table, name, definition in keys:
            session.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for _, made in indexes:
            session.execute(made)
        session.commit()

    return finish
