from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.charter import Charter, Layer, Role, SeatKey, TieBreak
from bot.domain.ids import PersonId, QuestionId, RitualId, SquadId
from bot.domain.people import Absence, Presence
from bot.domain.routing import Desk, Route, Subject, route
from tests.builders import (
    AMINA,
    CHECKOUT,
    CLAIRE,
    HUGO,
    INES,
    JOHN,
    KARIM,
    LEA,
    NOW,
    ONBOARDING,
    THOMAS,
    a_charter,
    a_desk,
    with_seat,
)

CPO, CTO = SeatKey(role=Role.CPO), SeatKey(role=Role.CTO)
PM = SeatKey(role=Role.PM, squad=CHECKOUT)


def ask(question: str, by: PersonId = HUGO, *squads: SquadId, **more: object) -> Subject:
    subject = Subject(question=QuestionId(question), requester=by, squads=squads)
    return replace(subject, **more)  # type: ignore[arg-type]


def away(*people: PersonId) -> Presence:
    end = NOW + timedelta(days=3)
    return Presence(absences=tuple(Absence(person=p, start=NOW, end=end) for p in people))


def keys(found: Route) -> list[str]:
    return [reason.key for reason in found.reasons]


@pytest.mark.parametrize(
    ("question", "layer", "deciders"),
    [
        ("direction", Layer.VISION, (CLAIRE,)),
        ("bet", Layer.STRATEGY, (CLAIRE, KARIM)),
        ("constraint", Layer.STRATEGY, (CLAIRE, KARIM)),
        ("problem", Layer.ARBITRATION, (CLAIRE,)),
        ("architecture", Layer.ARBITRATION, (KARIM,)),
        ("debt", Layer.ARBITRATION, (KARIM,)),
        ("scope", Layer.EXECUTION, (LEA,)),
        ("delivery", Layer.EXECUTION, (THOMAS,)),
        ("first", Layer.ARBITRATION, (CLAIRE,)),
        ("cut", Layer.ARBITRATION, (CLAIRE,)),
        ("shift", Layer.ARBITRATION, (KARIM,)),
    ],
)
def test_each_question_has_its_decider(
    question: str, layer: Layer, deciders: tuple[PersonId, ...]
) -> None:
    found = route(ask(question, HUGO, CHECKOUT), a_desk())

    assert (found.layer, found.deciders) == (layer, deciders)


@pytest.mark.parametrize(
    ("question", "decider"),
    [("problem", LEA), ("first", LEA), ("cut", LEA), ("shift", LEA), ("debt", THOMAS)],
)
def test_a_small_request_of_one_squad_is_decided_in_proximity(
    question: str, decider: PersonId
) -> None:
    found = route(ask(question, HUGO, CHECKOUT, effort_days=5), a_desk())

    assert found.deciders == (decider,)
    assert found.layer is Layer.EXECUTION
    assert found.is_proximity
    assert keys(found) == ["proximity"]


@pytest.mark.parametrize(
    "subject",
    [
        ask("first", HUGO, CHECKOUT, effort_days=5.5),
        ask("first", HUGO, CHECKOUT),
        ask("first", HUGO, CHECKOUT, effort_days=2, moves_cycle=True),
        ask("first", HUGO, CHECKOUT, ONBOARDING, effort_days=2),
        ask("first", HUGO, effort_days=2),
    ],
)
def test_what_is_not_small_goes_to_the_cpo(subject: Subject) -> None:
    found = route(subject, a_desk())

    assert found.deciders == (CLAIRE,)
    assert not found.is_proximity


def test_an_execution_question_of_several_squads_goes_one_step_up() -> None:
    found = route(ask("scope", HUGO, CHECKOUT, ONBOARDING), a_desk())

    assert found.deciders == (CLAIRE,)
    assert "several_squads" in keys(found)


def test_a_pm_who_asks_in_proximity_decides_and_it_shows() -> None:
    found = route(ask("scope", LEA, CHECKOUT), a_desk())

    assert found.deciders == (LEA,)
    assert found.is_self_decided


def test_a_cpo_who_asks_an_arbitration_does_not_decide_it() -> None:
    found = route(ask("problem", CLAIRE), a_desk())

    assert found.deciders == (KARIM,)
    assert found.is_tie_break
    assert found.ritual == "roadmap_sync"


def test_the_co_mandate_holder_decides_alone_when_the_other_asks() -> None:
    found = route(ask("bet", CLAIRE), a_desk())

    assert found.deciders == (KARIM,)
    assert "co_mandate" in keys(found)
    assert not found.is_tie_break


def test_a_vision_asked_by_the_cpo_goes_to_the_leadership() -> None:
    found = route(ask("direction", CLAIRE), a_desk())

    assert found.deciders == (HUGO,)


def test_a_deputy_decides_for_somebody_absent() -> None:
    charter = with_seat(a_charter(), CPO, CLAIRE, INES)

    found = route(ask("problem"), a_desk(charter, presence=away(CLAIRE)))

    assert found.deciders == (INES,)
    assert found.mandates[0].on_behalf_of == CLAIRE
    assert "deputy" in keys(found)


def test_the_second_deputy_decides_when_the_first_one_asks() -> None:
    charter = with_seat(a_charter(), CPO, CLAIRE, INES, AMINA)

    found = route(ask("problem", INES), a_desk(charter, presence=away(CLAIRE)))

    assert found.deciders == (AMINA,)


def test_without_deputy_an_absent_pm_is_replaced_one_step_up() -> None:
    found = route(ask("scope", HUGO, CHECKOUT), a_desk(presence=away(LEA)))

    assert found.deciders == (CLAIRE,)
    assert "step_up" in keys(found)


def test_a_deactivated_decider_is_nobody() -> None:
    presence = Presence(barred=frozenset({CLAIRE}))

    found = route(ask("problem"), a_desk(presence=presence))

    assert found.deciders == (KARIM,)
    assert "nobody" in keys(found)


def test_when_everybody_is_away_the_stewards_find_someone() -> None:
    found = route(ask("problem"), a_desk(presence=away(CLAIRE, KARIM)))

    assert found.deciders == ()
    assert found.stewards == (LEA, KARIM)[:1]
    assert "stewards" in keys(found)


def test_one_person_in_both_seats_has_one_mandate_for_both() -> None:
    charter = with_seat(a_charter(), CTO, CLAIRE)

    found = route(ask("bet"), a_desk(charter))

    assert found.deciders == (CLAIRE,)
    assert set(found.mandates[0].seats) == {CPO, CTO}
    assert "holds_both" in keys(found)


def test_one_person_in_both_seats_never_decides_their_own_bet() -> None:
    charter = with_seat(a_charter(), CTO, CLAIRE)

    found = route(ask("bet", CLAIRE), a_desk(charter))

    assert found.deciders == ()
    assert found.stewards


def test_a_tie_break_seat_decides_instead_of_a_ritual() -> None:
    charter = a_charter(tie_break=TieBreak(seat=Role.LEADERSHIP))

    found = route(ask("problem", CLAIRE), a_desk(charter))

    assert found.deciders == (HUGO,)


def test_those_concerned_are_consulted_and_the_requester_is_not() -> None:
    found = route(ask("first", LEA, CHECKOUT, ONBOARDING), a_desk())

    assert found.consulted == (KARIM, JOHN)


def test_a_strategy_without_squads_consults_every_pm() -> None:
    assert route(ask("bet"), a_desk()).consulted == (LEA, JOHN)


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(KeyError):
        route(ask("lunch"), a_desk())


# Properties, over every charter that the checker lets pass: every rule has its seats held.

PEOPLE = [PersonId(f"U{n}") for n in range(7)]
people_lists = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)


@st.composite
def charters(draw: st.DrawFn) -> Charter:
    charter = a_charter()
    seats = tuple(replace(s, members=tuple(draw(people_lists))) for s in charter.seats)
    tie_break = draw(
        st.sampled_from(
            [
                TieBreak(ritual=RitualId("roadmap_sync")),
                TieBreak(seat=Role.LEADERSHIP),
                TieBreak(seat=Role.CPO),
            ]
        )
    )
    return replace(charter, seats=seats, tie_break=tie_break)


subjects = st.builds(
    Subject,
    question=st.sampled_from([rule.question for rule in a_charter().rules]),
    requester=st.sampled_from(PEOPLE),
    squads=st.lists(st.sampled_from([CHECKOUT, ONBOARDING]), unique=True).map(tuple),
    effort_days=st.none() | st.floats(0, 20),
    moves_cycle=st.booleans(),
)
presences = st.builds(
    lambda gone, barred: replace(away(*gone), barred=frozenset(barred)),
    st.lists(st.sampled_from(PEOPLE), unique=True),
    st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True),
)


@settings(max_examples=400)
@given(charters(), subjects, presences)
def test_every_request_gets_a_present_decider_or_the_stewards(
    charter: Charter, subject: Subject, presence: Presence
) -> None:
    desk = Desk(charter=charter, presence=presence, now=NOW)

    found = route(subject, desk)

    assert bool(found.mandates) != bool(found.stewards)
    assert all(presence.is_present(person, NOW) for person in found.deciders)
    assert len(set(found.deciders)) == len(found.deciders)
    assert found.reasons


@settings(max_examples=400)
@given(charters(), subjects, presences)
def test_above_execution_the_requester_never_decides(
    charter: Charter, subject: Subject, presence: Presence
) -> None:
    found = route(subject, Desk(charter=charter, presence=presence, now=NOW))

    if found.layer is not Layer.EXECUTION:
        assert subject.requester not in found.deciders
    assert found.is_self_decided == (subject.requester in found.deciders)
    assert not set(found.consulted) & {*found.deciders, subject.requester}


@given(charters(), subjects, presences)
def test_routing_is_deterministic(charter: Charter, subject: Subject, presence: Presence) -> None:
    desk = Desk(charter=charter, presence=presence, now=NOW)

    assert route(subject, desk) == route(subject, desk)
