import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.db import digest_lists, lists, requests
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.deciding import decide
from bot.domain.ids import PersonId, RequestId, WorkspaceId
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
    TODAY,
    WORKSPACE,
    a_request,
    a_route,
    some_content,
    some_terms,
)

ELSEWHERE = WorkspaceId("T0ELSEWHERE")
_keys = itertools.count()


def filed(database: Database, **changes: Any) -> Request:
    def build(number: int) -> Request:
        request = a_request(number=number, id=RequestId(f"r{number}"))
        return file(replace(request, event_count=0, **changes))

    with database.begin() as session:
        return requests.file_once(session, WORKSPACE, f"view:{next(_keys)}", build)[0]


def saved(database: Database, request: Request) -> Request:
    with database.begin() as session:
        return requests.save(session, request)


def decided(database: Database, request: Request, at: datetime = NOW) -> Request:
    done = decide(request, CLAIRE, some_terms(), at=at, today=TODAY, tie_break=request.route)
    return saved(database, done)


def inbox(database: Database, person: PersonId) -> list[int]:
    with database.read() as session:
        return [found.number for found in lists.inbox(session, WORKSPACE, person)]


def candidates(database: Database, now: datetime = NOW) -> list[int]:
    with database.read() as session:
        return [found.number for found in lists.candidates(session, WORKSPACE, (CHECKOUT,), now)]


def test_a_line_says_what_the_request_says(database: Database) -> None:
    request = decided(database, filed(database))

    with database.read() as session:
        (line,) = lists.mine(session, WORKSPACE, HUGO)

    assert (line.id, line.reference, line.title) == (request.id, "ARB-1", request.content.title)
    assert (line.status, line.layer) == (request.status, request.route.layer)
    assert (line.question, line.requester) == (request.content.question, HUGO)
    assert (line.submitted_at, line.decided_at, line.due_at) == (NOW, NOW, None)
    assert line.url is None


def test_the_inbox_keeps_what_is_open_in_any_way(database: Database) -> None:
    filed(database)
    saved(database, filed(database).ask_evidence(CLAIRE, "Quels comptes ?", at=NOW))
    decided(database, filed(database))
    saved(database, filed(database).withdraw(HUGO, "Sans objet", at=NOW))

    assert inbox(database, CLAIRE) == [1, 2]


def test_the_inbox_leaves_out_the_consulted_and_the_requester(database: Database) -> None:
    filed(database)

    assert inbox(database, KARIM) == []
    assert inbox(database, HUGO) == []


def test_the_inbox_of_a_steward_holds_what_nobody_decides(database: Database) -> None:
    filed(database, route=replace(a_route(), mandates=(), stewards=(INES,)))
    filed(database)

    assert inbox(database, INES) == [1]


def test_the_inbox_follows_the_mandate(database: Database) -> None:
    request = filed(database)
    saved(database, replace(request, route=a_route(LEA)))

    assert inbox(database, CLAIRE) == []
    assert inbox(database, LEA) == [1]


def test_mine_are_the_open_ones_first_then_the_newest(database: Database) -> None:
    for _ in range(2):
        filed(database)
    decided(database, filed(database))
    filed(database, requester=LEA)
    filed(database)

    with database.read() as session:
        found = [line.number for line in lists.mine(session, WORKSPACE, HUGO)]
        first = [line.number for line in lists.mine(session, WORKSPACE, HUGO, limit=2)]
        elsewhere = lists.mine(session, ELSEWHERE, HUGO)

    assert found == [5, 2, 1, 3]
    assert first == [5, 2]
    assert elsewhere == ()


def test_a_list_that_is_cut_has_the_first_of_all(database: Database) -> None:
    dues = [9, None, 3, 3, None, 7, 1, 12, 5, None, 3, 8]
    kept = []
    for place, hours in enumerate(dues):
        due_at = None if hours is None else NOW - timedelta(hours=hours)
        at = NOW - timedelta(days=2, minutes=-place)
        request = filed(database, due_at=due_at, submitted_at=at)
        kept.append(decided(database, request) if place % 5 == 4 else request)

    rest = [request for request in kept if request.is_open]
    newest = sorted(kept, key=lambda request: (not request.is_open, -request.number))
    soonest = sorted(rest, key=lambda r: (r.due_at is None, r.due_at or NOW, r.number))
    late = [request for request in soonest if request.due_at]
    for limit in range(1, len(dues) + 2):
        with database.read() as session:
            scope = Scope(channels=frozenset({CHANNEL}))
            shown = [
                lists.inbox(session, WORKSPACE, CLAIRE, limit),
                lists.mine(session, WORKSPACE, HUGO, limit),
                digest_lists.late(session, WORKSPACE, scope, NOW, limit=limit),
            ]
            counted = digest_lists.count_open(session, WORKSPACE, scope, NOW)
        assert [[line.number for line in lines] for lines in shown] == [
            [request.number for request in of_all[:limit]] for of_all in (soonest, newest, late)
        ]
        assert counted == (len(rest), len(late))


def test_the_newest_of_those_that_ended_are_shown(database: Database) -> None:
    ended = [decided(database, filed(database, requester=INES)) for _ in range(4)]
    waiting = filed(database, requester=INES)
    ended.append(decided(database, filed(database, requester=INES)))

    with database.read() as session:
        lines = lists.mine(session, WORKSPACE, INES, 3)

    assert [line.number for line in lines] == [
        waiting.number,
        ended[-1].number,
        ended[-2].number,
    ]


@pytest.mark.parametrize(("after", "expected"), [(180, [2, 1]), (181, [2])])
def test_a_decision_is_a_candidate_for_half_a_year(
    database: Database, after: int, expected: list[int]
) -> None:
    decided(database, filed(database))
    filed(database)

    assert candidates(database, NOW + timedelta(days=after)) == expected


def test_what_was_withdrawn_is_no_candidate(database: Database) -> None:
    saved(database, filed(database).withdraw(HUGO, "Sans objet", at=NOW))

    assert candidates(database) == []


def test_candidates_are_among_the_newest(database: Database) -> None:
    for _ in range(3):
        filed(database)

    with database.read() as session:
        found = lists.candidates(session, WORKSPACE, (CHECKOUT,), NOW, among=2)

    assert [line.number for line in found] == [3, 2]


def test_without_squads_every_request_is_a_candidate(database: Database) -> None:
    filed(database, content=some_content(squads=(ONBOARDING,)))
    filed(database, content=some_content(squads=()))

    with database.read() as session:
        found = lists.candidates(session, WORKSPACE, (), NOW)

    assert [line.number for line in found] == [2, 1]
    assert candidates(database) == [2]
