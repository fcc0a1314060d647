"""One transaction for all that is read to show one thing, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.errors import DatabaseUnavailable
from bot.db.tables import people


def _number_of(database: Database) -> int:
    with database.read() as session:
        session.execute(select(people.c.id)).all()
        return id(session)


def test_what_is_read_within_a_look_is_read_in_one_transaction(database: Database) -> None:
    with database.look():
        with database.look():
            inner = _number_of(database)
        outer = {_number_of(database) for _ in range(3)}
        with ThreadPoolExecutor(1) as others, database.read() as held:
            elsewhere = others.submit(_number_of, database).result()
            is_apart = elsewhere != id(held)

    assert outer == {inner}
    assert is_apart
    with database.read() as first, database.read() as second:
        assert first is not second, "a look ends"


def test_a_look_that_fails_ends_too(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable), database.look(), database.read() as session:
        session.exec_driver_sql("SELECT nothing FROM nowhere")

    with database.read() as first, database.read() as second:
        assert first is not second
        assert first.execute(select(people.c.id)).all() == []
