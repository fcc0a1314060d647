"""Bringing a database to the schema of this code. Alembic is loaded only when needed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, make_url, text

from bot.db import (
    artefact_tables,
    bypass_tables,
    clock_tables,
    home_tables,
    journal_tables,
    poll_tables,
    prompt_tables,
    ritual_tables,
    tables,
)
from bot.db.engine import told_apart, without_options
from bot.db.errors import DatabaseUnavailable, Trouble

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0011"
"""The newest script in `migrations/versions`; a test holds them equal."""

WITH_TABLES = (
    tables,
    clock_tables,
    ritual_tables,
    journal_tables,
    bypass_tables,
    home_tables,
    poll_tables,
    prompt_tables,
    artefact_tables,
)
"""The modules that add their tables to the one metadata."""

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
ADVISORY_LOCK = 4_172_026
"""Any number, the same in every replica: only one migrates at a time."""
WAIT_S = 30.0
"""How long a migration of a SQLite file waits for another one."""


def is_current(session: Connection) -> bool:
    """Tell whether the schema is this code's, or a newer one: code runs on both.

    Revisions are numbers of four digits, in order.
    """
    if not inspect(session).has_table("alembic_version"):
        return False
    found = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found is not None and str(found) >= HEAD


def upgrade(url: str, target: str = "head") -> None:
    """Bring the database at `url` to `target`. Safe to run from several processes at once."""
    from alembic import command  # noqa: PLC0415  # a start that is current does not need it

    with _alone(url) as session:
        command.upgrade(_config(session), target)
        _check_references(session)


def downgrade(url: str, target: str) -> None:
    """Take the database at `url` back to `target`, or to nothing with `base`."""
    from alembic import command  # noqa: PLC0415

    with _alone(url) as session:
        command.downgrade(_config(session), target)


def check(url: str) -> None:
    """Raise when the scripts and the tables of this code differ."""
    from alembic import command  # noqa: PLC0415

    with _alone(url) as session:
        command.check(_config(session))


def _config(session: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = session
    config.attributes["metadata"] = tables.metadata
    return config


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Open a transaction in which nobody else migrates. Raises DatabaseUnavailable."""
    with ExitStack() as stack:
        # A script that fails is not a database in trouble: it keeps its own error.
        with told_apart():
            session = stack.enter_context(_engine(url).begin())
            if session.dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
            else:
                session.exec_driver_sql("BEGIN IMMEDIATE")
                # On a read-only file BEGIN says nothing, a write does: this one changes nothing.
                session.exec_driver_sql("PRAGMA user_version=0")
        yield session


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    bare = without_options(parsed)
    engine = create_engine(bare, poolclass=NullPool, connect_args={"timeout": WAIT_S})

    # With foreign keys on, rebuilding a parent table would empty its children.
    @event.listens_for(engine, "connect")
    def _prepare(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=OFF")

    return engine


def _check_references(session: Connection) -> None:
    if session.dialect.name == "sqlite" and session.execute(text("PRAGMA foreign_key_check")).all():
        raise DatabaseUnavailable(Trouble.NOT_MIGRATED)
