"""Absences: requests follow to who stands in, come back, and everybody sees the names."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db import events, people, requests
from bot.domain.absences import Dates
from bot.domain.charter import Role, SeatKey, Verdict
from bot.domain.errors import AbsenceOver, AbsenceTooLong, EmptyAbsence, NotYours
from bot.domain.events import EventKind, Status
from bot.domain.ids import QuestionId
from bot.domain.posts import PostKind
from bot.domain.request import Request
from bot.services import absences, decisions, moves
from bot.services.deps import Deps
from bot.services.schedule.tick import tick
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    EVERYBODY,
    HUGO,
    INES,
    JOHN,
    KARIM,
    LEA,
    NOW,
    WORKSPACE,
    FakeClock,
    some_terms,
)
from tests.services.outbox import filed, posts_of

WEEK = Dates(first=date(2026, 11, 25), last=date(2026, 11, 27))
ONE_DAY = Dates(first=date(2026, 11, 26), last=date(2026, 11, 26))
WEDNESDAY = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)


@pytest.fixture
def with_deputy(deps: Deps) -> Deps:
    """Inès, then John, stand in for the CPO."""
    seats = tuple(
        replace(s, refs=(*s.refs, "ines@example.com", "john@example.com"))
        if s.key == SeatKey(role=Role.CPO)
        else s
        for s in deps.charter.seats
    )
    return replace(deps, charter=replace(deps.charter, seats=seats))


def at(deps: Deps, clock: FakeClock, when: datetime) -> None:
    clock.at = when
    tick(deps, holder="one", machine_now=lambda: NOW)


def as_is(deps: Deps, request: Request) -> Request:
    with deps.read() as session:
        return requests.get(session, WORKSPACE, request.id)


def test_open_requests_follow_to_the_deputy_and_come_back(
    with_deputy: Deps, clock: FakeClock
) -> None:
    request = filed(with_deputy)
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")

    at(with_deputy, clock, WEDNESDAY - timedelta(minutes=1))
    assert as_is(with_deputy, request).route.deciders == (CLAIRE,)
    at(with_deputy, clock, WEDNESDAY)
    away = as_is(with_deputy, request)
    at(with_deputy, clock, SATURDAY)
    back = as_is(with_deputy, request)

    (mandate,) = away.route.mandates
    assert (mandate.person, mandate.on_behalf_of) == (INES, CLAIRE)
    assert away.clock_from == request.clock_from
    assert back.route.deciders == (CLAIRE,)
    assert back.route.usual is None


def test_who_stands_in_decides_for_who_is_away(with_deputy: Deps, clock: FakeClock) -> None:
    request = filed(with_deputy)
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")
    at(with_deputy, clock, WEDNESDAY)

    decided = decisions.decide(with_deputy, request.id, INES, some_terms(), key="d")

    assert decided.decision
    assert decided.decision.positions[0].on_behalf_of == CLAIRE


def test_what_is_filed_during_an_absence_comes_back_too(
    with_deputy: Deps, clock: FakeClock
) -> None:
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")
    at(with_deputy, clock, WEDNESDAY)
    request = filed(with_deputy)
    assert request.route.deciders == (INES,)

    at(with_deputy, clock, SATURDAY)

    assert as_is(with_deputy, request).route.deciders == (CLAIRE,)


def test_a_deputy_who_leaves_too_gives_way_to_the_next_one(
    with_deputy: Deps, clock: FakeClock
) -> None:
    request = filed(with_deputy)
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")
    absences.declare(
        with_deputy, INES, Dates(first=date(2026, 11, 26), last=date(2026, 11, 30)), key="b"
    )

    at(with_deputy, clock, WEDNESDAY)
    first = as_is(with_deputy, request).route.deciders
    at(with_deputy, clock, WEDNESDAY + timedelta(days=1))
    second = as_is(with_deputy, request).route
    at(with_deputy, clock, SATURDAY)
    third = as_is(with_deputy, request).route

    assert (first, second.deciders, third.deciders) == ((INES,), (JOHN,), (CLAIRE,))
    assert second.mandates[0].on_behalf_of == CLAIRE


def test_without_a_deputy_it_goes_one_step_up_and_comes_back(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps, question=QuestionId("scope"), squads=(CHECKOUT,))
    absences.declare(deps, LEA, WEEK, key="a")

    at(deps, clock, WEDNESDAY)
    away = as_is(deps, request).route
    at(deps, clock, SATURDAY)

    assert away.deciders == (CLAIRE,)
    assert as_is(deps, request).route.deciders == (LEA,)


def test_the_absence_of_everybody_stops_nothing(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    for person in EVERYBODY:
        absences.declare(deps, person, WEEK, key=f"a:{person}")

    at(deps, clock, WEDNESDAY)
    away = as_is(deps, request)
    at(deps, clock, SATURDAY)

    assert away.route.mandates == ()
    assert away.route.stewards == (LEA, KARIM)
    assert {p.person for p in posts_of(deps) if p.kind is PostKind.ALERT} == {LEA, KARIM}
    assert as_is(deps, request).route.deciders == (CLAIRE,)


def test_the_requester_and_the_thread_are_told_both_times(
    with_deputy: Deps, clock: FakeClock
) -> None:
    request = filed(with_deputy)
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")
    for when in (WEDNESDAY, WEDNESDAY, SATURDAY, SATURDAY):
        at(with_deputy, clock, when)

    with with_deputy.database.stream() as session:
        found = events.of_request(session, WORKSPACE, request.id)
        assert list(events.verify(session, WORKSPACE)) == []
    moved = [event for event in found if event.kind is EventKind.REROUTED]
    assert [event.detail("cause") for event in moved] == ["away", "back"]
    told = [p for p in posts_of(with_deputy) if p.event_seq in {e.seq for e in moved}]
    assert [p.person for p in told if p.kind is PostKind.NOTICE] == [HUGO, HUGO]
    assert len([p for p in told if p.kind is PostKind.LINE]) == 2
    assert all(p.in_hours for p in told if p.kind in {PostKind.LINE, PostKind.NOTICE})


def test_a_position_given_stays_when_the_other_decider_has_a_stand_in(
    with_deputy: Deps, clock: FakeClock
) -> None:
    bet = filed(with_deputy, question=QuestionId("bet"))
    verdict = some_terms(verdict=Verdict.ACCEPT)
    decisions.decide(with_deputy, bet.id, KARIM, verdict, key="1")
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")

    at(with_deputy, clock, WEDNESDAY)
    decided = decisions.decide(with_deputy, bet.id, INES, verdict, key="2")

    assert decided.decision
    assert decided.decision.deciders == (KARIM, INES)


def test_who_answered_before_leaving_is_not_replaced(deps: Deps, clock: FakeClock) -> None:
    bet = filed(deps, question=QuestionId("bet"))
    decisions.decide(deps, bet.id, CLAIRE, some_terms(verdict=Verdict.ACCEPT), key="1")
    absences.declare(deps, CLAIRE, WEEK, key="a")

    at(deps, clock, WEDNESDAY)

    found = as_is(deps, bet)
    assert [position.by for position in found.positions] == [CLAIRE]
    assert found.awaited == (KARIM,)


def test_the_other_decider_alone_answers_anew(deps: Deps, clock: FakeClock) -> None:
    bet = filed(deps, question=QuestionId("bet"))
    decisions.decide(deps, bet.id, CLAIRE, some_terms(verdict=Verdict.ACCEPT), key="1")
    absences.declare(deps, KARIM, WEEK, key="a")

    at(deps, clock, WEDNESDAY)

    found = as_is(deps, bet)
    assert found.awaited == (CLAIRE,)
    assert found.status is Status.OPEN


def test_a_delegation_made_by_a_person_does_not_come_back(
    with_deputy: Deps, clock: FakeClock
) -> None:
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")
    at(with_deputy, clock, WEDNESDAY)
    request = filed(with_deputy)
    moves.delegate(with_deputy, request.id, INES, LEA, key="1")

    at(with_deputy, clock, SATURDAY)

    assert as_is(with_deputy, request).route.deciders == (LEA,)


def test_cancelling_brings_requests_back_at_once(with_deputy: Deps, clock: FakeClock) -> None:
    request = filed(with_deputy)
    absences.declare(with_deputy, CLAIRE, WEEK, key="a")
    at(with_deputy, clock, WEDNESDAY)

    with pytest.raises(NotYours):
        absences.cancel(with_deputy, KARIM, "a")
    absences.cancel(with_deputy, CLAIRE, "a")
    absences.cancel(with_deputy, CLAIRE, "a")
    at(with_deputy, clock, WEDNESDAY + timedelta(minutes=1))

    assert as_is(with_deputy, request).route.deciders == (CLAIRE,)
    assert absences.of_person(with_deputy, CLAIRE) == ()


def test_declaring_twice_is_declaring_once(deps: Deps) -> None:
    absences.declare(deps, CLAIRE, WEEK, key="view:1")
    absences.declare(deps, CLAIRE, WEEK, key="view:1")

    assert len(absences.of_person(deps, CLAIRE)) == 1


def test_a_deputy_who_is_away_too_is_said_at_once(with_deputy: Deps) -> None:
    absences.declare(with_deputy, INES, WEEK, key="b")

    relief = absences.preview(with_deputy, CLAIRE, WEEK)

    (stand_in,) = relief.stand_ins
    assert (stand_in.person, stand_in.away) == (JOHN, (INES,))
    assert [absence.person for absence in relief.others_away] == [INES]


def test_nobody_to_stand_in_is_said_at_once(deps: Deps) -> None:
    relief = absences.preview(deps, CLAIRE, WEEK)

    assert [found.person for found in relief.stand_ins] == [None]


def test_half_days_are_cut_at_one_in_ones_own_zone(deps: Deps) -> None:
    half = Dates(first=date(2026, 11, 25), last=date(2026, 11, 26), from_noon=True, until_noon=True)

    absence = absences.declare(deps, CLAIRE, half, key="a").absence

    assert absence.start == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert absence.end == datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "error"),
    [
        (Dates(first=date(2026, 11, 26), last=date(2026, 11, 25)), EmptyAbsence),
        (replace(ONE_DAY, from_noon=True, until_noon=True), EmptyAbsence),
        (Dates(first=date(2026, 11, 2), last=date(2026, 11, 3)), AbsenceOver),
        (Dates(first=date(2026, 11, 26), last=date(2028, 11, 26)), AbsenceTooLong),
    ],
)
def test_dates_that_make_no_absence_are_refused(
    deps: Deps, dates: Dates, error: type[Exception]
) -> None:
    with pytest.raises(error):
        absences.declare(deps, CLAIRE, dates, key="a")

    with deps.read() as session:
        assert people.absences(session, WORKSPACE, NOW - timedelta(days=60)) == ()
