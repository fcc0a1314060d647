"""The journal's search finds the same on both databases."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.db import requests, search
from bot.db.engine import Database
from bot.domain.charter import Layer
from bot.domain.events import Status
from bot.domain.ids import ChannelId, ImpactId, RequestId, WorkspaceId
from bot.domain.journal import PAGE, Page, Query, Reader, asked_words, stem
from bot.domain.request import Request, file
from tests.builders import (
    CHANNEL,
    CHECKOUT,
    CLAIRE,
    HUGO,
    INES,
    KARIM,
    LEA,
    NOW,
    ONBOARDING,
    WORKSPACE,
    a_request,
    a_route,
    some_content,
)
from tests.db.test_lists import decided

_keys = itertools.count()
READER = Reader(person=INES, channels=frozenset({CHANNEL}))


def filed(database: Database, title: str = "Faut-il livrer l’export ?", **changes: Any) -> Request:
    content = changes.pop("content", some_content(title=title))

    def build(number: int) -> Request:
        request = a_request(content, number=number, id=RequestId(f"r{number}"))
        return file(replace(request, event_count=0, **changes))

    with database.begin() as session:
        return requests.file_once(session, WORKSPACE, f"search:{next(_keys)}", build)[0]


def look(database: Database, query: Query, reader: Reader = READER) -> Page:
    with database.read() as session:
        return search.page(session, WORKSPACE, reader, query)


def found(database: Database, words: str = "", **filters: Any) -> list[int]:
    return [line.number for line in look(database, Query(words=words, **filters)).lines]


@pytest.mark.parametrize(
    "words",
    [
        "décision",
        "DECISION",
        "décisions",
        "decis",
        "l’équipe décidera-t-elle la décision",
        "equipe decision",
        "ARB-1",
    ],
)
def test_accents_case_plurals_and_beginnings_do_not_count(database: Database, words: str) -> None:
    filed(database, "L’équipe décidera de la décision ?")
    filed(database, "Autre chose ?")

    query = words.replace("ARB-1", "arb1").replace("-t-elle", "")

    assert found(database, query) == [1]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Décider des priorités", "décidée priorité"),
        ("Une décision décidée", "décider"),
        ("Which priorities?", "priority"),
        ("Which priority?", "priorities"),
        ("Facturer les clients", "factures"),
        ("Une facture", "facturer"),
        ("Le journal des achats", "journaux"),
        ("Les journaux", "journal"),
        ("Invoices shipped", "shipping invoice"),
    ],
)
def test_french_and_english_endings_do_not_count(
    database: Database, title: str, asked: str
) -> None:
    filed(database, title)
    filed(database, "Autre chose ?")

    assert found(database, asked) == [1]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("prix", "prix"), ("carte", "carte"), ("facture", "factur"), ("tests", "test"), ("as", "as")],
)
def test_a_short_word_keeps_its_ending(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_every_word_must_be_found(database: Database) -> None:
    filed(database, "Un export comptable ?")

    assert found(database, "export panier") == []
    assert found(database, "export compta") == [1]


def test_english_and_other_scripts_are_found_too(database: Database) -> None:
    filed(database, "Should we ship the invoices first?")
    filed(database, "هل نطلق التصدير أولا؟")
    filed(database, "Нужен ли экспорт?")

    assert found(database, "invoice") == [1]
    assert found(database, "التصدير") == [2]
    assert found(database, "экспорт") == [3]


def test_the_words_of_a_decision_are_found_once_it_is_made(database: Database) -> None:
    request = filed(database)
    assert found(database, "renouveler") == []

    decided(database, request)

    assert found(database, "renouveler") == [1]


def test_words_that_say_nothing_look_for_nothing(database: Database) -> None:
    filed(database)

    assert found(database, "de la") == [1]
    assert found(database, "?!") == [1]


def test_filters_narrow(database: Database) -> None:
    filed(database, "A", content=some_content(title="A", squads=(CHECKOUT,)))
    filed(database, "B", content=some_content(title="B", impact=ImpactId("activation")))
    filed(database, "C", route=a_route(LEA, layer=Layer.EXECUTION))
    filed(database, "D", submitted_at=NOW - timedelta(days=40))
    decided(database, filed(database, "E"))

    assert found(database, squad=ONBOARDING) == [5, 4, 3, 2]
    assert found(database, impact=ImpactId("activation")) == [2]
    assert found(database, layer=Layer.EXECUTION) == [3]
    assert found(database, decider=LEA) == [3]
    assert found(database, status=Status.DECIDED) == [5]
    assert found(database, since=NOW - timedelta(days=30)) == [5, 3, 2, 1]
    assert found(database, squad=ONBOARDING, status=Status.DECIDED, decider=CLAIRE) == [5]


@pytest.mark.parametrize("words", ["", "export"])
def test_pages_follow_one_another_both_ways(database: Database, words: str) -> None:
    for number in range(2 * PAGE + 5):
        filed(database, f"Export {number} ?")

    first = look(database, Query(words=words))
    second = look(database, Query(words=words, below=first.lines[-1].number))
    third = look(database, Query(words=words, below=second.lines[-1].number))
    back = look(database, Query(words=words, above=third.lines[0].number))

    numbers = [[line.number for line in page.lines] for page in (first, second, third)]
    assert numbers == [list(range(25, 15, -1)), list(range(15, 5, -1)), list(range(5, 0, -1))]
    assert back.lines == second.lines
    ends = [(page.has_newer, page.has_older) for page in (first, second, third, back)]
    assert ends == [(False, True), (True, True), (True, False), (True, True)]


def test_a_reader_sees_their_channels_and_what_they_are_part_of(database: Database) -> None:
    filed(database, "Ouverte ?")
    filed(database, "Secrète ?", channel=ChannelId("C0SECRET"))

    assert found(database) == [1]
    for person in (HUGO, CLAIRE, KARIM):
        reader = Reader(person=person, channels=frozenset({CHANNEL}))
        page = look(database, Query(words="secrete"), reader)
        assert [line.number for line in page.lines] == [2]
    nobody = Reader(person=INES, channels=frozenset())
    assert look(database, Query(), nobody).lines == ()


def test_the_channels_are_those_of_requests(database: Database) -> None:
    filed(database, "A")
    filed(database, "B", channel=ChannelId("C0SECRET"))

    with database.read() as session:
        assert search.channels(session, WORKSPACE) == (CHANNEL, "C0SECRET")
        assert search.channels(session, WorkspaceId("T9")) == ()


def test_another_workspace_is_not_searched(database: Database) -> None:
    filed(database)

    with database.read() as session:
        page = search.page(session, WorkspaceId("T9"), READER, Query(words="export"))

    assert page.lines == ()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=st.text(max_size=60), words=st.text(max_size=40))
def test_no_words_break_a_search(database: Database, title: str, words: str) -> None:
    typed = title.encode(errors="ignore").decode().replace("\0", "")
    request = filed(database, f"{typed} balise")

    page = look(database, Query(words=words))

    assert len(page.lines) <= PAGE
    asked = [beginnings[0] for beginnings in asked_words(typed)]
    if asked:
        own = look(database, Query(words=" ".join(asked), above=request.number - 1))
        assert request.number in [line.number for line in own.lines]


SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 3000)",
    "postgresql": "WITH s(n) AS (SELECT generate_series(1, 3000))",
}

FILL = (
    "INSERT INTO requests (workspace_id, id, number, version, source_key, status, layer, question,"
    " impact, requester, title, submitted_at, body) SERIES SELECT 'T0SANDBOX', 'x' || n, n, 0,"
    " 'x' || n, 'open', 'vision', 'first', 'i', 'U1', 't', '2026-11-24 09:00:00', '' FROM s",
    "INSERT INTO request_words (workspace_id, request_id, words) SERIES"
    " SELECT 'T0SANDBOX', 'x' || n, 'word' || n FROM s",
)


@pytest.mark.parametrize(
    ("kind", "explain", "sign"),
    [
        ("sqlite", "EXPLAIN QUERY PLAN", "search_fts VIRTUAL TABLE INDEX"),
        ("postgresql", "EXPLAIN", "search_words"),
    ],
)
def test_a_search_among_many_goes_through_the_index(
    database: Database, kind: str, explain: str, sign: str
) -> None:
    with database.begin() as session:
        for statement in FILL:
            session.exec_driver_sql(statement.replace("SERIES", SERIES[kind]))
        session.exec_driver_sql("ANALYZE")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def keep(_c: object, _cur: object, sql: str, values: Any, _x: object, _m: object) -> None:
        asked.append((sql, values))

    found(database, "export")
    statement, values = asked[-1]

    with database.read() as session:
        plan = session.exec_driver_sql(f"{explain} {statement}", values).all()
    assert sign in str(plan)
