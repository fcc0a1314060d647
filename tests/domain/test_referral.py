import pytest

from bot.domain.charter import Layer, Role, TieBreak
from bot.domain.errors import CannotDelegate, NothingAbove, NothingBelow
from bot.domain.ids import PersonId
from bot.domain.people import Presence
from bot.domain.referral import break_tie, delegate, hand_down, refer_up
from bot.domain.routing import route
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    HUGO,
    INES,
    KARIM,
    LEA,
    ONBOARDING,
    a_charter,
    a_desk,
)
from tests.domain.test_routing import ask

SMALL = ask("first", HUGO, CHECKOUT, effort_days=3)
LARGE = ask("first", HUGO, CHECKOUT, effort_days=30)


def test_a_proximity_request_is_referred_to_the_decider_of_its_rule() -> None:
    found = refer_up(route(SMALL, a_desk()), LEA, SMALL, a_desk())

    assert found.deciders == (CLAIRE,)
    assert found.layer is Layer.ARBITRATION
    assert not found.is_proximity


def test_the_cpo_refers_up_to_the_tie_break() -> None:
    found = refer_up(route(LARGE, a_desk()), CLAIRE, LARGE, a_desk())

    assert found.deciders == (KARIM,)
    assert found.is_tie_break


def test_nothing_stands_above_the_tie_break() -> None:
    top = refer_up(route(LARGE, a_desk()), CLAIRE, LARGE, a_desk())

    with pytest.raises(NothingAbove):
        refer_up(top, KARIM, LARGE, a_desk())


def test_the_cpo_hands_a_request_of_one_squad_down_to_its_pm() -> None:
    found = hand_down(CLAIRE, LARGE, a_desk())

    assert found.deciders == (LEA,)
    assert found.layer is Layer.EXECUTION


def test_a_request_of_two_squads_is_not_handed_down() -> None:
    with pytest.raises(NothingBelow):
        hand_down(CLAIRE, ask("first", HUGO, CHECKOUT, ONBOARDING), a_desk())


def test_a_decider_delegates_to_somebody_who_decides_for_them() -> None:
    found = delegate(route(LARGE, a_desk()), CLAIRE, INES, LARGE, a_desk())

    assert found.deciders == (INES,)
    assert found.mandates[0].on_behalf_of == CLAIRE


@pytest.mark.parametrize(
    ("by", "to", "why"),
    [(CLAIRE, HUGO, "requester"), (CLAIRE, CLAIRE, "decider")],
)
def test_some_may_not_receive_a_decision(by: PersonId, to: PersonId, why: str) -> None:
    with pytest.raises(CannotDelegate) as caught:
        delegate(route(LARGE, a_desk()), by, to, LARGE, a_desk())

    assert caught.value.values["why"] == why


def test_delegation_never_goes_up() -> None:
    scope = ask("scope", HUGO, CHECKOUT)

    with pytest.raises(CannotDelegate) as caught:
        delegate(route(scope, a_desk()), LEA, CLAIRE, scope, a_desk())

    assert caught.value.values["why"] == "above"


def test_a_barred_person_receives_nothing() -> None:
    desk = a_desk(presence=Presence(barred=frozenset({INES})))

    with pytest.raises(CannotDelegate):
        delegate(route(LARGE, desk), CLAIRE, INES, LARGE, desk)


def test_a_split_keeps_both_deciders_for_the_ritual() -> None:
    bet = ask("bet")
    found = break_tie(route(bet, a_desk()), bet, a_desk())

    assert found.deciders == (CLAIRE, KARIM)
    assert found.ritual == "roadmap_sync"


def test_a_split_goes_to_the_seat_that_breaks_ties() -> None:
    bet = ask("bet", INES)
    desk = a_desk(a_charter(tie_break=TieBreak(seat=Role.LEADERSHIP)))

    assert break_tie(route(bet, desk), bet, desk).deciders == (HUGO,)
