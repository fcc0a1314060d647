from concurrent.futures import ThreadPoolExecutor

from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.db import migrating, requests
from bot.db.engine import Database
from bot.domain.request import file
from tests.builders import WORKSPACE, a_request


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
