import pytest
from sqlalchemy import text

from bot.db import events, requests
from bot.db.engine import Database
from bot.db.events import Break
from bot.domain.request import file
from tests.builders import CLAIRE, HUGO, NOW, WORKSPACE, a_request


@pytest.fixture
def history(database: Database) -> Database:
    """A request with three events."""
    with database.begin() as session:
        request = requests.file_once(
            session, WORKSPACE, "k", lambda n: file(a_request(number=n, event_count=0))
        )[0]
    with database.begin() as session:
        asked = request.ask_evidence(CLAIRE, "Quels comptes ?", at=NOW)
        given = asked.give_evidence(HUGO, "Douze comptes", at=NOW)
        requests.save(session, given)
    return database


def breaks(database: Database) -> list[Break]:
    with database.read() as session:
        return list(events.verify(session, WORKSPACE))


def test_an_untouched_history_holds(history: Database) -> None:
    assert breaks(history) == []


def test_events_read_back_in_order(history: Database) -> None:
    with history.read() as session:
        found = events.of_request(session, WORKSPACE, a_request().id)

    assert [event.seq for event in found] == [1, 2, 3]
    assert found[1].why == "Quels comptes ?"


@pytest.mark.parametrize(
    ("tampering", "first_in_doubt"),
    [
        ("UPDATE events SET body = replace(body, 'Quels', 'Tous') WHERE seq = 2", 2),
        ("DELETE FROM events WHERE seq = 2", 2),
        ("DELETE FROM events WHERE seq = 3", 3),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("UPDATE events SET seq = 9 WHERE seq = 3", 3),
        ("UPDATE events SET hash = previous_hash WHERE seq = 1", 1),
    ],
)
def test_tampering_is_found(history: Database, tampering: str, first_in_doubt: int) -> None:
    with history.begin() as session:
        session.execute(text(tampering))

    assert [found.seq for found in breaks(history)] == [first_in_doubt]
