from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain import errors, rituals_errors
from bot.domain.charter import Ritual
from bot.domain.deciding import decide, reopen
from bot.domain.events import Status
from bot.domain.hosts import Hosts
from bot.domain.ids import PersonId, RequestId, RitualId
from bot.domain.people import Absence, Presence
from bot.domain.request import Request
from bot.domain.rituals import Item, Occurrence, Outcome, Proposal, Stage
from bot.domain.rituals_plan import Change, Past, between, by_slot, turn_in
from tests.builders import (
    CLAIRE,
    HUGO,
    JOHN,
    LEA,
    NOW,
    TODAY,
    a_charter,
    a_request,
    a_route,
    some_terms,
)

CHARTER = a_charter()
SYNC = RitualId("roadmap_sync")
COUNCIL = RitualId("tech_council")


LATER = NOW + timedelta(hours=1)
"""A Roadmap Sync starts at NOW."""


def ritual(name: RitualId = SYNC) -> Ritual:
    found = CHARTER.ritual(name)
    assert found
    return found


def an_occurrence(**changes: Any) -> Occurrence:
    """The Roadmap Sync of Tuesday 8 December 2026, ten o'clock in Paris."""
    occurrence = Occurrence(
        ritual=SYNC,
        slot=date(2026, 12, 8),
        index=24,
        starts_at=datetime(2026, 12, 8, 9, tzinfo=UTC),
        duration=timedelta(hours=1),
    )
    return replace(occurrence, **changes)


def sent(number: int = 1, *, ritual: RitualId = SYNC, **changes: Any) -> Request:
    """A request on the agenda."""
    request = a_request(number=number, id=RequestId(f"r{number}"), status=Status.ON_AGENDA)
    return replace(request, **({"route": a_route(ritual=ritual)} | changes))


# The plan


def plan(known: tuple[Occurrence, ...] = (), days: int = 60) -> list[tuple[date, date]]:
    found = between(ritual(), CHARTER.calendar, known, LATER, NOW + timedelta(days=days))
    return [(o.slot, o.starts_at.date()) for o in found]


def test_the_rule_gives_the_slots_and_holidays_move_them() -> None:
    held = between(ritual(), CHARTER.calendar, (), LATER, NOW + timedelta(days=150))

    assert [o.slot for o in held][:3] == [date(2026, 12, 8), date(2026, 12, 22), date(2027, 1, 5)]
    local = [o.starts_at.astimezone(UTC).hour for o in held]
    assert set(local) == {9, 8}  # ten o'clock in Paris, in winter and in summer


def test_a_move_changes_one_occurrence_and_not_the_rule() -> None:
    moved = an_occurrence(starts_at=datetime(2026, 12, 11, 9, tzinfo=UTC), is_moved=True)

    assert plan((moved,))[:2] == [
        (date(2026, 12, 8), date(2026, 12, 11)),
        (date(2026, 12, 22), date(2026, 12, 22)),
    ]


def test_what_somebody_touched_without_moving_follows_a_new_rule() -> None:
    touched = an_occurrence(stand_in=HUGO, starts_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert plan((touched,))[0] == (date(2026, 12, 8), date(2026, 12, 8))


def test_a_date_the_rule_no_longer_gives_is_not_held_unless_it_was_moved() -> None:
    gone = an_occurrence(slot=date(2026, 12, 9), stand_in=HUGO)
    moved = replace(gone, is_moved=True, starts_at=datetime(2026, 12, 10, 9, tzinfo=UTC))

    assert date(2026, 12, 9) not in [slot for slot, _ in plan((gone,))]
    assert (date(2026, 12, 9), date(2026, 12, 10)) in plan((moved,))


def test_an_occurrence_is_found_by_its_slot() -> None:
    found = by_slot(ritual(), CHARTER.calendar, None, date(2026, 12, 8))

    assert found == an_occurrence()
    assert by_slot(ritual(), CHARTER.calendar, None, date(2026, 12, 9)) is None


def turn(
    slot: date, presence: Presence | None = None, changed: Change | None = None
) -> PersonId | None:
    """Whose turn `slot` is, after a change of the occurrence of 8 December."""
    changes = {date(2026, 12, 8): changed} if changed else {}
    past = Past(changes=changes, kept={}, presence=presence or Presence(), now=NOW)
    return turn_in(ritual(), CHARTER.calendar, past, slot).facilitator


def test_the_facilitator_follows_from_the_past() -> None:
    # Slots 24 and 25 of two people.
    assert turn(date(2026, 12, 8)) == LEA
    assert turn(date(2026, 12, 22)) == JOHN


def test_a_facilitator_who_is_away_is_skipped_and_has_the_next_turn() -> None:
    away = Absence(
        person=LEA,
        start=datetime(2026, 12, 7, tzinfo=UTC),
        end=datetime(2026, 12, 9, tzinfo=UTC),
    )
    presence = Presence(absences=(away,))

    assert turn(date(2026, 12, 8), presence) == JOHN
    assert turn(date(2026, 12, 22), presence) == LEA
    # Then the order is what it was.
    assert turn(date(2027, 1, 5), presence) == LEA
    assert turn(date(2027, 1, 19), presence) == JOHN


def test_a_cancelled_occurrence_leaves_the_turn() -> None:
    assert turn(date(2026, 12, 22), changed=Change(is_cancelled=True)) == LEA


def test_presence_is_looked_at_when_a_moved_occurrence_is_held() -> None:
    away = Absence(
        person=LEA, start=datetime(2026, 12, 10, tzinfo=UTC), end=datetime(2026, 12, 12, tzinfo=UTC)
    )
    moved = Change(starts_at=datetime(2026, 12, 11, 9, tzinfo=UTC))

    assert turn(date(2026, 12, 8), Presence(absences=(away,))) == LEA
    assert turn(date(2026, 12, 8), Presence(absences=(away,)), moved) == JOHN


# Moving and cancelling


def test_an_occurrence_moves_to_a_time_to_come() -> None:
    to = datetime(2026, 12, 10, 9, tzinfo=UTC)

    moved = an_occurrence().move(to, why="Salon", at=NOW, taken=(), day=to.date())

    assert (moved.starts_at, moved.slot, moved.is_moved) == (to, date(2026, 12, 8), True)


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (NOW, rituals_errors.MovedIntoThePast),
        (datetime(2026, 12, 22, 15, tzinfo=UTC), rituals_errors.DayTaken),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), rituals_errors.MovedTooFar),
    ],
)
def test_a_move_that_cannot_be_is_refused(to: datetime, refusal: type[Exception]) -> None:
    taken = (date(2026, 12, 22),)

    with pytest.raises(refusal):
        an_occurrence().move(to, why="", at=NOW, taken=taken, day=to.date())


def test_a_cancellation_says_why_and_happens_before_the_start() -> None:
    assert an_occurrence().cancel("Séminaire").stage is Stage.CANCELLED
    with pytest.raises(errors.MissingReason):
        an_occurrence().cancel(" ")
    with pytest.raises(rituals_errors.WrongStage):
        an_occurrence(stage=Stage.RUNNING).cancel("Séminaire")


# Running


def running(*requests: Request) -> Occurrence:
    items = tuple(Item(request=r.id, number=r.number) for r in requests)
    planned = an_occurrence()
    return planned.freeze(items, (), at=planned.starts_at).start(LEA, at=planned.starts_at)


def test_a_frozen_agenda_stays_as_it_is() -> None:
    frozen = running(sent(1))

    assert frozen.freeze((), (), at=NOW) == frozen
    assert frozen.start(JOHN, at=NOW) == frozen


def test_an_occurrence_is_not_started_days_before() -> None:
    with pytest.raises(rituals_errors.TooEarly):
        an_occurrence().start(LEA, at=NOW)


def test_closing_is_refused_while_an_item_has_no_outcome() -> None:
    occurrence = running(sent(1), sent(2)).carry(LEA, RequestId("r1"), "Il manque les chiffres")

    with pytest.raises(rituals_errors.ItemsLeft) as caught:
        occurrence.close(at=NOW)

    assert caught.value.values == {"items": "ARB-2"}
    closed = occurrence.carry(LEA, RequestId("r2"), "Temps").close(at=NOW)
    assert closed.is_only_discussion


def decided(request: Request) -> Request:
    return decide(request, CLAIRE, some_terms(), at=NOW, today=TODAY, tie_break=request.route)


def test_the_outcome_of_an_item_is_what_became_of_its_request() -> None:
    request = sent(1)
    occurrence = running(request)

    def outcome(of: Request) -> Outcome | None:
        return occurrence.follow(of).items[0].outcome

    assert outcome(request) is None
    assert outcome(decided(request)) is Outcome.DECIDED
    assert outcome(request.ask_evidence(CLAIRE, "?", at=NOW)) is Outcome.EVIDENCE
    assert outcome(request.withdraw(HUGO, "", at=NOW)) is Outcome.WITHDRAWN
    assert outcome(request.take_off_agenda(CLAIRE, at=NOW)) is Outcome.RETURNED
    assert occurrence.follow(decided(request)).close(at=NOW).decided == 1


def test_a_decision_reopened_during_the_meeting_is_to_be_settled_again() -> None:
    request = sent(1)
    followed = running(request).follow(decided(request))

    reopened = followed.follow(
        reopen(decided(request), HUGO, "Erreur", route=request.route, at=NOW)
    )

    assert [item.reference for item in reopened.left] == ["ARB-1"]


def test_evidence_given_during_the_meeting_does_not_undo_its_outcome() -> None:
    asked = sent(1).ask_evidence(CLAIRE, "?", at=NOW)
    followed = running(sent(1)).follow(asked)

    given = followed.follow(asked.give_evidence(HUGO, "Ceci", at=NOW))

    assert given.items[0].outcome is Outcome.EVIDENCE


def test_a_proposal_waits_for_its_decider_and_the_last_one_counts() -> None:
    first = Proposal(id="p1", by=LEA, at=NOW, terms=some_terms())
    occurrence = running(sent(1)).propose(RequestId("r1"), first)
    again = occurrence.propose(RequestId("r1"), replace(first, id="p2"))

    assert occurrence.left
    assert again.proposal(RequestId("r1"), "p2").id == "p2"
    with pytest.raises(rituals_errors.ProposalGone):
        again.proposal(RequestId("r1"), "p1")
    settled = again.follow(decided(sent(1)))
    with pytest.raises(rituals_errors.ProposalGone):
        settled.proposal(RequestId("r1"), "p2")
    with pytest.raises(rituals_errors.ItemSettled):
        settled.propose(RequestId("r1"), first)


def test_what_is_carried_over_can_still_be_settled() -> None:
    carried = running(sent(1)).carry(LEA, RequestId("r1"), "Plus tard")

    assert carried.carry(LEA, RequestId("r1"), "Autre raison").items[0].why == "Autre raison"
    assert carried.follow(decided(sent(1))).items[0].outcome is Outcome.DECIDED
    with pytest.raises(rituals_errors.NotOnAgenda):
        carried.carry(LEA, RequestId("r9"), "?")


def test_handing_over_also_works_while_it_runs() -> None:
    assert an_occurrence().hand_to(HUGO).stand_in == HUGO
    assert running(sent(1)).hand_to(HUGO).run_by == HUGO


def test_who_may_run_and_arrange() -> None:
    hosts = Hosts(facilitator=LEA, hands=frozenset({LEA, JOHN}))
    nobody = Hosts(facilitator=None, hands=frozenset({LEA, JOHN}))

    hosts.require_run(LEA)
    hosts.require_arrange(JOHN)
    nobody.require_run(JOHN)
    with pytest.raises(rituals_errors.NotTheFacilitator) as caught:
        hosts.require_run(JOHN)
    assert caught.value.values == {"facilitators": LEA}
    with pytest.raises(rituals_errors.NotInTheRotation):
        hosts.require_arrange(HUGO)
