"""Bringing a database to the schema of this code. Alembic is loaded only when needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, create_engine, event, inspect, make_url, text

from bot.db.errors import DatabaseUnavailable, Trouble
from bot.db.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The newest script in `migrations/versions`; a test holds them equal."""

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
ADVISORY_LOCK = 4_172_026
"""Any number, the same in every replica: only one migrates at a time."""


def is_current(session: Connection) -> bool:
    """Tell whether the schema is this code's."""
    if not inspect(session).has_table("alembic_version"):
        return False
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


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
    config.attributes["metadata"] = metadata
    return config


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Open a transaction in which nobody else migrates."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        # With foreign keys on, rebuilding a parent table would empty its children.
        @event.listens_for(engine, "connect")
        def _prepare(connection: object, _record: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's own

        @event.listens_for(engine, "begin")
        def _begin(session: Connection) -> None:
            session.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as session:
        if session.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
        yield session


def _check_references(session: Connection) -> None:
    if session.dialect.name == "sqlite" and session.execute(text("PRAGMA foreign_key_check")).all():
        raise DatabaseUnavailable(Trouble.NOT_MIGRATED)
