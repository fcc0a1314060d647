"""The database: one engine, and the transactions every use case runs in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.db.errors import DatabaseUnavailable, Trouble

BUSY_TIMEOUT_S = 1.2
"""How long a transaction waits for others: twice that, for this process's own writers and then
for those of other processes, stays within Slack's three seconds."""

POSTGRES_OPTIONS = f"-c lock_timeout={int(BUSY_TIMEOUT_S * 1000)} -c statement_timeout=30000"


class Database:
    """One database, SQLite or PostgreSQL, behind the same two doors: `begin` and `read`.

    SQLite runs in WAL with full durability; a process-wide lock queues its writers fairly, for
    SQLite's own busy wait lets some starve.
    """

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Prepare an engine on `url`; no connection is made yet."""
        parsed = make_url(url)
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = create_engine(parsed, connect_args={"timeout": busy_timeout_s})
            self._lock = threading.Lock()
            self._busy_timeout_s = busy_timeout_s
            _use_own_transactions(self)
        else:
            parsed = parsed.set(drivername="postgresql+psycopg")
            self.engine = create_engine(
                parsed,
                pool_size=16,
                max_overflow=32,
                pool_pre_ping=True,
                connect_args={"options": POSTGRES_OPTIONS, "connect_timeout": 2},
            )

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that commits at the end, or rolls back on any exception."""
        with self._alone(), _told_apart(), self.engine.begin() as session:
            yield session

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep this process's other writers out, on SQLite. Raises DatabaseUnavailable."""
        if not self.is_sqlite:
            yield
            return
        if not self._lock.acquire(timeout=self._busy_timeout_s):
            raise DatabaseUnavailable(Trouble.LOCKED)
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads; on SQLite it waits for no writer."""
        with _told_apart(), self.engine.connect() as session:
            yield session.execution_options(read_only=True)

    def close(self) -> None:
        """Give the connections back; for the end of the process."""
        self.engine.dispose()


def _use_own_transactions(database: Database) -> None:
    # sqlite3 opens deferred transactions of its own, which lose races: we say BEGIN ourselves.
    @event.listens_for(database.engine, "connect")
    def _prepare(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(database.engine, "begin")
    def _begin(session: Connection) -> None:
        is_read = session.get_execution_options().get("read_only", False)
        session.exec_driver_sql("BEGIN" if is_read else "BEGIN IMMEDIATE")


_SIGNS = (
    ("database is locked", Trouble.LOCKED),
    ("lock timeout", Trouble.LOCKED),
    ("readonly database", Trouble.READ_ONLY),
    ("read-only transaction", Trouble.READ_ONLY),
    ("unable to open database", Trouble.MISSING),
    ("no such table", Trouble.NOT_MIGRATED),
    ("does not exist", Trouble.NOT_MIGRATED),
)


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turn the drivers' troubles into ours. Raises DatabaseUnavailable."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        words = str(error.orig).lower()
        found = next((trouble for sign, trouble in _SIGNS if sign in words), None)
        if found is None and isinstance(error, ProgrammingError):
            raise
        raise DatabaseUnavailable(found or Trouble.UNREACHABLE) from error
