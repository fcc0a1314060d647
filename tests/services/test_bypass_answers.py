"""What answers to nudges teach: hashed, bounded, undone, forgotten; and the ledger's own end."""

from sqlalchemy import select

from bot.db.bypass_tables import nudge_answers as answer_rows
from bot.domain.bypass import Mode
from bot.domain.ids import PersonId
from bot.services import bypasses, bypasses_settings
from bot.services.bypasses import Answered
from bot.services.deps import Deps
from tests.builders import HUGO, INES, LEA, FakeClock
from tests.services.test_bypasses import FOUND, LEARNER, count, heard, in_mode, kept, ts_of


def answer(deps: Deps, by: PersonId, number: int, *, words: str = "", opens: bool = False) -> None:
    given = Answered(key=heard(number).key, by=by, words=words or heard().words, is_request=opens)
    bypasses.learn(deps, given, FOUND, LEARNER)


def learned(deps: Deps) -> list[int]:
    return [lesson.people for lesson in bypasses_settings.learned(deps, LEARNER)]


def test_what_is_learned_counts_people_and_is_undone(deps: Deps, clock: FakeClock) -> None:
    for number, person in enumerate((HUGO, HUGO, INES)):
        answer(deps, person, number)
        clock.advance(hours=1)
    (lesson,) = bypasses_settings.learned(deps, LEARNER)

    bypasses_settings.unlearn(deps, LEA, lesson.id, LEARNER)
    bypasses_settings.unlearn(deps, LEA, lesson.id, LEARNER)

    assert (lesson.people, lesson.combination) == (2, "meeting")
    assert learned(deps) == []


def test_the_last_answer_to_a_nudge_is_the_one_kept(deps: Deps) -> None:
    answer(deps, HUGO, 1)
    answer(deps, INES, 2)
    before = learned(deps)

    answer(deps, INES, 2, opens=True)

    assert (before, learned(deps)) == ([2], [])


def test_one_person_teaches_no_more_than_their_share(deps: Deps) -> None:
    for number in range(bypasses.ANSWERS_OF_ONE + 5):
        answer(deps, HUGO, number, words=f"point {number}")

    with deps.read() as session:
        assert len(session.execute(select(answer_rows)).all()) == bypasses.ANSWERS_OF_ONE


def test_an_answer_names_nobody_and_keeps_no_words(deps: Deps) -> None:
    answer(deps, HUGO, 1)

    with deps.read() as session:
        row = str(session.execute(select(answer_rows)).one())

    assert "HUGO" not in row
    assert "rapide" not in row


def test_what_is_learned_holds_for_ninety_days(deps: Deps, clock: FakeClock) -> None:
    answer(deps, HUGO, 1)
    answer(deps, INES, 2)
    bypasses.count(deps, heard(3), FOUND, LEARNER)
    left_alone = kept(deps)

    clock.advance(days=91)
    bypasses.count(deps, heard(4, ts=ts_of(clock.at)), FOUND, LEARNER)

    assert left_alone == []
    assert len(kept(deps)) == 1
    assert learned(deps) == []


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
