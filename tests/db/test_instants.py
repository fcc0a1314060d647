from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError

from bot.db import people
from bot.db.engine import Database
from bot.domain.people import Person
from tests.builders import CLAIRE, WORKSPACE

PARIS = ZoneInfo("Europe/Paris")


def seen(at: datetime) -> Person:
    return Person(id=CLAIRE, locale="fr", zone="Europe/Paris", is_barred=False, seen_at=at)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_reads_back_as_it_was(database: Database, fold: int) -> None:
    at = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold)

    with database.begin() as session:
        people.save(session, WORKSPACE, seen(at))
    with database.read() as session:
        found = people.get(session, WORKSPACE, CLAIRE)

    assert found and found.seen_at == at.astimezone(UTC)
    assert found.seen_at.tzinfo is UTC


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.begin() as session:
        people.save(session, WORKSPACE, seen(datetime(2026, 1, 1)))  # noqa: DTZ001
