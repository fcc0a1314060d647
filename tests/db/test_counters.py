from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.db import counters
from bot.db.engine import Database
from bot.domain.ids import WorkspaceId
from tests.builders import WORKSPACE

ELSEWHERE = WorkspaceId("T0ELSEWHERE")


def take(database: Database, name: str = "a", count: int = 1) -> int:
    with database.begin() as session:
        return counters.take(session, WORKSPACE, name, count)


def test_numbers_start_at_one_and_follow(database: Database) -> None:
    assert [take(database), take(database), take(database)] == [1, 2, 3]


def test_several_are_taken_at_once(database: Database) -> None:
    assert take(database, count=5) == 1
    assert take(database, count=2) == 6
    assert take(database) == 8


def test_names_and_workspaces_count_apart(database: Database) -> None:
    take(database, "a", 7)

    assert take(database, "b") == 1
    with database.begin() as session:
        assert counters.take(session, ELSEWHERE, "a") == 1


def test_a_roll_back_gives_its_number_back(database: Database) -> None:
    def fail() -> None:
        with database.begin() as session:
            counters.take(session, WORKSPACE, "a", 10)
            raise RuntimeError("a use case that fails")

    take(database)
    with pytest.raises(RuntimeError):
        fail()

    assert take(database) == 2


def test_a_number_given_back_is_the_next_one(database: Database) -> None:
    with database.begin() as session:
        counters.take(session, WORKSPACE, "a")
        counters.give_back(session, WORKSPACE, "a")

    assert take(database) == 1


def test_the_last_number_is_known(database: Database) -> None:
    take(database, count=4)

    with database.read() as session:
        assert counters.last(session, WORKSPACE, "a") == 4
        assert counters.last(session, WORKSPACE, "never") == 0


def test_sixteen_threads_take_each_number_once(database: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(lambda _: take(database), range(64)))

    assert sorted(taken) == list(range(1, 65))
