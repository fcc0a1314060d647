"""How much of SQLite is written through: all of it, unless the database can be made again."""

from pathlib import Path

import pytest

from bot.db import migrating
from bot.db.engine import Database

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
