from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.db import events, requests
from bot.db.engine import Database
from bot.db.events import Break
from bot.domain.ids import RequestId
from bot.domain.request import Request, file
from tests.builders import CLAIRE, HUGO, NOW, WORKSPACE, a_request


@pytest.fixture
def history(database: Database) -> Database:
    """A request with three events."""
    request = filed(database, 1)
    with database.begin() as session:
        asked = request.ask_evidence(CLAIRE, "Quels comptes ?", at=NOW)
        given = asked.give_evidence(HUGO, "Douze comptes", at=NOW)
        requests.save(session, given)
    return database


def filed(database: Database, number: int) -> Request:
    with database.begin() as session:
        return requests.file_once(
            session,
            WORKSPACE,
            f"k{number}",
            lambda n: file(a_request(number=n, id=RequestId(f"r{n}"), event_count=0)),
        )[0]


def breaks(database: Database) -> list[Break]:
    with database.stream() as session:
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
        ("UPDATE requests SET body = replace(body, 'Douze', 'Treize')", 3),
        ("UPDATE events SET hash = previous_hash WHERE seq = 1", 1),
        ("UPDATE events SET seq = CASE seq WHEN 2 THEN 30 ELSE 20 END WHERE seq > 1", 2),
        ("UPDATE events SET kind = 'decided' WHERE seq = 2", 2),
        ("UPDATE events SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 3", 3),
        ("UPDATE requests SET status = 'withdrawn'", 3),
        ("UPDATE requests SET body = 'not a request'", 1),
        ("DELETE FROM events", 1),
    ],
)
def test_tampering_is_found(history: Database, tampering: str, first_in_doubt: int) -> None:
    with history.begin() as session:
        session.execute(text(tampering))

    assert [found.seq for found in breaks(history)] == [first_in_doubt]


def test_two_bodies_swapped_are_found(history: Database) -> None:
    with history.begin() as session:
        session.execute(
            text(
                "UPDATE events SET body = (SELECT other.body FROM events AS other"
                " WHERE other.seq = 5 - events.seq) WHERE seq > 1"
            )
        )

    assert [found.seq for found in breaks(history)] == [2]


def test_an_event_added_by_hand_is_found(history: Database) -> None:
    with history.begin() as session:
        forged = replace(events.of_request(session, WORKSPACE, a_request().id)[-1], seq=4)
        events.append(session, WORKSPACE, a_request().id, (forged,), state="forged")

    assert [found.seq for found in breaks(history)] == [4]


@pytest.mark.parametrize("number", [2, 3])
def test_a_request_that_is_gone_leaves_its_number(history: Database, number: int) -> None:
    filed(history, 2)
    filed(history, 3)
    with history.begin() as session:
        for table, key in (
            ("events", "request_id"),
            ("request_people", "request_id"),
            ("request_squads", "request_id"),
            ("request_words", "request_id"),
            ("requests", "id"),
        ):
            session.execute(text(f"DELETE FROM {table} WHERE {key} = 'r{number}'"))  # noqa: S608

    assert breaks(history) == [Break(request=RequestId(""), number=number, seq=1)]


def test_one_broken_chain_does_not_hide_another(history: Database) -> None:
    filed(history, 2)
    with history.begin() as session:
        session.execute(text("UPDATE events SET body = 'x' WHERE seq = 1"))

    assert [found.number for found in breaks(history)] == [1, 2]


def test_a_history_that_grows_meanwhile_holds(history: Database) -> None:
    for number in range(2, 12):
        filed(history, number)

    def work(number: int) -> None:
        for _ in range(10):
            with history.begin() as session:
                request = requests.get(session, WORKSPACE, RequestId(f"r{number}"))
                requests.save(session, request.give_evidence(HUGO, "Encore un", at=NOW))

    with ThreadPoolExecutor(2) as threads:
        workers = [threads.submit(work, number) for number in (2, 11)]
        found = breaks(history)
        while not all(worker.done() for worker in workers):
            found += breaks(history)

    assert [worker.result() for worker in workers] == [None, None]
    assert found == []
