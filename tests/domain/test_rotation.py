from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId
from bot.domain.rotation import Turn, facilitator, facilitators
from tests.builders import AMINA, CLAIRE, HUGO, JOHN, LEA

LIST = (LEA, JOHN, AMINA)


def turns(*away: Sequence[PersonId]) -> list[Turn]:
    return [Turn(away=frozenset(people)) for people in away]


def test_everybody_takes_their_turn() -> None:
    assert facilitators(LIST, turns((), (), (), ())) == (LEA, JOHN, AMINA, LEA)


def test_somebody_absent_is_skipped_and_keeps_the_turn() -> None:
    assert facilitators(LIST, turns((LEA,), (), (), (), ())) == (JOHN, LEA, AMINA, LEA, JOHN)


def test_a_long_absence_keeps_one_turn_not_all() -> None:
    away = [(LEA,)] * 4

    assert facilitators(LIST, turns(*away, (), (), ())) == (
        JOHN,
        AMINA,
        JOHN,
        AMINA,
        LEA,
        LEA,
        JOHN,
    )


def test_two_absent_come_back_in_their_order() -> None:
    found = facilitators(LIST, turns((LEA, JOHN), (LEA,), (), ()))

    assert found == (AMINA, JOHN, LEA, LEA)


def test_somebody_else_this_time_leaves_the_order_as_it_is() -> None:
    asked = [Turn(), Turn(stand_in=HUGO), Turn(), Turn()]

    assert facilitators(LIST, asked) == (LEA, HUGO, AMINA, LEA)


def test_two_people_swap() -> None:
    swapped = [Turn(stand_in=JOHN), Turn(stand_in=LEA), Turn()]

    assert facilitators(LIST, swapped) == (JOHN, LEA, AMINA)


def test_a_stand_in_who_is_away_is_not_counted_on() -> None:
    assert facilitators(LIST, [Turn(stand_in=HUGO, away=frozenset({HUGO}))]) == (LEA,)


def test_a_cancelled_occurrence_costs_nobody_their_turn() -> None:
    found = facilitators(LIST, [Turn(), Turn(is_cancelled=True), Turn()])

    assert found == (LEA, None, JOHN)


def test_nobody_there_is_nobody_and_the_turn_is_kept() -> None:
    assert facilitators(LIST, turns(LIST, ())) == (None, LEA)
    assert facilitators((), turns(())) == (None,)


PEOPLE = st.lists(st.sampled_from([LEA, JOHN, AMINA, CLAIRE]), min_size=1, unique=True)
TURNS = st.lists(
    st.builds(Turn, away=st.frozensets(st.sampled_from([LEA, JOHN, AMINA, CLAIRE]))), min_size=1
)


@given(PEOPLE, TURNS)
def test_who_facilitates_is_there_and_depends_on_the_past_alone(
    people: list[PersonId], asked: list[Turn]
) -> None:
    found = facilitators(people, asked)

    for number, (person, turn) in enumerate(zip(found, asked, strict=True)):
        assert person == facilitator(people, asked[: number + 1], number)
        if person is None:
            assert turn.away.issuperset(people)
        else:
            assert person in people
            assert person not in turn.away


@given(PEOPLE, st.integers(1, 200))
def test_with_nobody_away_turns_are_even(people: list[PersonId], number: int) -> None:
    found = facilitators(people, [Turn()] * number)

    counts = [found.count(person) for person in people]
    assert max(counts) - min(counts) <= 1
    assert list(found[: len(people)]) == people[: len(found)]
