"""The shipped detector in a workspace: what it finds, and what answers teach it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.lexicon import load_detector
from bot.detection.detecting import Detection
from bot.detection.dismissals import CLEAR_MARGIN
from bot.domain.bypass_detection import Answer, MessageContext
from bot.domain.ids import PersonId
from bot.services.detecting import Dismissals, Once, finder
from tests.builders import NOW

WORDS = "on peut glisser la relecture des bons de commande dans le sprint ?"
SAID = "voilà pour la démo de jeudi, merci à tous !"


@pytest.fixture(scope="module")
def detector() -> Once:
    return Once(load_detector)


@pytest.fixture
def learner(detector: Once) -> Dismissals:
    return Dismissals(detector, "xoxb-secret")


def found_in(detector: Once, words: str) -> Detection:
    found = finder(detector)(words, MessageContext())
    assert isinstance(found, Detection)
    return found


def answers(learner: Dismissals, detector: Once, *people: str) -> list[Answer]:
    found = found_in(detector, WORDS)
    return [
        Answer(
            id=f"a{number}",
            is_request=False,
            signature=learner.signature(WORDS),
            combination=learner.combination(found),
            author=learner.mark(PersonId(person)),
            at=NOW - timedelta(days=number),
        )
        for number, person in enumerate(people)
    ]


def test_a_request_made_elsewhere_is_found_and_the_rest_is_not(detector: Once) -> None:
    found = found_in(detector, WORDS)

    assert found.level == "strict"
    assert found.cues
    assert finder(detector)(SAID, MessageContext()) is None


def test_what_two_people_dismiss_is_left_alone(detector: Once, learner: Dismissals) -> None:
    found = found_in(detector, WORDS)

    said = answers(learner, detector, "U1", "U2")

    assert learner.revise(WORDS, found, said[:1], NOW) == found
    assert learner.revise(WORDS, found, said, NOW + timedelta(days=91)) == found
    revised = learner.revise(WORDS, found, said, NOW)

    assert (
        revised is None or found.margin >= detector.ready().model.calibration.strict + CLEAR_MARGIN
    )


def test_what_is_learned_names_the_answers_that_undo_it(
    detector: Once, learner: Dismissals
) -> None:
    said = answers(learner, detector, "U1", "U2")
    other = replace(said[0], id="other", signature=learner.signature(SAID), combination="x")

    lessons = learner.learned([*said, other], NOW)

    assert lessons
    assert {answer for lesson in lessons for answer in lesson.answers} == {"a0", "a1"}
    assert all(lesson.people == 2 for lesson in lessons)


def test_marks_depend_on_the_secret(detector: Once, learner: Dismissals) -> None:
    other = Dismissals(detector, "xoxb-other")

    assert learner.mark(PersonId("U1")) == learner.mark(PersonId("U1"))
    assert learner.mark(PersonId("U1")) != other.mark(PersonId("U1"))
    assert learner.signature(WORDS) != other.signature(WORDS)
