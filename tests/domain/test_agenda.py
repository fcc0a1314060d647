from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.agenda import build, rank, ritual_for
from bot.domain.charter import Ritual
from bot.domain.deciding import decide
from bot.domain.events import Status
from bot.domain.ids import ImpactId, QuestionId, RequestId, RitualId
from bot.domain.request import Request
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    HUGO,
    KARIM,
    NOW,
    TODAY,
    a_charter,
    a_request,
    a_route,
    routed,
    some_content,
    some_terms,
)

CHARTER = a_charter()
SYNC = RitualId("roadmap_sync")
COUNCIL = RitualId("tech_council")


def ritual(name: RitualId = SYNC) -> Ritual:
    found = CHARTER.ritual(name)
    assert found
    return found


def sent(number: int = 1, *, ritual: RitualId = SYNC, **changes: Any) -> Request:
    """A request on the agenda."""
    request = a_request(number=number, id=RequestId(f"r{number}"), status=Status.ON_AGENDA)
    return replace(request, **({"route": a_route(ritual=ritual)} | changes))


def numbers(*requests: Request, meets_at: datetime = NOW) -> list[int]:
    agenda = build(ritual(), CHARTER, requests, meets_at=meets_at)
    return [entry.request.number for entry in agenda.entries]


def test_an_agenda_is_ordered_by_overdue_then_impact_then_age() -> None:
    old = sent(1, submitted_at=NOW - timedelta(days=9), due_at=None)
    young = sent(2, due_at=None)
    late = sent(3, due_at=NOW - timedelta(hours=1))
    star = replace(
        sent(4, due_at=None), content=some_content(impact=ImpactId("weekly_active_teams"))
    )

    assert numbers(young, old, star, late) == [3, 4, 1, 2]


def test_the_north_star_comes_first_and_unknown_impacts_last() -> None:
    ranks = [
        rank(sent(1, content=some_content(impact=ImpactId(impact))), CHARTER)
        for impact in ("weekly_active_teams", "activation", "gone")
    ]

    assert ranks == sorted(ranks)
    assert ranks[0] == 0


def test_what_does_not_fit_in_the_time_is_said() -> None:
    asked = [sent(n) for n in range(1, 9)]

    agenda = build(ritual(), CHARTER, asked, meets_at=NOW)

    assert [len(agenda.entries), len(agenda.left_out)] == [6, 2]
    assert [item.number for item in agenda.items] == [1, 2, 3, 4, 5, 6]


def test_only_what_was_sent_to_the_ritual_is_there() -> None:
    elsewhere = sent(1, ritual=COUNCIL)
    in_thread = a_request(number=2, id=RequestId("r2"))

    assert numbers(elsewhere, in_thread, sent(3)) == [3]


def test_what_answers_another_question_is_refused_and_sent_where_it_belongs() -> None:
    debt = replace(sent(1), content=some_content(question=QuestionId("debt")))
    direction = replace(sent(2), content=some_content(question=QuestionId("direction")))

    agenda = build(ritual(), CHARTER, (debt, direction), meets_at=NOW)

    assert agenda.entries == ()
    assert [(m.request.number, m.ritual) for m in agenda.misfits] == [(1, COUNCIL), (2, None)]


def test_a_split_is_treated_where_ties_are_broken_whatever_its_question() -> None:
    both = a_request(
        some_content(question=QuestionId("constraint"), squads=(CHECKOUT,)), requester=HUGO
    )
    both = replace(routed(both), status=Status.ON_AGENDA)
    yes, no = some_terms(), some_terms(verdict=some_terms().verdict.REFUSE, option=None)
    both = replace(both, asked_verdict=yes.verdict)
    tie_break = replace(both.route, is_tie_break=True, ritual=SYNC)
    one = decide(both, CLAIRE, yes, at=NOW, today=TODAY, tie_break=tie_break)
    split = decide(one, KARIM, no, at=NOW, today=TODAY, tie_break=tie_break)

    agenda = build(ritual(), CHARTER, (split,), meets_at=NOW)

    assert agenda.entries[0].is_split
    assert ritual_for(split, CHARTER) == SYNC
    assert ritual_for(both, CHARTER) == COUNCIL


def test_how_often_an_item_was_carried_over_is_kept() -> None:
    agenda = build(ritual(), CHARTER, (sent(1),), meets_at=NOW, carried={RequestId("r1"): 2})

    assert agenda.entries[0].carried == 2
