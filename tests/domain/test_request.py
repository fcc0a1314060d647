from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain import errors, referral
from bot.domain.charter import Layer, Verdict
from bot.domain.deciding import decide, reopen, supersede
from bot.domain.decision import Terms
from bot.domain.events import EventKind, Status
from bot.domain.ids import PersonId, RitualId
from bot.domain.request import Request
from tests.builders import (
    AMINA,
    CLAIRE,
    EVERYBODY,
    HUGO,
    KARIM,
    LEA,
    NOW,
    TODAY,
    a_desk,
    a_request,
    a_route,
    some_terms,
)

TECH = frozenset({KARIM, AMINA})


def answer(request: Request, by: PersonId, terms: Terms | None = None) -> Request:
    tie_break = referral.break_tie(request.route, request.subject, a_desk())
    return decide(request, by, terms or some_terms(), at=NOW, today=TODAY, tie_break=tie_break)


def test_a_decider_decides() -> None:
    decided = answer(a_request(), CLAIRE)

    assert decided.status is Status.DECIDED
    assert decided.decision
    assert decided.decision.deciders == (CLAIRE,)
    assert decided.pending[-1].kind is EventKind.DECIDED
    assert decided.due_at is None


def test_somebody_without_the_mandate_learns_who_has_it() -> None:
    with pytest.raises(errors.NotADecider) as caught:
        answer(a_request(), LEA)

    assert caught.value.values == {"deciders": CLAIRE}


def test_the_requester_does_not_decide_above_execution_even_when_listed() -> None:
    with pytest.raises(errors.NotADecider):
        answer(a_request(route=a_route(HUGO)), HUGO)


def test_a_proximity_decision_of_the_requester_shows() -> None:
    request = a_request(route=a_route(HUGO, layer=Layer.EXECUTION))

    decided = answer(request, HUGO)

    assert decided.decision
    assert decided.decision.is_self_decided


def test_a_second_decision_is_refused() -> None:
    with pytest.raises(errors.AlreadyDecided):
        answer(answer(a_request(), CLAIRE), CLAIRE)


def test_two_deciders_who_agree_make_one_decision() -> None:
    request = a_request(route=a_route(CLAIRE, KARIM))

    first = answer(request, CLAIRE)
    both = answer(first, KARIM, some_terms(rationale="Moi aussi.", counterpart="Rien d’autre."))

    assert first.status is Status.OPEN
    assert first.awaited == (KARIM,)
    assert both.status is Status.DECIDED
    assert both.decision
    assert both.decision.deciders == (CLAIRE, KARIM)


def test_a_decider_answers_once() -> None:
    first = answer(a_request(route=a_route(CLAIRE, KARIM)), CLAIRE)

    with pytest.raises(errors.AlreadyAnswered):
        answer(first, CLAIRE)


def test_two_deciders_who_disagree_meet_at_the_roadmap_sync() -> None:
    first = answer(a_request(route=a_route(CLAIRE, KARIM)), CLAIRE)

    split = answer(first, KARIM, some_terms(verdict=Verdict.REFUSE, option=None))

    assert split.status is Status.ON_AGENDA
    assert split.route.ritual == "roadmap_sync"
    assert [position.by for position in split.splits[0]] == [CLAIRE, KARIM]
    assert answer(answer(split, CLAIRE), KARIM).status is Status.DECIDED


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"rationale": "  "}, errors.MissingRationale, "rationale"),
        ({"counterpart": ""}, errors.MissingCounterpart, "counterpart"),
        ({"option": 7}, errors.UnknownOption, "option"),
        ({"verdict": Verdict.SHIFT}, errors.WrongVerdict, "verdict"),
        ({"due_on": TODAY - timedelta(days=1)}, errors.DateInThePast, "due_on"),
        ({"review_on": TODAY - timedelta(days=1)}, errors.DateInThePast, "review_on"),
        (
            {"verdict": Verdict.ACCEPT, "counterpart": ""},
            errors.MissingCounterpart,
            "counterpart",
        ),
    ],
)
def test_a_decision_is_whole_or_says_what_is_missing(
    changes: dict[str, object], error: type[errors.DomainError], field: str
) -> None:
    with pytest.raises(error) as caught:
        answer(a_request(), CLAIRE, replace(some_terms(), **changes))  # type: ignore[arg-type]

    assert caught.value.field == field


def test_a_shift_says_to_which_date() -> None:
    request = a_request(asked_verdict=Verdict.SHIFT)

    with pytest.raises(errors.MissingShiftDate):
        answer(request, CLAIRE, some_terms(verdict=Verdict.SHIFT))


def test_a_refusal_needs_no_counterpart() -> None:
    decided = answer(a_request(), CLAIRE, some_terms(verdict=Verdict.REFUSE, counterpart=""))

    assert decided.decision
    assert decided.decision.is_committed


def test_a_cost_that_nobody_confirmed_is_not_a_commitment() -> None:
    loose = answer(a_request(), CLAIRE)
    sure = answer(a_request().confirm_cost(KARIM, 0, tech_people=TECH, at=NOW), CLAIRE)

    assert loose.decision and not loose.decision.is_committed
    assert sure.decision and sure.decision.is_committed
    assert sure.decision.cost_confirmed_by == KARIM


def test_only_a_tech_seat_confirms_a_cost() -> None:
    with pytest.raises(errors.NotATechSeat):
        a_request().confirm_cost(LEA, 0, tech_people=TECH, at=NOW)


def test_only_the_consulted_object() -> None:
    assert a_request().object(LEA, "Deux semaines de retard", at=NOW).objections[0].by == LEA
    with pytest.raises(errors.NotConsulted):
        a_request().object(AMINA, "Non", at=NOW)


def test_evidence_pauses_the_clock_and_starts_it_again() -> None:
    asked = a_request().ask_evidence(CLAIRE, "Quels comptes ?", at=NOW)
    given = asked.give_evidence(HUGO, "Douze", at=NOW + timedelta(hours=2))

    assert asked.status is Status.AWAITING_EVIDENCE
    assert asked.due_at is None
    assert given.status is Status.OPEN
    assert given.pauses[0].end == NOW + timedelta(hours=2)
    assert given.content.evidence == "Douze"


def test_only_the_ritual_of_the_question_takes_it() -> None:
    request = a_request(route=a_route(ritual=RitualId("roadmap_sync")))

    assert request.send_to_ritual(CLAIRE, RitualId("roadmap_sync"), at=NOW).status is (
        Status.ON_AGENDA
    )
    with pytest.raises(errors.WrongRitual):
        request.send_to_ritual(CLAIRE, RitualId("tech_council"), at=NOW)


def test_a_reopened_decision_is_kept() -> None:
    decided = answer(a_request(), CLAIRE)

    opened = reopen(decided, HUGO, "Le client est parti", route=a_route(), at=NOW)

    assert opened.status is Status.OPEN
    assert opened.past_decisions == (decided.decision,)
    assert opened.pending[-1].detail("to") == CLAIRE  # its line names who decides now


def test_a_stranger_does_not_reopen() -> None:
    with pytest.raises(errors.NotConcerned):
        reopen(answer(a_request(), CLAIRE), AMINA, "Parce que", route=a_route(), at=NOW)


def test_a_decision_is_superseded_by_its_decider_only() -> None:
    decided = answer(a_request(), CLAIRE)

    assert supersede(decided, CLAIRE, 9, at=NOW).superseded_by == 9
    with pytest.raises(errors.CannotSupersede):
        supersede(decided, HUGO, 9, at=NOW)


ALLOWED = {
    EventKind.EVIDENCE_ASKED: {Status.OPEN, Status.ON_AGENDA},
    EventKind.EVIDENCE_GIVEN: {Status.OPEN, Status.ON_AGENDA, Status.AWAITING_EVIDENCE},
    EventKind.RESUMED: {Status.AWAITING_EVIDENCE},
    EventKind.SENT_TO_RITUAL: {Status.OPEN},
    EventKind.BACK_FROM_RITUAL: {Status.ON_AGENDA},
    EventKind.DECIDED: {Status.OPEN, Status.ON_AGENDA},
    EventKind.WITHDRAWN: {Status.OPEN, Status.ON_AGENDA, Status.AWAITING_EVIDENCE},
    EventKind.REOPENED: {Status.DECIDED},
    EventKind.SUPERSEDED: {Status.DECIDED},
}
"""A model of the states, written apart from the code: governance §5."""

anybody = st.sampled_from(EVERYBODY)


class Lives(RuleBasedStateMachine):
    """Drives random moves, legal and not, by anybody; the model says which must pass."""

    def __init__(self) -> None:
        super().__init__()
        self.request = a_request(route=a_route(ritual=RitualId("roadmap_sync")))
        self.at = NOW

    def attempt(self, kind: EventKind, moved: object, *, may: bool) -> None:
        legal = may and self.request.status in ALLOWED[kind]
        before = self.request
        self.at += timedelta(minutes=1)
        try:
            self.request = moved()  # type: ignore[operator]
        except errors.DomainError:
            assert not legal, f"{kind} was refused in {before.status}"
            assert self.request is before
        else:
            assert legal, f"{kind} passed in {before.status}"
            assert self.request.pending[-1].kind is kind
            assert self.request.pending[-1].from_status is before.status

    @rule(by=anybody)
    def ask(self, by: PersonId) -> None:
        self.attempt(
            EventKind.EVIDENCE_ASKED,
            lambda: self.request.ask_evidence(by, "Quoi ?", at=self.at),
            may=by == CLAIRE,
        )

    @rule(by=anybody)
    def give(self, by: PersonId) -> None:
        self.attempt(
            EventKind.EVIDENCE_GIVEN,
            lambda: self.request.give_evidence(by, "Ceci", at=self.at),
            may=by == HUGO,
        )

    @rule(by=anybody)
    def resume(self, by: PersonId) -> None:
        self.attempt(
            EventKind.RESUMED, lambda: self.request.resume(by, at=self.at), may=by == CLAIRE
        )

    @rule(by=anybody)
    def schedule(self, by: PersonId) -> None:
        self.attempt(
            EventKind.SENT_TO_RITUAL,
            lambda: self.request.send_to_ritual(by, RitualId("roadmap_sync"), at=self.at),
            may=by == CLAIRE,
        )

    @rule(by=anybody)
    def unschedule(self, by: PersonId) -> None:
        self.attempt(
            EventKind.BACK_FROM_RITUAL,
            lambda: self.request.take_off_agenda(by, at=self.at),
            may=by == CLAIRE,
        )

    @rule(by=anybody)
    def decide(self, by: PersonId) -> None:
        self.attempt(EventKind.DECIDED, lambda: answer(self.request, by), may=by == CLAIRE)

    @rule(by=anybody)
    def withdraw(self, by: PersonId) -> None:
        self.attempt(
            EventKind.WITHDRAWN,
            lambda: self.request.withdraw(by, "", at=self.at),
            may=by == HUGO,
        )

    @rule(by=anybody)
    def reopen(self, by: PersonId) -> None:
        self.attempt(
            EventKind.REOPENED,
            lambda: reopen(self.request, by, "Nouveau", route=self.request.route, at=self.at),
            may=by in {HUGO, CLAIRE, KARIM, LEA},
        )

    @precondition(lambda self: len(self.request.past_decisions) > 1)
    @rule(by=anybody)
    def supersede(self, by: PersonId) -> None:
        self.attempt(
            EventKind.SUPERSEDED,
            lambda: supersede(self.request, by, 99, at=self.at),
            may=by == CLAIRE,
        )

    @invariant()
    def the_history_has_no_hole(self) -> None:
        seqs = [event.seq for event in self.request.pending]
        assert seqs == list(range(2, 2 + len(seqs)))
        assert self.request.event_count == 1 + len(seqs)

    @invariant()
    def a_decision_is_there_exactly_when_it_is_said(self) -> None:
        has_decision = self.request.decision is not None
        assert has_decision == (self.request.status in {Status.DECIDED, Status.SUPERSEDED})

    @invariant()
    def a_pause_runs_exactly_while_evidence_is_awaited(self) -> None:
        running = [pause for pause in self.request.pauses if pause.end is None]
        assert bool(running) == (self.request.status is Status.AWAITING_EVIDENCE)


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=30)


YES, NO = some_terms(), some_terms(verdict=Verdict.REFUSE, option=None)


class Pairs(RuleBasedStateMachine):
    """Two deciders who must agree, mandates that move, voices that join; legal or not."""

    def __init__(self) -> None:
        super().__init__()
        self.request = a_request(route=a_route(CLAIRE, KARIM))
        self.given: dict[PersonId, Terms] = {}
        self.objections = 0

    @property
    def is_open(self) -> bool:
        return self.request.status in {Status.OPEN, Status.ON_AGENDA}

    @rule(by=anybody, terms=st.sampled_from([YES, NO]))
    def answer(self, by: PersonId, terms: Terms) -> None:
        deciders = self.request.route.deciders
        may = by in deciders and by not in self.given and self.is_open
        try:
            self.request = answer(self.request, by, terms)
        except errors.DomainError:
            assert not may
            return
        assert may
        self.given[by] = terms
        if set(self.given) != set(deciders):
            assert self.request.awaited != ()
            return
        agree = len({found.verdict for found in self.given.values()}) == 1
        assert self.request.status is (Status.DECIDED if agree else Status.ON_AGENDA)
        self.given = {}

    @rule(by=anybody, to=anybody)
    def delegate(self, by: PersonId, to: PersonId) -> None:
        may = by in self.request.route.deciders and self.is_open
        fits = to not in {HUGO, *self.request.route.deciders}
        try:
            route = referral.delegate(self.request.route, by, to, self.request.subject, a_desk())
            moved = self.request.rerouted(EventKind.DELEGATED, route, by=by, at=NOW, to=to)
        except errors.DomainError:
            assert not (may and fits)
            return
        assert may
        assert fits
        self.request, self.given = moved, {}

    @rule(by=anybody)
    def object(self, by: PersonId) -> None:
        may = by in self.request.route.consulted and self.request.is_open
        try:
            self.request = self.request.object(by, "Un impact", at=NOW)
        except errors.DomainError:
            assert not may
            return
        assert may
        self.objections += 1

    @rule(by=anybody)
    def reopen(self, by: PersonId) -> None:
        decided = self.request.decision
        concerned = self.request.people | set(decided.deciders if decided else ())
        may = self.request.status is Status.DECIDED and by in concerned
        try:
            self.request = reopen(self.request, by, "Nouveau", route=a_route(CLAIRE, KARIM), at=NOW)
        except errors.DomainError:
            assert not may
            return
        assert may
        self.given = {}

    @invariant()
    def positions_are_those_given(self) -> None:
        assert {p.by for p in self.request.positions} == set(self.given)

    @invariant()
    def the_requester_never_decided(self) -> None:
        decision = self.request.decision
        assert decision is None or HUGO not in decision.deciders

    @invariant()
    def no_voice_is_lost(self) -> None:
        assert len(self.request.objections) == self.objections


TestPairs = Pairs.TestCase
TestPairs.settings = settings(max_examples=60, stateful_step_count=30)
