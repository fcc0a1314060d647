"""What is kept beside requests: messages, drafts, keys received, people, charters."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db import cards, charters, drafts, people, received
from bot.db.engine import Database
from bot.domain.content import Draft
from bot.domain.ids import ChannelId, PersonId, RequestId, WorkspaceId
from bot.domain.people import Absence, Person
from tests.builders import CLAIRE, HUGO, KARIM, NOW, WORKSPACE, some_fields

C1, C2 = ChannelId("C1"), ChannelId("C2")
R1, R2 = RequestId("r1"), RequestId("r2")
ELSEWHERE = WorkspaceId("T0ELSEWHERE")


@pytest.fixture
def posted(database: Database) -> Database:
    """Two requests; the panel of the second is not posted."""
    with database.begin() as session:
        cards.remember(session, WORKSPACE, R1, cards.CARD, (C1, "1.0"))
        cards.remember(session, WORKSPACE, R1, cards.PANEL, (C1, "1.1"))
        cards.remember(session, WORKSPACE, R2, cards.CARD, (C2, "1.0"))
    return database


def test_a_message_is_found_from_its_request_and_back(posted: Database) -> None:
    with posted.read() as session:
        assert cards.place(session, WORKSPACE, R1, cards.PANEL) == (C1, "1.1")
        assert cards.place(session, WORKSPACE, R2, cards.PANEL) is None
        assert cards.request_at(session, WORKSPACE, C1, "1.0") == R1
        assert cards.request_at(session, WORKSPACE, C1, "1.1") == R1
        assert cards.request_at(session, WORKSPACE, C2, "1.0") == R2
        assert cards.request_at(session, WORKSPACE, C2, "1.1") is None
        assert cards.request_at(session, ELSEWHERE, C1, "1.0") is None


def test_a_card_posted_again_replaces_its_place(posted: Database) -> None:
    with posted.begin() as session:
        cards.remember(session, WORKSPACE, R1, cards.CARD, (C2, "9.0"))

    with posted.read() as session:
        assert cards.place(session, WORKSPACE, R1, cards.CARD) == (C2, "9.0")
        assert cards.request_at(session, WORKSPACE, C1, "1.0") is None


def test_the_cards_of_many_leave_out_what_is_not_posted(posted: Database) -> None:
    with posted.read() as session:
        found = cards.places(session, WORKSPACE, (R1, R2, RequestId("r3")))
        none = cards.places(session, WORKSPACE, ())

    assert found == {R1: (C1, "1.0"), R2: (C2, "1.0")}
    assert none == {}


def test_the_latest_draft_of_a_person_is_the_one_saved_last(database: Database) -> None:
    first, second = (Draft(id=name, person=HUGO, fields=some_fields(title=name)) for name in "ab")
    others = Draft(id="c", person=CLAIRE, fields=some_fields())
    with database.begin() as session:
        drafts.save(session, WORKSPACE, first, NOW)
        drafts.save(session, WORKSPACE, second, NOW + timedelta(seconds=1))
        drafts.save(session, WORKSPACE, others, NOW + timedelta(seconds=2))

    with database.read() as session:
        assert drafts.latest(session, WORKSPACE, HUGO) == second
        assert drafts.latest(session, WORKSPACE, KARIM) is None
        assert drafts.get(session, WORKSPACE, "a") == first
        assert drafts.get(session, ELSEWHERE, "a") is None


def test_a_draft_saved_again_replaces_itself(database: Database) -> None:
    draft = Draft(id="a", person=HUGO, fields=some_fields(title="une"))
    again = Draft(id="a", person=HUGO, fields=some_fields(title="deux"))
    with database.begin() as session:
        drafts.save(session, WORKSPACE, draft, NOW)
        drafts.save(session, WORKSPACE, again, NOW)

    with database.read() as session:
        assert drafts.get(session, WORKSPACE, "a") == again


def test_a_dropped_draft_is_gone_and_may_be_dropped_again(database: Database) -> None:
    with database.begin() as session:
        drafts.save(session, WORKSPACE, Draft(id="a", person=HUGO, fields=some_fields()), NOW)
        drafts.drop(session, WORKSPACE, "a")
        drafts.drop(session, WORKSPACE, "a")

        assert drafts.get(session, WORKSPACE, "a") is None


def first_time(database: Database, key: str) -> bool:
    with database.begin() as session:
        return received.first_time(session, WORKSPACE, key, NOW)


def test_of_sixteen_deliveries_at_once_one_is_the_first(database: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        firsts = list(threads.map(lambda _: first_time(database, "event:1"), range(16)))

    assert sum(firsts) == 1


def test_a_key_is_not_kept_when_its_work_fails(database: Database) -> None:
    def fail() -> None:
        with database.begin() as session:
            received.first_time(session, WORKSPACE, "event:1", NOW)
            raise RuntimeError("a use case that fails")

    with pytest.raises(RuntimeError):
        fail()

    assert first_time(database, "event:1")


def test_only_older_keys_are_forgotten(database: Database) -> None:
    with database.begin() as session:
        received.first_time(session, WORKSPACE, "old", NOW - timedelta(seconds=1))
        received.first_time(session, WORKSPACE, "edge", NOW)
        received.first_time(session, ELSEWHERE, "old", NOW - timedelta(days=9))

        received.forget_before(session, WORKSPACE, NOW)

        assert received.first_time(session, WORKSPACE, "old", NOW)
        assert not received.first_time(session, WORKSPACE, "edge", NOW)
        assert not received.first_time(session, ELSEWHERE, "old", NOW)


def a_person(person: PersonId, *, zone: str = "Europe/Paris", is_barred: bool = False) -> Person:
    return Person(id=person, locale="fr-FR", zone=zone, is_barred=is_barred, seen_at=NOW)


def test_people_are_as_slack_said_last(database: Database) -> None:
    with database.begin() as session:
        people.save(session, WORKSPACE, a_person(CLAIRE))
        people.save(session, WORKSPACE, a_person(CLAIRE, zone="America/Montreal"))
        people.save(session, WORKSPACE, a_person(HUGO, is_barred=True))

    with database.read() as session:
        assert people.get(session, WORKSPACE, CLAIRE) == a_person(CLAIRE, zone="America/Montreal")
        assert people.get(session, WORKSPACE, KARIM) is None
        assert set(people.many(session, WORKSPACE, (CLAIRE, HUGO, KARIM))) == {CLAIRE, HUGO}
        assert people.many(session, WORKSPACE, ()) == {}
        assert people.barred(session, WORKSPACE) == {HUGO}
        assert people.barred(session, ELSEWHERE) == frozenset()


def test_the_directory_holds_each_reference_as_found_last(database: Database) -> None:
    with database.begin() as session:
        people.save_ref(session, WORKSPACE, "a@example.com", (CLAIRE,), NOW)
        people.save_ref(session, WORKSPACE, "a@example.com", (KARIM, HUGO), NOW)
        people.save_ref(session, WORKSPACE, "gone@example.com", (), NOW)

    with database.read() as session:
        assert people.directory(session, WORKSPACE) == {
            "a@example.com": (KARIM, HUGO),
            "gone@example.com": (),
        }


def test_absences_that_are_over_are_left_out(database: Database) -> None:
    over = Absence(person=CLAIRE, start=NOW - timedelta(days=2), end=NOW)
    running = Absence(person=CLAIRE, start=NOW - timedelta(days=2), end=NOW + timedelta(days=1))
    with database.begin() as session:
        people.add_absence(session, WORKSPACE, over, key="1")
        people.add_absence(session, WORKSPACE, running, key="2")
        people.add_absence(session, WORKSPACE, running, key="2")

    with database.read() as session:
        assert people.absences(session, WORKSPACE, NOW) == (replace(running, id="2"),)


def put(database: Database, digest: str) -> int:
    with database.begin() as session:
        return charters.put(session, WORKSPACE, digest=digest, text=f"text of {digest}", at=NOW)


def test_a_charter_gets_a_version_when_it_changes(database: Database) -> None:
    assert [put(database, digest) for digest in ("x", "x", "y", "y", "x")] == [1, 1, 2, 2, 3]

    with database.read() as session:
        assert charters.get(session, WORKSPACE, 2) == "text of y"
        assert charters.get(session, WORKSPACE, 4) is None


def test_replicas_that_start_together_agree_on_the_version(database: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        versions = list(threads.map(lambda _: put(database, "x"), range(16)))

    assert versions == [1] * 16
