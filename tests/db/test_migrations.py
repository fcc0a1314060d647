import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db import codec, events, migrating, requests, search, search_words
from bot.db.engine import Database
from bot.db.errors import DatabaseUnavailable, Trouble
from bot.domain.ids import RequestId
from bot.domain.journal import Query, Reader
from bot.domain.request import Request, file
from tests.builders import CHANNEL, INES, ROOT, WORKSPACE, a_request

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("requests", recreate="{recreate}") as batch_op:
        batch_op.alter_column("layer", type_=sa.String(length=64))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
    {more}


def downgrade():
    with op.batch_alter_table("requests", recreate="{recreate}") as batch_op:
        batch_op.drop_column("note")
        batch_op.alter_column("layer", type_=sa.String(length=32))
""".replace("TODAY", migrating.HEAD)
"""A script of tomorrow that makes SQLite build the parent of three tables again."""


def test_head_is_the_newest_script() -> None:
    scripts = ScriptDirectory(str(migrating.SCRIPTS))

    assert scripts.get_current_head() == migrating.HEAD


def test_the_scripts_make_the_tables_of_the_code(empty_url: str) -> None:
    migrating.upgrade(empty_url)

    migrating.check(empty_url)


def test_up_down_up_leaves_a_database_that_works(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    migrating.downgrade(empty_url, "base")
    migrating.upgrade(empty_url)

    database = Database(empty_url)
    with database.begin() as session:
        assert migrating.is_current(session)
        requests.file_once(session, WORKSPACE, "k", lambda n: file(a_request(number=n)))
    database.close()


def test_four_migrations_at_once_all_succeed(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrating.upgrade, [empty_url] * 4))

    database = Database(empty_url)
    with database.read() as session:
        assert migrating.is_current(session)
        versions = session.execute(text("SELECT count(*) FROM alembic_version")).scalar()
    database.close()
    assert versions == 1


def test_an_empty_database_is_not_current(empty_url: str) -> None:
    database = Database(empty_url)

    with database.read() as session:
        assert not migrating.is_current(session)
    database.close()


def filed(url: str, number: int = 1) -> Request:
    database = Database(url)
    with database.begin() as session:
        request, _ = requests.file_once(
            session,
            WORKSPACE,
            f"k{number}",
            lambda n: file(a_request(number=n, id=RequestId(f"r{n}"), event_count=0)),
        )
    database.close()
    return request


def rebuild(recreate: str, more: str) -> str:
    """The text of the script of tomorrow."""
    return REBUILD.format(recreate=recreate, more=more, head=migrating.HEAD)


@pytest.fixture
def tomorrow(database_url: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scripts with one more for a database of today."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrating.SCRIPTS, scripts)
    recreate = "always" if kind == "sqlite" else "auto"
    newest = scripts / "versions" / "9999_rebuild.py"
    newest.write_text(rebuild(recreate, "pass"), encoding="utf-8")
    monkeypatch.setattr(migrating, "SCRIPTS", scripts)
    return newest


@pytest.mark.usefixtures("tomorrow")
def test_rebuilding_a_parent_table_keeps_its_children(database_url: str) -> None:
    request = filed(database_url)

    migrating.upgrade(database_url)
    migrating.downgrade(database_url, migrating.HEAD)
    migrating.upgrade(database_url)

    database = Database(database_url)
    with database.stream() as session:
        assert requests.get(session, WORKSPACE, request.id) == request
        assert list(events.verify(session, WORKSPACE)) == []
        people = session.execute(text("SELECT count(*) FROM request_people")).scalar()
        squads = session.execute(text("SELECT count(*) FROM request_squads")).scalar()
    database.close()
    assert (people, squads) == (3, 2)
    assert filed(database_url, 2).number == 2


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_script_that_loses_parents_changes_nothing(tomorrow: Path, database_url: str) -> None:
    request = filed(database_url)
    loses = "op.execute('DELETE FROM requests')"
    tomorrow.write_text(rebuild("always", loses), encoding="utf-8")

    with pytest.raises(DatabaseUnavailable) as caught:
        migrating.upgrade(database_url)

    database = Database(database_url)
    with database.read() as session:
        assert migrating.is_current(session)
        assert requests.get(session, WORKSPACE, request.id) == request
    database.close()
    assert caught.value.trouble is Trouble.NOT_MIGRATED


@pytest.mark.parametrize(("version", "is_current"), [("0001", False), ("0099", True)])
def test_an_older_schema_is_not_current_and_a_newer_one_is(
    database_url: str, version: str, is_current: bool
) -> None:
    database = Database(database_url)
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    with database.read() as session:
        assert migrating.is_current(session) == is_current
    database.close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///{folder}/nowhere/a.db", Trouble.MISSING),
        ("sqlite:///file:{folder}/fixed.db?mode=ro&uri=true", Trouble.READ_ONLY),
        ("postgresql://nobody@/nothing?host={folder}", Trouble.UNREACHABLE),
    ],
)
def test_a_database_that_cannot_be_migrated_says_why(
    url: str, expected: Trouble, tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "fixed.db")

    with pytest.raises(DatabaseUnavailable) as caught:
        migrating.downgrade(url.format(folder=tmp_path), "base")

    assert caught.value.trouble is expected


@pytest.mark.usefixtures("tomorrow")
def test_a_script_that_fails_keeps_its_own_error(tomorrow: Path, database_url: str) -> None:
    fails = "op.execute('SELECT * FROM never_made')"
    tomorrow.write_text(rebuild("auto", fails), encoding="utf-8")

    with pytest.raises(DBAPIError, match="never_made"):
        migrating.upgrade(database_url)

    database = Database(database_url)
    with database.read() as session:
        assert migrating.is_current(session)
    database.close()


START = """
import sys
from bot.db import migrating
from bot.db.engine import Database

database = Database(sys.argv[1])
with database.read() as session:
    is_current = migrating.is_current(session)
if not is_current:
    migrating.upgrade(sys.argv[1])
    with database.read() as session:
        assert migrating.is_current(session)
print("alembic" in sys.modules)
"""


def start(url: str, folder: Path) -> "subprocess.Popen[str]":
    """Start a process that opens the database as the bot does, from `folder`."""
    return subprocess.Popen(
        [sys.executable, "-c", START, url],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_three_processes_start_on_one_empty_database(empty_url: str, tmp_path: Path) -> None:
    started = [start(empty_url, tmp_path) for _ in range(3)]

    ended = [process.communicate(timeout=60) for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], ended


def test_a_start_with_nothing_to_migrate_does_not_load_alembic(
    database_url: str, tmp_path: Path
) -> None:
    out, errors = start(database_url, tmp_path).communicate(timeout=60)

    assert (out, errors) == ("False\n", "")


def test_requests_of_before_the_journal_get_their_channel_and_their_words(
    database_url: str,
) -> None:
    migrating.downgrade(database_url, "0001")
    old = Database(database_url)
    body = codec.dump_request(file(a_request(number=1)))
    with old.begin() as session:
        session.execute(
            text(
                "INSERT INTO requests (workspace_id, id, number, version, source_key, status,"
                " layer, question, impact, requester, title, submitted_at, body) VALUES"
                " (:w, 'r1', 1, 0, 'k', 'open', 'arbitration', 'first', 'retention', 'U0HUGO',"
                " 'x', '2026-11-24 09:00:00', :body)"
            ),
            {"w": WORKSPACE, "body": body},
        )
    old.close()

    migrating.upgrade(database_url)

    database = Database(database_url)
    with database.begin() as session:
        assert search.channels(session, WORKSPACE) == (CHANNEL,)
        search_words.keep(session, requests.get(session, WORKSPACE, RequestId("r1")))
    reader = Reader(person=INES, channels=frozenset({CHANNEL}))
    with database.read() as session:
        found = search.page(session, WORKSPACE, reader, Query(words="export"))
    database.close()
    assert [line.number for line in found.lines] == [1]
