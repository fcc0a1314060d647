"""What answers to nudges teach: hashed, bounded, undone, forgotten; and the ledger's own end."""

from datetime import datetime

from sqlalchemy import select

from bot.db.bypass_tables import nudge_answers as answer_rows
from bot.domain.bypass import Mode
from bot.domain.ids import PersonId
from bot.services import bypasses, bypasses_settings
from bot.services.bypasses import Answered
from bot.services.deps import Deps
from tests.builders import AMINA, HUGO, INES, JOHN, LEA, NOW, FakeClock
from tests.services.test_bypasses import (
    ASKED,
    LEARNER,
    count,
    found_in,
    heard,
    in_mode,
    kept,
    ts_of,
)

UNCLEAR = "On fait un point sur l’export ?"


def answer(
    deps: Deps, by: PersonId, number: int, *, words: str = UNCLEAR, opens: bool = False
) -> None:
    given = Answered(key=heard(number).key, by=by, words=words, is_request=opens)
    bypasses.learn(deps, given, found_in(words), LEARNER)


def is_left_alone(deps: Deps, number: int, words: str, at: datetime = NOW) -> bool:
    """Hear a message once more; tell whether nothing is kept of it."""
    before = len(kept(deps))
    message = heard(number, ts=ts_of(at, number), words=words)
    bypasses.count(deps, message, found_in(words), LEARNER)
    return len(kept(deps)) == before


def learned(deps: Deps) -> list[int]:
    return [lesson.people for lesson in bypasses_settings.learned(deps, LEARNER)]


def test_what_is_learned_counts_people_and_is_undone(deps: Deps, clock: FakeClock) -> None:
    for number, person in enumerate((HUGO, HUGO, INES)):
        answer(deps, person, number)
        clock.advance(hours=1)
    message, cues = bypasses_settings.learned(deps, LEARNER)

    bypasses_settings.unlearn(deps, LEA, message.id, LEARNER)
    bypasses_settings.unlearn(deps, LEA, message.id, LEARNER)

    assert (message.people, message.combination, message.share) == (2, "meet+scope", 0)
    assert (cues.people, cues.combination) == (2, "meet+scope")
    assert 0.5 < cues.share < 1
    assert learned(deps) == []


def test_forgetting_one_lesson_leaves_what_other_messages_taught(deps: Deps) -> None:
    other = "Tu aurais un avis sur la date du lot 3 ?"
    for number, person in enumerate((HUGO, INES)):
        answer(deps, person, number)
        answer(deps, person, number + 2, words=other)
    (lesson,) = [
        it
        for it in bypasses_settings.learned(deps, LEARNER)
        if it.share == 0 and it.combination == "meet+scope"
    ]

    bypasses_settings.unlearn(deps, LEA, lesson.id, LEARNER)

    assert not is_left_alone(deps, 8, UNCLEAR)
    assert is_left_alone(deps, 9, other)


def test_the_last_answer_to_a_nudge_is_the_one_kept(deps: Deps) -> None:
    answer(deps, HUGO, 1)
    answer(deps, INES, 2)
    before = learned(deps)

    answer(deps, INES, 2, opens=True)

    assert (before, learned(deps)) == ([2, 2], [])


def test_one_person_teaches_no_more_than_their_share(deps: Deps) -> None:
    for number in range(bypasses.ANSWERS_OF_ONE + 5):
        answer(deps, HUGO, number)

    with deps.read() as session:
        assert len(session.execute(select(answer_rows)).all()) == bypasses.ANSWERS_OF_ONE


def test_an_answer_names_nobody_and_keeps_no_words(deps: Deps) -> None:
    answer(deps, HUGO, 1)

    with deps.read() as session:
        row = str(session.execute(select(answer_rows)).one())

    assert "HUGO" not in row
    assert "point" not in row
    assert "export" not in row


def test_what_is_learned_holds_for_ninety_days(deps: Deps, clock: FakeClock) -> None:
    answer(deps, HUGO, 1)
    answer(deps, INES, 2)
    before = is_left_alone(deps, 3, UNCLEAR)

    clock.advance(days=91)

    assert before
    assert not is_left_alone(deps, 4, UNCLEAR, clock.at)
    assert learned(deps) == []


def test_a_clear_case_is_counted_and_nudged_whatever_people_answered(deps: Deps) -> None:
    deps = in_mode(deps, Mode.NUDGE)
    for number, person in enumerate((HUGO, INES, AMINA, JOHN, LEA)):
        answer(deps, person, number, words=ASKED)

    assert bypasses.count(deps, heard(9), found_in(ASKED), LEARNER)


def test_the_ledger_and_the_answers_are_forgotten_in_time(deps: Deps, clock: FakeClock) -> None:
    deps = in_mode(deps, Mode.OBSERVE)
    count(deps, heard(1))
    answer(deps, HUGO, 1)
    clock.advance(days=30)
    bypasses.forget(deps)
    young = len(kept(deps))

    clock.advance(days=61)
    bypasses.forget(deps)

    assert (young, kept(deps)) == (1, [])
    with deps.read() as session:
        assert session.execute(select(answer_rows)).all() == []
