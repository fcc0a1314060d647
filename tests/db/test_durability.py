"""What outlives a commit, on SQLite, and a read, on PostgreSQL."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.db import migrating
from bot.db.engine import Database
from bot.db.tables import people

OFF, FULL = 0, 2


@pytest.mark.parametrize(("option", "kept"), [("", FULL), ("?synchronous=off", OFF)])
def test_a_commit_waits_for_the_disk_unless_told_otherwise(
    tmp_path: Path, option: str, kept: int
) -> None:
    url = f"sqlite:///{tmp_path}/new.db{option}"
    migrating.upgrade(url)

    database = Database(url)
    with database.read() as session:
        found = session.exec_driver_sql("PRAGMA synchronous").scalar_one()
        is_current = migrating.is_current(session)
    database.close()

    assert (found, is_current) == (kept, True)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_what_is_prepared_on_a_connection_outlives_a_read(database: Database) -> None:
    for _ in range(8):
        with database.read() as session:
            session.execute(select(people.c.id)).all()

    with database.read() as session:
        kept = session.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()

    assert any("people" in statement for statement in kept)
