"""The database: one engine, and the transactions every use case runs in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.db.errors import DatabaseUnavailable, Trouble
from bot.db.pooling import hand_out_only_living

BUSY_TIMEOUT_S = 1.2
"""How long a transaction waits for others: twice that, for this process's own writers and then
for those of other processes, stays within Slack's three seconds."""

SYNCHRONOUS = "synchronous"
# Compiling a statement takes longer than any of ours runs; a plan made once for every value would
# not know that few posts wait among all that were sent.
POSTGRES_OPTIONS = "-c statement_timeout=30000 -c jit=off -c plan_cache_mode=force_custom_plan"


class Database:
    """One database, SQLite or PostgreSQL, behind the same doors: `begin`, `read` and `stream`.

    SQLite runs in WAL with full durability; a process-wide lock queues its writers fairly, for
    SQLite's own busy wait lets some starve. With `?synchronous=off` it does not wait for the disk:
    for a database that can be made again, which a power cut may break.
    """

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Prepare an engine on `url`; no connection is made yet."""
        parsed = make_url(url)
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._looking = threading.local()
        if self.is_sqlite:
            self.engine = create_engine(
                without_options(parsed),
                connect_args={"timeout": busy_timeout_s},
                hide_parameters=True,
            )
            self._lock = threading.Lock()
            self._busy_timeout_s = busy_timeout_s
            _use_own_transactions(self.engine, parsed.query.get(SYNCHRONOUS) != "off")
            self._reader = self.engine
        else:
            parsed = parsed.set(drivername="postgresql+psycopg")
            waiting = f"-c lock_timeout={int(busy_timeout_s * 1000)}"
            self.engine = create_engine(
                parsed,
                pool_size=16,
                max_overflow=32,
                hide_parameters=True,
                connect_args={"options": f"{waiting} {POSTGRES_OPTIONS}", "connect_timeout": 2},
            )
            hand_out_only_living(self.engine)
            # Each of its statements sees what is committed as it begins, in a transaction or not:
            # saying BEGIN and COMMIT would only be two round trips more.
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that commits at the end, or rolls back on any exception."""
        with self._alone(), told_apart(), self.engine.begin() as session:
            self._start(session, "BEGIN IMMEDIATE")
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
        """Open what only reads: on SQLite one snapshot, which waits for no writer.

        Within a `look`, it is the look's own.
        """
        shared: Connection | None = getattr(self._looking, "session", None)
        if shared is not None:
            yield shared
            return
        with told_apart(), self._reader.connect() as session:
            self._start(session, "BEGIN")
            yield session

    @contextmanager
    def stream(self) -> Iterator[Connection]:
        """Open a transaction that only reads, for statements whose rows come a few at a time."""
        with told_apart(), self.engine.connect() as session:
            self._start(session, "BEGIN")
            yield session

    @contextmanager
    def look(self) -> Iterator[None]:
        """Let every `read` of this thread be the same one, until the block ends.

        For what reads much to show one thing: to open and close costs more than a small query.
        Nothing in it waits for anything but the database.
        """
        with self.read() as session:
            before = getattr(self._looking, "session", None)
            self._looking.session = session
            try:
                yield
            finally:
                self._looking.session = before

    def version(self) -> tuple[int, int]:
        """Return what changes when anything is written by others; cheap, and of SQLite alone.

        A connection counts for itself what the others write: its own number is half of it.
        """
        pooled = self.engine.raw_connection()
        try:
            connection: Any = pooled.dbapi_connection
            (count,) = connection.execute("PRAGMA data_version").fetchone()
            return id(connection), int(count)
        finally:
            pooled.close()

    def _start(self, session: Connection, begin: str) -> None:
        # Said here and not in a listener for "begin", which would slow every statement down.
        if self.is_sqlite:
            session.exec_driver_sql(begin)

    def close(self) -> None:
        """Give the connections back; for the end of the process."""
        self.engine.dispose()


def without_options(url: URL) -> URL:
    """Return a URL without the options that are ours and not the driver's."""
    return url.difference_update_query((SYNCHRONOUS,))


def _use_own_transactions(engine: Engine, is_durable: bool) -> None:  # noqa: FBT001  # private
    # sqlite3 opens deferred transactions of its own, which lose races: we say BEGIN ourselves.
    @event.listens_for(engine, "connect")
    def _prepare(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None
        durability = f"synchronous={'FULL' if is_durable else 'OFF'}"
        for pragma in ("journal_mode=WAL", durability, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


# PostgreSQL's codes, for its words follow the server's language.
_STATES = {
    "55P03": Trouble.LOCKED,  # lock_timeout
    "57014": Trouble.LOCKED,  # statement_timeout
    "40P01": Trouble.LOCKED,  # a deadlock: this side was chosen to give way
    "25006": Trouble.READ_ONLY,
    "42P01": Trouble.NOT_MIGRATED,  # no such table
    "42703": Trouble.NOT_MIGRATED,  # no such column
}
# What has no code: SQLite, and PostgreSQL before it lets us in.
_SIGNS = (
    ("database is locked", Trouble.LOCKED),
    ("readonly database", Trouble.READ_ONLY),
    ("unable to open database", Trouble.MISSING),
    ("does not exist", Trouble.MISSING),
    ("no such table", Trouble.NOT_MIGRATED),
    ("no such column", Trouble.NOT_MIGRATED),
)


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn the drivers' troubles into ours. Raises DatabaseUnavailable."""
    try:
        yield
    except DBAPIError as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        raise DatabaseUnavailable(trouble) from error


def _trouble(error: DBAPIError) -> Trouble | None:
    """Return what is wrong with the database, None when the statement is."""
    known = _STATES.get(getattr(error.orig, "sqlstate", None) or "")
    if known or not isinstance(error, OperationalError):
        return known
    words = str(error.orig).lower()
    return next((trouble for sign, trouble in _SIGNS if sign in words), Trouble.UNREACHABLE)
