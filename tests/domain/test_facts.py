from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.charter import Layer
from bot.domain.deciding import decide, reopen, supersede
from bot.domain.events import EventKind
from bot.domain.metrics import Share, Spread, spread_of, trend
from bot.domain.metrics_facts import Fact, facts_of
from bot.domain.request import Request
from tests.builders import (
    CLAIRE,
    HUGO,
    LEA,
    NOW,
    TODAY,
    a_calendar,
    a_request,
    a_route,
    some_content,
    some_terms,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN = replace(a_request(), event_count=0)


def decided(request: Request, after: timedelta = DAY) -> Request:
    terms = some_terms(owner=LEA, due_on=TODAY + 30 * DAY)
    at = request.clock_from + after
    return decide(request, CLAIRE, terms, at=at, today=TODAY, tie_break=request.route)


def facts(request: Request) -> tuple[Fact, ...]:
    return facts_of(request, request.pending, a_calendar())


def test_a_decision_is_timed_from_filing_in_four_ways() -> None:
    paused = OPEN.ask_evidence(CLAIRE, "Combien ?", at=NOW + HOUR)
    resumed = paused.give_evidence(HUGO, "Douze.", at=NOW + 3 * HOUR)

    (fact,) = facts(decided(resumed, timedelta(hours=6)))

    # Ten in the morning to four in Paris, lunch from half past twelve to half past one.
    assert fact.time.elapsed == 6 * HOUR
    assert fact.time.elapsed_unpaused == 4 * HOUR
    assert fact.time.working == 5 * HOUR
    assert fact.time.working_unpaused == timedelta(hours=3, minutes=30)
    assert fact.has_evidence


def test_a_reopened_decision_is_another_fact_timed_from_reopening() -> None:
    first = decided(OPEN)
    again = reopen(first, HUGO, "Du nouveau.", route=a_route(), at=NOW + 3 * DAY)

    one, two = facts(decided(again, 2 * DAY))

    assert (one.time.elapsed, two.time.elapsed) == (DAY, 2 * DAY)
    assert (one.reopened_at, one.ended_at) == (NOW + 3 * DAY, NOW + 3 * DAY)
    assert (two.reopened_at, two.ended_at) == (None, None)


def test_a_superseded_decision_has_ended_and_was_not_reopened() -> None:
    (fact,) = facts(supersede(decided(OPEN), CLAIRE, 9, at=NOW + 2 * DAY))

    assert (fact.reopened_at, fact.ended_at) == (None, NOW + 2 * DAY)


def test_a_referral_counts_for_the_decision_it_led_to() -> None:
    referred = OPEN.rerouted(
        EventKind.REFERRED_UP, a_route(), by=CLAIRE, at=NOW + HOUR, why="Trop gros."
    )
    again = reopen(decided(referred), HUGO, "Du nouveau.", route=a_route(), at=NOW + 2 * DAY)

    assert [fact.is_referred for fact in facts(decided(again))] == [True, False]


@pytest.mark.parametrize(("needed_by", "is_past"), [(TODAY, True), (TODAY + DAY, False)])
def test_an_urgent_request_decided_after_its_day_is_past_it(needed_by: date, is_past: bool) -> None:
    content = some_content(needed_by=needed_by, consequence="On perd le client.")

    (fact,) = facts(decided(replace(OPEN, content=content)))

    assert (fact.is_urgent, fact.is_past_date) == (True, is_past)


def test_an_event_of_before_says_less_and_the_request_completes_it() -> None:
    content = some_content(evidence="Douze comptes.")
    request = decided(replace(OPEN, content=content, route=a_route(layer=Layer.EXECUTION)))
    bare = tuple(replace(event, details=()) for event in request.pending)

    (fact,) = facts_of(request, bare, a_calendar())

    assert (fact.layer, fact.has_evidence, fact.seats) == (Layer.EXECUTION, True, ())


def test_the_spread_of_a_few_durations() -> None:
    assert spread_of([]) is None
    assert spread_of([7]) == Spread(n=1, median_s=7, p90_s=7, mean_s=7)
    assert spread_of([4, 1, 3, 2]) == Spread(n=4, median_s=2, p90_s=4, mean_s=3)
    assert spread_of(list(range(1, 11))) == Spread(n=10, median_s=5, p90_s=9, mean_s=6)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [((5, 70), (5, 100), -30), ((4, 70), (5, 100), None), ((5, 70), (4, 100), None)],
)
def test_no_trend_under_five(
    now: tuple[int, int], before: tuple[int, int], expected: int | None
) -> None:
    one, two = (Spread(n=n, median_s=s, p90_s=s, mean_s=s) for n, s in (now, before))

    assert trend(one, two) == expected
    assert trend(None, two) is None


def test_shares_round_halves_up() -> None:
    assert Share(hits=1, n=8).percent == 13
    assert Share(hits=1, n=3).percent == 33
    assert Share(hits=0, n=0).percent is None
