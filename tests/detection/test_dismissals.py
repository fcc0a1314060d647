from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detection.detecting import Cue, Detection, Detector
from bot.detection.dismissals import (
    KEPT_FOR,
    LOWEST_SHARE,
    MOST_PER_AUTHOR,
    Answer,
    Click,
    Lesson,
    combination,
    learn_from,
    likeness,
    revise,
    sign,
)
from bot.detection.model import Calibration, Level
from tests.detection.conftest import CANONICAL

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
KEY = b"a workspace's secret"
CURVE = Calibration(slope=3.0, offset=-4.0, strict=0.3, balanced=0.1, floor=-1.0)
TEXT = "on choisit quel nom pour le robot du projet ?"
CUES = tuple(
    Cue(name=name, phrase=name, start=0, end=1, weight=weight)
    for name, weight in (("decide", 0.9), ("scope", 0.5), ("ask", 0.4), ("term", 0.1))
)


def a_detection(margin: float = 0.4) -> Detection:
    return Detection(
        score=CURVE.probability(margin), margin=margin, level=CURVE.level(margin), cues=CUES
    )


def a_click(author: str, text: str = TEXT, *, days_ago: int = 1, opened: bool = False) -> Click:
    return Click(
        author=author,
        at=NOW - timedelta(days=days_ago),
        answer=Answer.OPENED if opened else Answer.DISMISSED,
        signature=sign(text, KEY),
        combination=combination(a_detection()),
    )


def canonical_signatures() -> list[frozenset[int]]:
    return [sign(text, KEY) for text in CANONICAL]


def applied(
    found: Detection, text: str, lessons: Sequence[Lesson], curve: Calibration = CURVE
) -> tuple[Detection, tuple[Lesson, ...]]:
    return revise(
        found, sign(text, KEY), lessons, canonical=canonical_signatures(), calibration=curve
    )


def revised(text: str, *clicks: Click, margin: float = 0.4) -> Detection:
    lessons = learn_from(clicks, now=NOW, canonical=canonical_signatures())
    return applied(a_detection(margin), text, lessons)[0]


def test_a_combination_is_named_by_its_loudest_cues() -> None:
    assert combination(a_detection()) == "ask+decide+scope"


def test_a_signature_tells_no_word_without_the_key() -> None:
    assert sign(TEXT, KEY) != sign(TEXT, b"another")
    assert likeness(sign(TEXT, KEY), sign(TEXT, b"another")) == 0


def test_near_duplicates_are_alike_and_others_are_not() -> None:
    assert likeness(sign(TEXT, KEY), sign(TEXT.upper() + " !!", KEY)) > 0.8
    assert likeness(sign(TEXT, KEY), sign("on coupe la V2 ?", KEY)) < 0.3


def test_a_message_dismissed_by_two_people_is_left_alone() -> None:
    found = revised(TEXT, a_click("a"), a_click("b"))

    assert found.level is Level.NONE


def test_one_person_teaches_nothing_however_often() -> None:
    found = revised(TEXT, *[a_click("a", days_ago=day) for day in range(1, 60)])

    assert found == a_detection()


def test_a_lesson_expires_with_the_second_last_author() -> None:
    clicks = (a_click("a", days_ago=80), a_click("b"))
    lesson = learn_from(clicks, now=NOW, canonical=())[0]

    assert lesson.expires_at == NOW - timedelta(days=80) + KEPT_FOR
    assert not learn_from(clicks, now=lesson.expires_at, canonical=())


def test_leaving_a_click_out_undoes_what_it_taught() -> None:
    assert revised(TEXT, a_click("a")) == a_detection()


def test_a_combination_counts_a_little_less_each_time() -> None:
    one = revised("autre chose", a_click("a"), a_click("b", "et encore autre chose"))
    two = revised("autre chose", *[a_click(who, f"sujet {who}") for who in "abcd"])

    assert two.margin < one.margin < a_detection().margin


def test_opening_the_form_makes_up_for_dismissals() -> None:
    dismissed = [a_click(who, f"sujet {who}") for who in "abcd"]
    opened = [a_click(who, f"demande {who}", opened=True) for who in "efghijklmnop"]

    assert revised("autre", *dismissed, *opened).margin > revised("autre", *dismissed).margin


def test_a_person_counts_twice_at_most() -> None:
    few = [a_click(who, f"s {who} {n}") for who in "ab" for n in range(MOST_PER_AUTHOR)]
    many = [a_click(who, f"s {who} {n}") for who in "ab" for n in range(9)]

    assert revised("autre", *many).margin == revised("autre", *few).margin


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 200)), max_size=60))
def test_no_clicks_take_more_than_half_of_the_odds(clicked: list[tuple[str, int]]) -> None:
    clicks = [a_click(who, f"sujet {who} {days}", days_ago=days) for who, days in clicked]
    lessons = learn_from(clicks, now=NOW, canonical=())

    assert all(lesson.share >= LOWEST_SHARE for lesson in lessons if not lesson.signature)
    found, _ = applied(a_detection(), "autre", lessons)
    assert a_detection().margin - 0.24 < found.margin <= a_detection().margin


def test_a_crowd_takes_half_of_the_odds_and_no_more() -> None:
    crowd = [a_click(f"person {n % 20}", f"sujet {n}") for n in range(100)]

    lesson = learn_from(crowd, now=NOW, canonical=())[-1]

    assert lesson.share == 0.5


def test_a_clear_margin_is_out_of_reach() -> None:
    clicks = [a_click(who) for who in "abcdefgh"]

    assert revised(TEXT, *clicks, margin=0.9) == a_detection(0.9)


def test_the_lessons_that_changed_an_answer_are_told() -> None:
    lessons = learn_from([a_click("a"), a_click("b")], now=NOW, canonical=())

    _, used = applied(a_detection(), TEXT, lessons)

    assert [lesson.authors for lesson in used] == [2]


@pytest.mark.parametrize("text", CANONICAL)
def test_the_clear_cases_survive_every_dismissal(detector: Detector, text: str) -> None:
    found = detector.detect(text)
    clicks = [replace(a_click(who, text), combination=combination(found)) for who in "abcdefghijkl"]
    lessons = learn_from(clicks, now=NOW, canonical=canonical_signatures())

    kept, _ = applied(found, text, lessons, detector.model.calibration)

    assert lessons
    assert not [lesson for lesson in lessons if lesson.signature]
    assert kept == found
