"""Running an occurrence, on both databases."""

from datetime import timedelta

import pytest

from bot.domain import errors, rituals_errors
from bot.domain.charter import Verdict
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId
from bot.domain.rituals import Outcome, Stage
from bot.services import (
    decisions,
    reading,
    rituals,
    rituals_run,
)
from bot.services.deps import Deps
from tests.builders import (
    CLAIRE,
    HUGO,
    JOHN,
    KARIM,
    LEA,
    FakeClock,
    some_terms,
)
from tests.services.outbox import filed
from tests.services.rituals.meetings import (
    STARTS,
    SYNC,
    THE_8TH,
    THE_22ND,
    at,
    away,
    keys,
    on_agenda,
    running,
    said,
    tick,
)


def test_starting_says_it_once_in_order(deps: Deps, clock: FakeClock) -> None:
    at(clock)

    first, again, other = (
        rituals_run.start(deps, THE_8TH, LEA, key=key) for key in ("click:1", "click:1", "click:2")
    )

    assert first == again == other
    assert (first.stage, first.run_by) == (Stage.RUNNING, LEA)
    assert keys(deps) == [
        "agenda:roadmap_sync:2026-12-08:opening",
        "agenda_update:roadmap_sync:2026-12-08:started",
        "run:roadmap_sync:2026-12-08",
    ]


@pytest.mark.parametrize("person", [JOHN, HUGO, CLAIRE])
def test_only_the_facilitator_starts(deps: Deps, clock: FakeClock, person: PersonId) -> None:
    at(clock)

    with pytest.raises(rituals_errors.NotTheFacilitator) as caught:
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
        rituals_run.heard(deps, THE_8TH, HUGO, request.id, proposal.id)
    with pytest.raises(errors.NotADecider):
        rituals_run.confirm(deps, THE_8TH, LEA, request.id, proposal.id, key="c0")
    decided, again = (
        rituals_run.confirm(deps, THE_8TH, CLAIRE, request.id, proposal.id, key="c")
        for _ in range(2)
    )
    assert again == decided
    assert decided.decision
    assert decided.decision.deciders == (CLAIRE,)
    assert rituals_run.close(deps, THE_8TH, LEA, key="close").decided == 1
    with pytest.raises((rituals_errors.ProposalGone, rituals_errors.WrongStage)):
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


def test_what_was_heard_says_what_becomes_of_a_strategy_so_that_one_click_confirms_it(
    deps: Deps, clock: FakeClock
) -> None:
    bet = filed(deps, "view:bet", question=QuestionId("bet"))
    accepted = some_terms(verdict=Verdict.ACCEPT)
    for number, decider in enumerate((CLAIRE, KARIM)):
        decisions.decide(deps, bet.id, decider, accepted, key=f"d{number}")
    (request,) = running(deps, clock)

    with pytest.raises(errors.MustSupersede):
        rituals_run.propose(deps, THE_8TH, LEA, request.id, some_terms(), key="p")
    heard = some_terms(supersedes=decisions.COMPATIBLE)
    proposed = rituals_run.propose(deps, THE_8TH, LEA, request.id, heard, key="p")

    proposal = proposed.items[0].proposal
    assert proposal
    decided = rituals_run.confirm(deps, THE_8TH, CLAIRE, request.id, proposal.id, key="c")
    assert decided.status is Status.DECIDED


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

    with pytest.raises(rituals_errors.ItemsLeft):
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
