import sqlite3
from pathlib import Path

import pytest

from bot.db import counters
from bot.db.engine import Database
from bot.db.errors import DatabaseUnavailable, Trouble
from tests.builders import WORKSPACE


def trouble_of(database: Database) -> Trouble:
    with pytest.raises(DatabaseUnavailable) as caught, database.begin() as session:
        counters.take(session, WORKSPACE, "x")
    database.close()
    return caught.value.trouble


def test_a_file_in_a_folder_that_does_not_exist_is_missing(tmp_path: Path) -> None:
    assert trouble_of(Database(f"sqlite:///{tmp_path}/nowhere/a.db")) is Trouble.MISSING


def test_a_database_without_tables_is_not_migrated(empty_url: str) -> None:
    assert trouble_of(Database(empty_url)) is Trouble.NOT_MIGRATED


def test_a_file_that_is_held_is_locked(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "held.db"
    path.write_bytes(sqlite_template.read_bytes())
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    found = trouble_of(Database(f"sqlite:///{path}", busy_timeout_s=0.1))

    holder.close()
    assert found is Trouble.LOCKED


def test_a_read_only_database_says_so(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "fixed.db"
    path.write_bytes(sqlite_template.read_bytes())

    assert trouble_of(Database(f"sqlite:///file:{path}?mode=ro&uri=true")) is Trouble.READ_ONLY


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    url = f"postgresql://nobody@/nothing?host={tmp_path}"

    assert trouble_of(Database(url)) is Trouble.UNREACHABLE
