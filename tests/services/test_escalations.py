"""Silence moves a request on: to whom, when, once; its clock never starts again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.db import clock_tables, events, requests, timers
from bot.domain.charter import Layer, Role, TieBreak, Verdict
from bot.domain.events import EventKind, Status
from bot.domain.ids import QuestionId, SquadId
from bot.domain.posts import Post, PostKind
from bot.domain.reminders import TimerKind
from bot.domain.request import Request
from bot.services import decisions, moves
from bot.services.deps import Deps
from bot.services.schedule.tick import tick
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    HUGO,
    KARIM,
    LEA,
    NOW,
    WORKSPACE,
    FakeClock,
    a_charter,
    some_terms,
)
from tests.services.outbox import filed, posts_of

SMALL = {"squads": (CHECKOUT,), "options": ()}
TWICE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""Thirty-two working hours after Tuesday ten o'clock: Monday ten o'clock."""


def ticked(deps: Deps, clock: FakeClock, at: datetime) -> int | None:
    clock.at = at
    return tick(deps, holder="one", machine_now=lambda: NOW)


def as_is(deps: Deps, request: Request) -> Request:
    with deps.read() as session:
        return requests.get(session, WORKSPACE, request.id)


def told(deps: Deps, kind: EventKind) -> list[Post]:
    with deps.read() as session:
        return [
            post
            for post in posts_of(deps)
            if post.event_seq
            and post.request
            and events.get(session, WORKSPACE, post.request, post.event_seq).kind is kind
        ]


def test_a_silent_cpo_is_followed_by_the_ritual_of_the_question(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)

    ticked(deps, clock, TWICE - timedelta(minutes=1))
    assert as_is(deps, request).status is Status.OPEN
    ticked(deps, clock, TWICE)

    found = as_is(deps, request)
    assert found.status is Status.ON_AGENDA
    assert found.route.deciders == (CLAIRE,)
    assert found.due_at == request.due_at


def test_a_silent_pm_is_followed_by_the_step_above_and_the_clock_goes_on(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps, question=QuestionId("scope"), squads=(CHECKOUT,))
    assert request.route.deciders == (LEA,)

    ticked(deps, clock, datetime(2026, 11, 26, 9, 0, tzinfo=UTC))

    found = as_is(deps, request)
    assert (found.status, found.route.deciders) == (Status.OPEN, (CLAIRE,))
    assert found.clock_from == request.clock_from
    assert found.due_at == request.due_at
    assert found.watched_from == clock.now()


def test_the_new_decider_has_their_own_reminders_then_the_ritual(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps, question=QuestionId("scope"), squads=(CHECKOUT,))
    ticked(deps, clock, datetime(2026, 11, 26, 9, 0, tzinfo=UTC))

    for at in ((27, 9), (30, 9), (30, 14), (30, 15)):
        ticked(deps, clock, datetime(2026, 11, *at, tzinfo=UTC))

    reminders = [post for post in posts_of(deps) if post.kind is PostKind.REMINDER]
    assert [post.person for post in reminders if post.person == CLAIRE]
    assert as_is(deps, request).status is Status.ON_AGENDA


def test_an_escalation_before_the_due_date_gives_the_new_decider_a_whole_time(
    deps: Deps, clock: FakeClock
) -> None:
    charter = replace(deps.charter, reminders=(0.25,), escalation=0.5)
    hasty = replace(deps, charter=charter)
    request = filed(hasty, question=QuestionId("scope"), squads=(CHECKOUT,))

    ticked(hasty, clock, datetime(2026, 11, 24, 14, 0, tzinfo=UTC))

    found = as_is(deps, request)
    assert found.route.deciders == (CLAIRE,)
    assert found.watched_from == clock.now()


def test_everybody_concerned_is_told_once_in_their_hours(deps: Deps, clock: FakeClock) -> None:
    filed(deps, question=QuestionId("scope"), squads=(CHECKOUT,))

    for _ in range(3):
        ticked(deps, clock, datetime(2026, 11, 26, 9, 0, tzinfo=UTC))

    found = told(deps, EventKind.ESCALATED)
    notices = {post.person for post in found if post.kind is PostKind.NOTICE}
    assert notices == {HUGO, CLAIRE, LEA}
    assert len([post for post in found if post.kind is PostKind.LINE]) == 1
    assert all(post.in_hours for post in found)


def test_an_answer_in_time_is_not_escalated(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    decisions.decide(deps, request.id, CLAIRE, some_terms(), key="1")

    ticked(deps, clock, TWICE)

    assert as_is(deps, request).status is Status.DECIDED


def test_a_request_on_an_agenda_waits_for_its_ritual(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    moves.schedule(deps, request.id, CLAIRE, key="1")

    ticked(deps, clock, TWICE + timedelta(days=7))

    assert as_is(deps, request).status is Status.ON_AGENDA
    assert told(deps, EventKind.ESCALATED) == []


def test_taken_back_late_it_is_watched_anew(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    ticked(deps, clock, TWICE)
    clock.advance(days=7)

    back = moves.unschedule(deps, request.id, CLAIRE, key="1")

    assert back.watched_from == clock.now()
    with deps.read() as session:
        ahead = timers.due(session, WORKSPACE, {TimerKind.ESCALATION}, clock.now() + timedelta(30))
    assert [timer.due_at > clock.now() for timer in ahead] == [True]


def test_evidence_asked_in_a_ritual_starts_a_watch_when_it_comes(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)
    ticked(deps, clock, TWICE)
    clock.advance(days=7)
    moves.ask_evidence(deps, request.id, CLAIRE, "Un chiffre.", key="1")
    clock.advance(hours=1)

    back = moves.give_evidence(deps, request.id, request.requester, "120 sur 310.", key="2")

    assert (back.status, back.watched_from) == (Status.OPEN, clock.now())
    ticked(deps, clock, clock.now() + timedelta(minutes=1))
    assert as_is(deps, request).status is Status.OPEN


def test_evidence_that_never_comes_lets_the_clock_go_on(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    moves.ask_evidence(deps, request.id, CLAIRE, "Quoi ?", key="1")

    ticked(deps, clock, TWICE)

    found = as_is(deps, request)
    assert found.status is Status.OPEN
    assert found.due_at is not None and found.due_at > TWICE
    notices = {p.person for p in told(deps, EventKind.RESUMED) if p.kind is PostKind.NOTICE}
    assert CLAIRE in notices


def test_a_silent_co_decider_goes_to_the_ritual_with_the_position_given(
    deps: Deps, clock: FakeClock
) -> None:
    bet = filed(deps, question=QuestionId("bet"))
    decisions.decide(deps, bet.id, CLAIRE, some_terms(verdict=Verdict.ACCEPT), key="1")

    ticked(deps, clock, datetime(2026, 12, 10, 9, 0, tzinfo=UTC))

    found = as_is(deps, bet)
    assert found.status is Status.ON_AGENDA
    assert [position.by for position in found.positions] == [CLAIRE]
    (event,) = {p.event_seq for p in told(deps, EventKind.ESCALATED)}
    assert event


def test_without_ritual_the_tie_break_decides_then_the_stewards(
    deps: Deps, clock: FakeClock
) -> None:
    charter = a_charter(rituals=())
    seats = replace(charter, tie_break=TieBreak(seat=charter.rules[0].path[1]))
    alone = replace(deps, charter=seats)
    request = filed(alone)

    ticked(alone, clock, TWICE)
    second = as_is(alone, request)
    ticked(alone, clock, TWICE + timedelta(days=14))
    third = as_is(alone, request)

    assert second.route.is_tie_break
    assert second.route.deciders != (CLAIRE,)
    assert third.route.mandates == ()
    assert third.route.stewards == (LEA, KARIM)
    assert third.status is Status.OPEN


def test_stewards_who_must_assign_are_reminded(deps: Deps, clock: FakeClock) -> None:
    nobody = a_charter()
    empty = replace(
        nobody,
        rituals=(),
        seats=tuple(s for s in nobody.seats if s.key.role == "steward"),
        tie_break=TieBreak(),
    )
    alone = replace(deps, charter=empty)
    filed(alone)

    ticked(alone, clock, datetime(2026, 11, 25, 9, 0, tzinfo=UTC))

    found = [post for post in posts_of(alone) if post.kind is PostKind.REMINDER]
    assert {post.person for post in found} == {LEA, KARIM}
    assert {item.kind for post in found for item in post.items} == {TimerKind.ASSIGN}


def test_a_request_nobody_decides_for_months_expires(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    ticked(deps, clock, TWICE)

    ticked(deps, clock, NOW + timedelta(days=120, hours=1))

    assert as_is(deps, request).status is Status.EXPIRED


def test_a_charter_may_let_nothing_expire(deps: Deps, clock: FakeClock) -> None:
    patient = replace(deps, charter=replace(deps.charter, expire_days=None))
    request = filed(patient)
    ticked(patient, clock, TWICE)

    ticked(patient, clock, NOW + timedelta(days=900))

    assert as_is(patient, request).status is Status.ON_AGENDA


def test_layers_have_their_own_time(deps: Deps, clock: FakeClock) -> None:
    vision = filed(deps, question=QuestionId("direction"), squads=())
    assert vision.route.layer is Layer.VISION

    ticked(deps, clock, TWICE)

    assert as_is(deps, vision).route.deciders == (CLAIRE,)


def test_a_request_left_by_an_older_version_is_planned_by_the_first_tick(
    deps: Deps, clock: FakeClock
) -> None:
    filed(deps, squads=(SquadId("checkout"), SquadId("onboarding")))
    with deps.begin() as session:
        session.execute(clock_tables.timers.delete())
        timers.plan_all(session, WORKSPACE, "charter-2", NOW)
        timers.plan_all(session, WORKSPACE, "charter-2", NOW)

    assert ticked(deps, clock, NOW) == 1

    with deps.read() as session:
        ahead = timers.due(session, WORKSPACE, {TimerKind.DECIDE}, TWICE)
    assert len(ahead) == 3


def test_another_charter_reminds_once_and_leaves_a_day_before_it_escalates(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)
    clock.at = TWICE - timedelta(hours=1)
    hours = {layer: timedelta(hours=2) for layer in Layer}
    hasty = replace(deps, charter=replace(deps.charter, slas=hours, reminders=(0.5, 1.0, 1.5)))
    with deps.begin() as session:
        timers.plan_all(session, WORKSPACE, "charter-2", clock.at)

    before = len(posts_of(deps))
    ticked(hasty, clock, clock.at)
    ticked(hasty, clock, clock.at + timedelta(minutes=1))
    told = posts_of(deps)[before:]
    assert as_is(deps, request).status is Status.OPEN
    ticked(hasty, clock, clock.at + timedelta(days=1))

    assert [(post.kind, len(post.items)) for post in told] == [(PostKind.REMINDER, 1)]
    assert as_is(deps, request).status is Status.ON_AGENDA


def test_a_ritual_that_left_the_charter_keeps_no_request_waiting(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)
    moves.schedule(deps, request.id, CLAIRE, key="1")
    without = replace(
        deps,
        charter=replace(deps.charter, rituals=(), tie_break=TieBreak(seat=Role.CTO)),
    )
    with deps.begin() as session:
        timers.plan_all(session, WORKSPACE, "charter-2", clock.at)
    ticked(without, clock, clock.at)

    ticked(without, clock, TWICE)

    found = as_is(deps, request)
    assert (found.status, found.route.deciders) == (Status.OPEN, (KARIM,))


def test_a_request_filed_before_anybody_is_known_finds_its_decider(
    deps: Deps, clock: FakeClock
) -> None:
    unknown = replace(deps, charter=replace(a_charter(), seats=()))
    request = filed(unknown)
    assert (request.route.deciders, request.route.stewards) == ((), ())

    ticked(unknown, clock, NOW + timedelta(minutes=5))
    assert as_is(deps, request).route.deciders == ()
    ticked(deps, clock, NOW + timedelta(minutes=7))

    assert as_is(deps, request).route.deciders == (CLAIRE,)
