"""Real databases for every test that needs one: SQLite and PostgreSQL, migrated once."""

import itertools
import os
import shutil
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from bot.db import migrating, people
from bot.db.engine import Database
from bot.domain.ids import WorkspaceId
from bot.domain.people import Person
from bot.services.deps import Deps, Rosters
from tests import postgres
from tests.builders import (
    CHANNEL,
    DIRECTORY,
    EVERYBODY,
    NOW,
    WORKSPACE,
    FakeClock,
    a_charter,
)

# How long an example takes is for the benchmarks to say.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


LIVED_WITHIN_S = 900
LONGEST = (
    "[spring]",
    "[autumn]",
    "[summer]",
    "test_kills_lose_nothing_and_post_nothing_twice[sqlite]",
    "test_kills_lose_nothing_and_post_nothing_twice[postgresql]",
)
"""Parts of the names of the tests that take minutes, in order."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the first test that asks for the history live it: minutes, on a busy machine."""
    for item in items:
        if "history" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(LIVED_WITHIN_S))
    items[:] = _dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return `items` so that the longest are begun first, each by another worker.

    Each worker takes its share of the list, in order, and later the end of another's.
    """
    longest = [item for part in LONGEST for item in items if part in item.name]
    others = iter([item for item in items if item not in longest])
    rounds = [longest[start : start + workers] for start in range(0, len(longest), workers)]
    dealt: list[pytest.Item] = []
    for worker in range(workers):
        share = (len(items) - len(dealt)) // (workers - worker)
        # Who has the longest of a round comes last in the next one.
        turns = itertools.cycle([worker, workers - 1 - worker])
        own = [each[turn] for each, turn in zip(rounds, turns, strict=False) if turn < len(each)]
        dealt += [*own, *islice(others, max(0, share - len(own)))]
    return [*dealt, *others]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last, and loudly, what could not be tested on this machine."""
    reasons = {str(report.longrepr) for report in terminalreporter.getreports("skipped")}
    missing = sorted(
        {found[found.index("NOT TESTED") :] for found in reasons if "NOT TESTED" in found}
    )
    if missing:
        terminalreporter.section("not tested here", sep="!", red=True, bold=True)
        for reason in missing:
            terminalreporter.write_line(reason.rstrip("')"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a scratch cluster's first database."""
    try:
        with postgres.served() as url:
            yield url
    except postgres.NoPostgres as error:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL is needed in CI: {error}")
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrating.upgrade(f"sqlite:///{path}")
    return path


_names = itertools.count(1)


def _fresh_database(server_url: str, *, template: str | None = None) -> str:
    name = f"t{os.getpid()}_{next(_names)}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as session:
        # Copied as files: quicker than through the log, for what is so small.
        copied = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        session.execute(text(f"CREATE DATABASE {name}{copied}"))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    url = _fresh_database(postgres_url)
    migrating.upgrade(url)
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on: it runs on both."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return _fresh_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database without rows."""
    return migrated_url(kind, tmp_path, request)


def migrated_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database without rows, for fixtures of any scope."""
    if kind == "sqlite":
        path = folder / "arbitrage.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgres_url")
    return _fresh_database(server, template=request.getfixturevalue("postgres_template"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database without rows."""
    # Tests wait for each other as long as it takes: how long is for the benchmarks to say.
    found = Database(database_url, busy_timeout_s=30)
    yield found
    found.close()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that only moves when told."""
    return FakeClock()


@pytest.fixture
def deps(database: Database, clock: FakeClock) -> Deps:
    """The use cases' dependencies: the default charter, the sandbox's people, a fake clock."""
    return deps_on(database, clock)


def deps_on(database: Database, clock: FakeClock, *, workspace: WorkspaceId = WORKSPACE) -> Deps:
    """The same on a database of any scope, in a workspace of its own if need be."""
    with database.begin() as session:
        for ref, members in DIRECTORY.items():
            people.save_ref(session, workspace, ref, members, NOW)
        for person in EVERYBODY:
            known = Person(
                id=person,
                locale="fr-FR",
                zone="Europe/Paris",
                is_barred=False,
                seen_at=NOW,
                name=person[2:].capitalize(),
            )
            people.save(session, workspace, known)
    return Deps(
        workspace=workspace,
        workspace_url="https://sandbox.slack.com/",
        channel=CHANNEL,
        database=database,
        charter=a_charter(),
        charter_version=1,
        now=clock.now,
        new_id=lambda: uuid.uuid4().hex,
        wake=lambda: None,
        rosters=Rosters(fresh_s=0),
    )
