from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import lists, requests
from bot.db.engine import Database
from bot.db.errors import NotFound, StaleRequest
from bot.db.journal_tables import request_words
from bot.db.tables import request_people
from bot.domain.charter import Layer
from bot.domain.deciding import decide
from bot.domain.events import Status
from bot.domain.ids import RequestId
from bot.domain.request import Request, file
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    HUGO,
    KARIM,
    NOW,
    ONBOARDING,
    TODAY,
    WORKSPACE,
    a_request,
    a_route,
    some_content,
    some_terms,
)
from tests.plans import asked_of


def filed(database: Database, key: str = "view:1", **changes: object) -> Request:
    def build(number: int) -> Request:
        request = a_request(number=number, id=RequestId(f"r-{key}"))
        return file(replace(request, event_count=0, **changes))  # type: ignore[arg-type]

    with database.begin() as session:
        return requests.file_once(session, WORKSPACE, key, build)[0]


def test_a_filed_request_reads_back_whole(database: Database) -> None:
    request = filed(database)

    with database.read() as session:
        assert requests.get(session, WORKSPACE, request.id) == request


def test_a_resend_returns_the_first_request(database: Database) -> None:
    first = filed(database, "view:1")

    again = filed(database, "view:1")

    assert again == first


def test_sixteen_resends_at_once_file_one_request(database: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: filed(database, "view:1").id, range(16)))

    assert len(set(found)) == 1
    with database.read() as session:
        assert requests.find(session, WORKSPACE, 2) is None


def test_resends_at_once_leave_no_gap(database: Database) -> None:
    keys = ["view:1", "view:2", "view:3", "view:4"] * 8

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda key: filed(database, key), keys))

    assert sorted({request.number for request in found}) == [1, 2, 3, 4]
    assert {request.id for request in found} == {RequestId(f"r-{key}") for key in keys}
    assert filed(database, "view:5").number == 5


def test_numbers_have_no_gap_under_load_and_roll_backs(database: Database) -> None:
    def attempt(index: int) -> None:
        def build(number: int) -> Request:
            if index % 3 == 0:
                raise RuntimeError("a use case that fails")
            return file(a_request(number=number, id=RequestId(f"r{index}"), event_count=0))

        try:
            with database.begin() as session:
                requests.file_once(session, WORKSPACE, f"view:{index}", build)
        except RuntimeError:
            pass

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(attempt, range(48)))

    with database.read() as session:
        numbers = [s.number for s in lists.mine(session, WORKSPACE, HUGO, limit=100)]
    assert sorted(numbers) == list(range(1, 33))


def test_of_ten_saves_of_one_version_one_wins(database: Database) -> None:
    request = filed(database)

    def save(index: int) -> bool:
        moved = request.withdraw(HUGO, f"raison {index}", at=NOW)
        try:
            with database.begin() as session:
                requests.save(session, moved)
        except StaleRequest:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(save, range(10))) == 1


def _beside(database: Database) -> set[tuple[object, ...]]:
    with database.read() as session:
        who = select(request_people.c.person_id, request_people.c.part, request_people.c.is_open)
        found = {tuple(row) for row in session.execute(who)}
        return found | {tuple(row) for row in session.execute(select(request_words.c.words))}


@pytest.mark.parametrize(
    "changes",
    [
        {"route": a_route(KARIM)},
        {"route": replace(a_route(KARIM, CLAIRE), consulted=(KARIM,))},
        {"status": Status.WITHDRAWN},
        {"content": some_content(title="Un tout autre titre ?")},
        {"due_at": NOW},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_kept_beside_a_request_follows_it(
    database: Database, changes: dict[str, Any]
) -> None:
    first = filed(database)
    at_first = _beside(database)

    with database.begin() as session:
        told = requests.save(session, replace(first, **changes), before=first)
    as_told = _beside(database)
    with database.begin() as session:
        requests.save(session, told)

    assert as_told == _beside(database), "as when all is written anew"
    assert (as_told == at_first) is ("due_at" in changes)


def test_what_is_kept_beside_a_request_is_written_only_when_it_changed(database: Database) -> None:
    first = filed(database)

    with asked_of(database.engine) as asked, database.begin() as session:
        requests.save(session, replace(first, due_at=NOW), before=first)

    assert [sql.split()[:2] for sql in asked] == [["UPDATE", "requests"]]


def test_an_unknown_request_is_not_found(database: Database) -> None:
    with database.read() as session, pytest.raises(NotFound):
        requests.get(session, WORKSPACE, RequestId("nope"))


def test_another_workspace_sees_nothing(database: Database) -> None:
    request = filed(database)

    with database.read() as session:
        elsewhere = requests.find(session, type(WORKSPACE)("T0OTHER"), request.number)

    assert elsewhere is None


def test_the_inbox_holds_what_one_decides_soonest_first(database: Database) -> None:
    filed(database, "a", due_at=NOW.replace(hour=18))
    filed(database, "b", due_at=NOW.replace(hour=12))
    filed(database, "c", due_at=None)
    filed(database, "d", route=a_route(KARIM))

    with database.read() as session:
        numbers = [summary.number for summary in lists.inbox(session, WORKSPACE, CLAIRE)]

    assert numbers == [2, 1, 3]


def test_candidates_are_of_the_same_squads_or_of_none(database: Database) -> None:
    filed(database, "a", content=some_content(squads=(CHECKOUT,)))
    filed(database, "b", content=some_content(squads=(ONBOARDING,)))
    filed(database, "c", content=some_content(squads=()))

    with database.read() as session:
        found = lists.candidates(session, WORKSPACE, (CHECKOUT,), NOW)

    assert [summary.number for summary in found] == [3, 1]


def test_a_live_strategy_is_of_the_same_impact_and_squads(database: Database) -> None:
    strategy = filed(database, "a", route=a_route(layer=Layer.STRATEGY))
    decided = decide(strategy, CLAIRE, some_terms(), at=NOW, today=TODAY, tie_break=strategy.route)
    with database.begin() as session:
        requests.save(session, decided)
    impact = strategy.content.impact

    with database.read() as session:
        same = requests.live_strategy(session, WORKSPACE, impact=impact, squads=(CHECKOUT,))
        company = requests.live_strategy(session, WORKSPACE, impact=impact, squads=())
        other = requests.live_strategy(
            session, WORKSPACE, impact=type(impact)("revenue"), squads=(CHECKOUT,)
        )

    assert [found.number for found in same] == [1]
    assert [found.number for found in company] == [1]
    assert other == ()
