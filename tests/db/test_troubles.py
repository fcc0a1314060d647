import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url, text
from sqlalchemy.exc import IntegrityError

from bot.db import counters, tables
from bot.db.engine import Database
from bot.db.errors import DatabaseUnavailable, Trouble
from tests.builders import WORKSPACE

on_postgresql = pytest.mark.parametrize("kind", ["postgresql"])


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


@on_postgresql
@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("SET TRANSACTION READ ONLY", "DELETE FROM people", Trouble.READ_ONLY),
        ("SET LOCAL statement_timeout = 20", "SELECT pg_sleep(5)", Trouble.LOCKED),
        ("SET LOCAL lock_timeout = 20", "LOCK TABLE people", Trouble.LOCKED),
    ],
)
def test_postgresql_is_understood_by_its_codes(
    database: Database, first: str, then: str, expected: Trouble
) -> None:
    def work() -> None:
        with database.begin() as session:
            session.execute(text(first))
            session.execute(text(then))

    with database.stream() as holder:
        holder.execute(text("SELECT count(*) FROM people"))
        with pytest.raises(DatabaseUnavailable) as caught:
            work()

    assert caught.value.trouble is expected


def test_a_server_without_that_database_is_missing(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="nowhere")

    found = trouble_of(Database(url.render_as_string(hide_password=False)))

    assert found is Trouble.MISSING


def test_an_older_table_is_not_migrated(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable) as caught, database.begin() as session:
        session.execute(text("SELECT a_column_of_tomorrow FROM people"))

    assert caught.value.trouble is Trouble.NOT_MIGRATED


def test_a_row_that_breaks_a_rule_is_our_mistake_whatever_it_says(database: Database) -> None:
    row = {"workspace_id": "no such table", "name": "database is locked", "value": 1}

    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(insert(tables.counters), [row, row])
