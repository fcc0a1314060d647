"""Rituals over both databases: what is said and when, running, arranging."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.db import outbox, people, requests
from bot.db import rituals as rows
from bot.domain import errors
from bot.domain.charter import Verdict
from bot.domain.events import Status
from bot.domain.ids import ChannelId, PersonId, QuestionId, RequestId, RitualId
from bot.domain.people import Absence
from bot.domain.posts import Post, PostKind
from bot.domain.request import Request
from bot.domain.rituals import Outcome, Stage
from bot.services import (
    decisions,
    moves,
    reading,
    rituals,
    rituals_arrange,
    rituals_run,
)
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from bot.services.rituals_run import Which
from bot.services.schedule.rituals import queue_ritual_posts, upcoming_ritual_posts
from tests.builders import (
    CLAIRE,
    HUGO,
    INES,
    JOHN,
    KARIM,
    LEA,
    NOW,
    WORKSPACE,
    FakeClock,
    a_charter,
    some_fields,
    some_terms,
)

SYNC = RitualId("roadmap_sync")
STARTS = datetime(2026, 12, 8, 9, tzinfo=UTC)
THE_8TH = Which(ritual=SYNC, slot=date(2026, 12, 8))
THE_22ND = Which(ritual=SYNC, slot=date(2026, 12, 22))
_ZERO = timedelta()


@pytest.fixture
def deps(deps: Deps) -> Deps:
    """The Roadmap Sync alone, whose next occurrence is on 8 December at nine, UTC."""
    charter = replace(deps.charter, rituals=deps.charter.rituals[:1])
    return replace(deps, charter=charter)


def at(clock: FakeClock, before: timedelta = _ZERO, *, after: timedelta = _ZERO) -> None:
    clock.at = STARTS - before + after


def said(deps: Deps) -> list[Post]:
    """What the outbox gives out now; it is taken as sent."""
    found = []
    with deps.begin() as session:
        lease = (NOW, NOW + timedelta(seconds=60))
        while claimed := outbox.claim(session, WORKSPACE, now=deps.now(), lease=lease):
            outbox.mark_sent(session, WORKSPACE, claimed.id, at=NOW, place=("C", "1.0"))
            found.append(claimed.post)
    return found


def keys(deps: Deps) -> list[str]:
    return [post.key for post in said(deps)]


def tick(deps: Deps) -> list[str]:
    queue_ritual_posts(deps)
    return keys(deps)


def on_agenda(deps: Deps, key: str = "view:1", **changes: object) -> Request:
    command = FileRequest(key=key, draft="", fields=some_fields(**changes), by=HUGO)
    request, _ = file_request(deps, command)
    return moves.schedule(deps, request.id, request.route.deciders[0], key=f"s{key}")


def posted(deps: Deps, which: Which = THE_8TH) -> None:
    """The agenda stands in the channel."""
    with deps.begin() as session:
        place = (ChannelId("C0ARBITRAGES"), "9.0")
        rows.remember(session, WORKSPACE, (which.ritual, which.slot), rows.AGENDA, place)


def away(deps: Deps, person: PersonId, start: datetime, days: float) -> None:
    absence = Absence(person=person, start=start, end=start + timedelta(days=days))
    with deps.begin() as session:
        people.add_absence(session, WORKSPACE, absence, key=f"{person}{start}")
    deps.rosters.forget()


# What is said, and when


def test_everything_is_said_once_at_its_minute(deps: Deps, clock: FakeClock) -> None:
    posted(deps)
    clock.at = STARTS - timedelta(days=4)
    told: dict[str, datetime] = {}
    while clock.at < STARTS + timedelta(hours=3):
        for key in [*tick(deps), *tick(deps)]:
            assert key not in told
            told[key] = clock.at
        clock.advance(minutes=5)

    assert told == {
        # 48 hours before is a Sunday: Monday at nine leaves a day.
        f"facilitator:prepare:roadmap_sync:2026-12-08:{LEA}": datetime(2026, 12, 7, 8, tzinfo=UTC),
        "agenda:roadmap_sync:2026-12-08": STARTS - timedelta(hours=24),
        f"facilitator:start:roadmap_sync:2026-12-08:{LEA}": STARTS - timedelta(minutes=15),
        f"facilitator:close:roadmap_sync:2026-12-08:{LEA}": STARTS + timedelta(hours=1),
    }


def test_what_is_coming_is_what_will_be_said(deps: Deps, clock: FakeClock) -> None:
    posted(deps)
    clock.at = STARTS - timedelta(days=4)
    until = STARTS + timedelta(hours=3)

    foreseen = {found.key: found.due_at for found in upcoming_ritual_posts(deps, until)}

    assert list(foreseen.values()) == sorted(foreseen.values())
    for key, due_at in foreseen.items():
        clock.at = due_at - timedelta(seconds=1)
        assert key not in tick(deps)
        clock.at = due_at
        assert key in tick(deps)
    assert upcoming_ritual_posts(deps, until) == ()


def test_after_a_stop_what_is_still_of_use_is_said_and_the_rest_is_not(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, timedelta(hours=2))
    late = tick(deps)
    at(clock, after=timedelta(minutes=20))
    started = tick(deps)

    assert late == [
        "agenda:roadmap_sync:2026-12-08",
        f"facilitator:prepare:roadmap_sync:2026-12-08:{LEA}",
    ]
    assert started == [f"facilitator:start:roadmap_sync:2026-12-08:{LEA}"]


def test_a_long_stop_asks_to_close_the_last_one_only(deps: Deps, clock: FakeClock) -> None:
    weekly = replace(deps.charter.rituals[0].rule, step=1)
    charter = replace(deps.charter, rituals=(replace(deps.charter.rituals[0], rule=weekly),))
    clock.at = STARTS + timedelta(days=16)

    for day in (15, 22):
        posted(deps, Which(ritual=SYNC, slot=date(2026, 12, day)))

    told = tick(replace(deps, charter=charter))

    assert [key.rpartition(":")[0] for key in told] == ["facilitator:close:roadmap_sync:2026-12-22"]


def test_what_was_held_before_the_installation_is_not_asked_about(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, after=timedelta(days=1))

    assert tick(deps) == []


def test_a_post_says_when_it_was_expected_and_until_when_it_is_of_use(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, timedelta(hours=20))
    queue_ritual_posts(deps)

    agenda = next(post for post in said(deps) if post.kind == "agenda")

    assert agenda.expected_at == STARTS - timedelta(hours=24)
    assert agenda.useful_until == STARTS


def test_a_reminder_to_prepare_comes_in_the_facilitators_own_hours(
    deps: Deps, clock: FakeClock
) -> None:
    with deps.begin() as session:
        lea = people.get(session, WORKSPACE, LEA)
        assert lea
        people.save(session, WORKSPACE, replace(lea, zone="America/Los_Angeles"))
    clock.at = STARTS - timedelta(days=6)

    foreseen = upcoming_ritual_posts(deps, STARTS)

    prepare = next(found for found in foreseen if "prepare" in found.key)
    local = prepare.due_at.astimezone(UTC) - timedelta(hours=8)
    assert (local.weekday(), local.time()) == (4, time(13, 30))  # Friday afternoon there


def test_a_facilitator_who_is_away_is_replaced_and_nobody_else_is_told(
    deps: Deps, clock: FakeClock
) -> None:
    away(deps, LEA, STARTS - timedelta(days=1), 3)
    at(clock, timedelta(minutes=10))

    assert [key for key in tick(deps) if "start" in key] == [
        f"facilitator:start:roadmap_sync:2026-12-08:{JOHN}"
    ]


def test_nobody_to_facilitate_is_told_to_the_stewards_in_time(deps: Deps, clock: FakeClock) -> None:
    for person in (LEA, JOHN):
        away(deps, person, STARTS - timedelta(days=1), 3)
    at(clock, timedelta(hours=48))

    told = tick(deps)

    stewards = (LEA, KARIM)
    assert sorted(told) == sorted(
        f"alert:no_facilitator:roadmap_sync:2026-12-08:{steward}" for steward in stewards
    )


def test_a_channel_that_is_not_there_is_told_and_the_agenda_goes_on(
    deps: Deps, clock: FakeClock
) -> None:
    charter = replace(deps.charter, rituals=(replace(deps.charter.rituals[0], channel="roadmap"),))
    at(clock, timedelta(hours=24))

    queue_ritual_posts(replace(deps, charter=charter))

    told = {post.key: post for post in said(deps)}
    assert f"alert:ritual_channel:roadmap_sync:2026-12-08:{LEA}" in told
    assert told["agenda:roadmap_sync:2026-12-08"].channel == deps.channel


def test_a_ritual_with_its_own_channel_posts_there(deps: Deps, clock: FakeClock) -> None:
    charter = replace(deps.charter, rituals=(replace(deps.charter.rituals[0], channel="roadmap"),))
    at(clock, timedelta(hours=24))

    queue_ritual_posts(replace(deps, charter=charter, rooms={SYNC: ChannelId("C0ROADMAP")}))

    told = {post.kind: post.channel for post in said(deps)}
    assert told[PostKind.AGENDA] == "C0ROADMAP"
    assert PostKind.ALERT not in told


# The agenda follows, then is frozen


def test_the_agenda_follows_each_change_until_the_start(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=20))
    tick(deps)

    request = on_agenda(deps)
    rewritten = [post for post in said(deps) if post.kind == "agenda_update"]
    moves.unschedule(deps, request.id, CLAIRE, key="u")

    assert [post.group for post in rewritten] == ["agenda_update:roadmap_sync:2026-12-08"]
    assert rewritten[0].useful_until == STARTS
    assert "agenda_update" in [post.kind for post in said(deps)]


def test_an_agenda_that_is_not_out_yet_is_not_rewritten(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=25))

    on_agenda(deps)

    assert "agenda_update" not in [post.kind for post in said(deps)]


def test_what_comes_after_the_start_is_for_the_next_one(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=20))
    first = on_agenda(deps)
    at(clock)
    tick(deps)
    late = on_agenda(deps, "view:2")
    clock.advance(minutes=10)

    started = rituals_run.start(deps, THE_8TH, LEA, key="start")

    assert [item.request for item in started.items] == [first.id]
    assert started.frozen_at == STARTS
    following = rituals.sheet(deps, SYNC, THE_22ND.slot)
    assert late.id in [entry.request.id for entry in following.agenda.entries]


def test_what_answers_another_question_is_sent_where_it_belongs(
    deps: Deps, clock: FakeClock
) -> None:
    both = replace(deps, charter=a_charter())
    at(clock, timedelta(hours=30))
    request = on_agenda(both, question=QuestionId("architecture"), squads=())
    astray = replace(request, route=replace(request.route, ritual=SYNC))
    with both.begin() as session:
        requests.save(session, astray)
    at(clock, timedelta(hours=24))

    queue_ritual_posts(both)

    moved = reading.sheet(both, request.id).request
    sheet = rituals.sheet(both, SYNC, THE_8TH.slot)
    assert (moved.status, moved.route.ritual) == (Status.ON_AGENDA, "tech_council")
    assert sheet.agenda.entries == ()
    assert [(r.request, r.ritual) for r in sheet.occurrence.refused] == [
        (request.id, "tech_council")
    ]
    assert queue_ritual_posts(both) == 0


# Running


def running(deps: Deps, clock: FakeClock, count: int = 1) -> list[Request]:
    at(clock, timedelta(hours=1))
    found = [on_agenda(deps, f"view:{n}") for n in range(count)]
    at(clock)
    rituals_run.start(deps, THE_8TH, LEA, key="start")
    said(deps)
    return found


def test_starting_says_it_once_in_order(deps: Deps, clock: FakeClock) -> None:
    at(clock)

    first, again, other = (
        rituals_run.start(deps, THE_8TH, LEA, key=key) for key in ("click:1", "click:1", "click:2")
    )

    assert first == again == other
    assert (first.stage, first.run_by) == (Stage.RUNNING, LEA)
    assert keys(deps) == [
        "agenda:roadmap_sync:2026-12-08",
        "agenda_update:roadmap_sync:2026-12-08:started",
        "run:roadmap_sync:2026-12-08",
    ]


@pytest.mark.parametrize("person", [JOHN, HUGO, CLAIRE])
def test_only_the_facilitator_starts(deps: Deps, clock: FakeClock, person: PersonId) -> None:
    at(clock)

    with pytest.raises(errors.NotTheFacilitator) as caught:
        rituals_run.start(deps, THE_8TH, person, key="1")

    assert caught.value.values == {"facilitators": LEA}


def test_with_nobody_of_the_list_there_a_steward_may_start(deps: Deps, clock: FakeClock) -> None:
    for person in (LEA, JOHN):
        away(deps, person, STARTS - timedelta(days=1), 3)
    at(clock)

    assert rituals_run.start(deps, THE_8TH, KARIM, key="1").run_by == KARIM


def test_a_decision_in_its_thread_settles_the_item(deps: Deps, clock: FakeClock) -> None:
    (request,) = running(deps, clock)

    decisions.decide(deps, request.id, CLAIRE, some_terms(), key="d")

    sheet = rituals.sheet(deps, SYNC, THE_8TH.slot)
    assert [item.outcome for item in sheet.occurrence.items] == [Outcome.DECIDED]
    assert "run_update" in [post.kind for post in said(deps)]


def test_the_facilitator_proposes_and_the_decider_confirms(deps: Deps, clock: FakeClock) -> None:
    (request,) = running(deps, clock)

    proposed = rituals_run.propose(deps, THE_8TH, LEA, request.id, some_terms(), key="p")

    proposal = proposed.items[0].proposal
    assert proposal
    assert reading.sheet(deps, request.id).request.status is Status.ON_AGENDA
    asked = [post for post in said(deps) if post.kind == "proposal"]
    assert [(post.person, post.detail("proposal")) for post in asked] == [(CLAIRE, proposal.id)]
    with pytest.raises(errors.NotADecider):
        rituals_run.confirm(deps, THE_8TH, LEA, request.id, proposal.id, key="c0")
    decided = rituals_run.confirm(deps, THE_8TH, CLAIRE, request.id, proposal.id, key="c")
    assert decided.decision
    assert decided.decision.deciders == (CLAIRE,)
    assert rituals_run.close(deps, THE_8TH, LEA, key="close").decided == 1
    with pytest.raises((errors.ProposalGone, errors.WrongStage)):
        rituals_run.confirm(deps, THE_8TH, CLAIRE, request.id, proposal.id, key="c2")


def test_evidence_that_was_asked_for_aloud_is_confirmed_too(deps: Deps, clock: FakeClock) -> None:
    (request,) = running(deps, clock)
    proposed = rituals_run.propose(deps, THE_8TH, LEA, request.id, "Les chiffres", key="p")
    proposal = proposed.items[0].proposal
    assert proposal

    asked = rituals_run.confirm(deps, THE_8TH, CLAIRE, request.id, proposal.id, key="c")

    assert asked.status is Status.AWAITING_EVIDENCE
    sheet = rituals.sheet(deps, SYNC, THE_8TH.slot)
    assert sheet.occurrence.items[0].outcome is Outcome.EVIDENCE


def test_a_proposal_that_is_not_a_whole_decision_names_its_field(
    deps: Deps, clock: FakeClock
) -> None:
    (request,) = running(deps, clock)

    with pytest.raises(errors.MissingCounterpart):
        rituals_run.propose(deps, THE_8TH, LEA, request.id, some_terms(counterpart=""), key="p")


def test_two_deciders_are_both_asked(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=1))
    bet = on_agenda(deps, question=QuestionId("bet"))
    at(clock)
    rituals_run.start(deps, THE_8TH, LEA, key="start")
    said(deps)
    heard = some_terms(verdict=Verdict.ACCEPT)

    proposed = rituals_run.propose(deps, THE_8TH, LEA, bet.id, heard, key="p")

    proposal = proposed.items[0].proposal
    assert proposal
    assert {post.person for post in said(deps) if post.kind == "proposal"} == {CLAIRE, KARIM}
    answered = [
        rituals_run.confirm(deps, THE_8TH, decider, bet.id, proposal.id, key=decider).status
        for decider in (CLAIRE, KARIM)
    ]
    assert answered == [Status.ON_AGENDA, Status.DECIDED]


def test_closing_waits_for_every_outcome_and_counts_what_was_only_talk(
    deps: Deps, clock: FakeClock
) -> None:
    (request,) = running(deps, clock)

    with pytest.raises(errors.ItemsLeft):
        rituals_run.close(deps, THE_8TH, LEA, key="c1")
    with pytest.raises(errors.MissingReason):
        rituals_run.carry(deps, THE_8TH, LEA, request.id, " ", key="r1")
    rituals_run.carry(deps, THE_8TH, LEA, request.id, "Chiffres à venir", key="r2")
    said(deps)
    closed = rituals_run.close(deps, THE_8TH, LEA, key="c2")

    assert closed.is_only_discussion
    assert [post.kind for post in said(deps)] == ["agenda_update", "run_update", "minutes"]
    following = rituals.sheet(deps, SYNC, THE_22ND.slot)
    assert [(e.request.id, e.carried) for e in following.agenda.entries] == [(request.id, 1)]


def test_what_was_decided_before_the_start_is_settled_already(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=1))
    request = on_agenda(deps)
    at(clock)
    tick(deps)
    decisions.decide(deps, request.id, CLAIRE, some_terms(), key="d")

    started = rituals_run.start(deps, THE_8TH, LEA, key="start")

    assert started.items[0].outcome is Outcome.DECIDED


def test_no_reminder_comes_after_the_close(deps: Deps, clock: FakeClock) -> None:
    running(deps, clock, count=0)
    rituals_run.close(deps, THE_8TH, LEA, key="close")
    said(deps)

    at(clock, after=timedelta(hours=2))

    assert tick(deps) == []


# Arranging


def test_moving_changes_this_one_and_says_so(deps: Deps, clock: FakeClock) -> None:
    posted(deps)
    at(clock, timedelta(hours=20))
    tick(deps)

    moved = rituals_arrange.move(
        deps, THE_8TH, JOHN, (date(2026, 12, 10), time(15)), why="Salon", key="m"
    )

    assert moved.starts_at == datetime(2026, 12, 10, 14, tzinfo=UTC)
    assert keys(deps) == [
        "agenda_update:roadmap_sync:2026-12-08:v1",
        "ritual_line:roadmap_sync:2026-12-08:v1",
        f"facilitator:moved:roadmap_sync:2026-12-08:v1:{LEA}",
    ]
    coming = rituals.coming(deps, LEA)[0]
    assert (coming.occurrence.starts_at, coming.may_run) == (moved.starts_at, True)


def test_an_occurrence_moved_later_is_announced_for_its_new_time(
    deps: Deps, clock: FakeClock
) -> None:
    clock.at = STARTS - timedelta(days=3)
    tick(deps)
    to = (date(2026, 12, 17), time(10))
    rituals_arrange.move(deps, THE_8TH, LEA, to, why="", key="m")
    said(deps)
    at(clock)
    assert tick(deps) == []

    clock.at = STARTS + timedelta(days=8)

    assert tick(deps) == [
        "agenda:roadmap_sync:2026-12-08",
        f"facilitator:prepare:roadmap_sync:2026-12-08:2026-12-17:{LEA}",
    ]


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2026, 11, 20), errors.MovedIntoThePast),
        (date(2026, 12, 22), errors.DayTaken),
        (date(2027, 6, 1), errors.MovedTooFar),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    deps: Deps, day: date, refusal: type[errors.DomainError]
) -> None:
    with pytest.raises(refusal) as caught:
        rituals_arrange.move(deps, THE_8TH, LEA, (day, time(10)), why="", key="m")

    assert caught.value.field == "moved_to"


def test_cancelling_keeps_the_turn_and_the_agenda(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(days=7))
    request = on_agenda(deps)

    rituals_arrange.cancel(deps, THE_8TH, LEA, "Séminaire", key="c")

    following = rituals.coming(deps, LEA)[0]
    assert following.occurrence.slot == THE_22ND.slot
    assert following.facilitator == LEA
    sheet = rituals.sheet(deps, SYNC, THE_22ND.slot)
    assert [entry.request.id for entry in sheet.agenda.entries] == [request.id]
    said(deps)
    at(clock, timedelta(hours=24))
    assert tick(deps) == []


def test_somebody_else_this_time_leaves_the_order(deps: Deps) -> None:
    rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")

    assert [rituals.sheet(deps, SYNC, w.slot).facilitator for w in (THE_8TH, THE_22ND)] == [
        INES,
        JOHN,
    ]


def test_two_people_swap_their_turns(deps: Deps) -> None:
    rituals_arrange.hand_over(deps, THE_8TH, LEA, JOHN, is_swap=True, key="h")

    assert [rituals.sheet(deps, SYNC, w.slot).facilitator for w in (THE_8TH, THE_22ND)] == [
        JOHN,
        LEA,
    ]
    third = rituals.sheet(deps, SYNC, date(2027, 1, 5)).facilitator
    assert third == LEA  # the order is what it was


def test_who_takes_over_runs_it(deps: Deps, clock: FakeClock) -> None:
    (request,) = running(deps, clock)

    rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")

    with pytest.raises(errors.NotTheFacilitator):
        rituals_run.carry(deps, THE_8TH, LEA, request.id, "Temps", key="r1")
    rituals_run.carry(deps, THE_8TH, INES, request.id, "Temps", key="r2")


def test_somebody_who_will_be_away_cannot_stand_in(deps: Deps) -> None:
    away(deps, INES, STARTS - timedelta(days=1), 3)

    with pytest.raises(errors.CannotStandIn):
        rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")


def test_only_the_list_and_the_stewards_arrange(deps: Deps) -> None:
    with pytest.raises(errors.NotInTheRotation):
        rituals_arrange.cancel(deps, THE_8TH, HUGO, "Parce que", key="c")
    rituals_arrange.cancel(deps, THE_8TH, KARIM, "Séminaire", key="c")


def test_a_date_the_rule_does_not_give_is_no_occurrence(deps: Deps) -> None:
    for which in (
        Which(ritual=SYNC, slot=date(2026, 12, 9)),
        Which(ritual=RitualId("tea"), slot=THE_8TH.slot),
    ):
        with pytest.raises(errors.NoSuchOccurrence):
            rituals_run.start(deps, which, LEA, key="1")


def test_a_request_that_is_no_item_is_refused(deps: Deps, clock: FakeClock) -> None:
    running(deps, clock)

    with pytest.raises(errors.NotOnAgenda):
        rituals_run.carry(deps, THE_8TH, LEA, RequestId("other"), "?", key="r")
