"""The first look rules most messages out, and never one that a full reading would find."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.config.examples import read_examples, read_ordinary
from bot.detection.detecting import Context, Detector
from bot.detection.glancing import LONGEST, MOST_REMEMBERED, Glance
from bot.detection.model import Level
from bot.detection.normalise import plain_sentences
from tests.detection.conftest import CANONICAL

TRAINING = Path("training")
MOST_FAVOURABLE = Context(is_to_decider=True, is_direct=True)
WORDS = (
    "on coupe la V2 ou décale ? le lot 3 tranche, valide ok go petit point rapide ouiiiiii "
    "can we squeeze it in the sprint? decide! cut P0 KEY-12 +1 👍 l'export qu’on . ... … ; ?! ?!? "
    "« » “ ” \" ' ` ``` > &gt; &lt; &amp; <@U1> <#C1|x> <http://a.fr|b> :tada: :+1: www.a.fr "
    "/arbitrage e\u0301 ´ ’non' 10.04 ＜ ① ﬁn"
)
PIECES = (*WORDS.split(), "a\u00a0b", "x\u2028y", "a" * 40)


@pytest.fixture
def glance(detector: Detector) -> Glance:
    return Glance(detector.model, below=100.0)


def test_no_bypass_of_the_training_messages_is_ruled_out(detector: Detector) -> None:
    texts = [it.text for it in read_examples(TRAINING)[::3]] + [
        it.text for it in read_ordinary(TRAINING)[::40]
    ]

    wrong = [
        text
        for text in texts
        if detector.find(text, MOST_FAVOURABLE) is None
        and detector.detect(text, MOST_FAVOURABLE).level is not Level.NONE
    ]

    assert wrong == []


def test_what_is_found_is_what_a_full_reading_tells(detector: Detector) -> None:
    assert [detector.find(text) for text in CANONICAL] == [
        detector.detect(text) for text in CANONICAL
    ]


def test_most_ordinary_messages_are_ruled_out(detector: Detector) -> None:
    glance = Glance(detector.model, below=100.0)

    counts = Counter(glance.rules_out(it.text) for it in read_ordinary(TRAINING)[::40])

    assert counts[True] > 2 * counts[False]


@given(
    st.lists(
        st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "", "\n", "  ", "\u00a0", ", "])),
        max_size=40,
    )
)
@example([("'tu", " "), ("décides", " "), ("quoi'", "")])
@example([(":tada:", " "), ("'on", " "), ("coupe", " "), ("ça'", "")])
@example([("&gt;", " "), ("on", " "), ("coupe", " "), ("la", " "), ("V2", "")])
@settings(max_examples=150)
def test_it_is_right_about_any_message(detector: Detector, parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + space for piece, space in parts)
    sentences = plain_sentences(text)

    if Glance(detector.model, below=100.0).rules_out(text) and sentences:
        assert detector.model.glance(sentences) < detector.model.calibration.floor


def test_the_lowest_of_two_limits_counts(detector: Detector) -> None:
    text = "Bonjour à tous, la réunion est à 15h."

    assert Glance(detector.model, below=100.0).rules_out(text)
    assert not Glance(detector.model, below=-50.0).rules_out(text)


def test_a_long_message_is_always_read(glance: Glance) -> None:
    assert glance.rules_out("bonjour" + " " * (LONGEST - 7))
    assert not glance.rules_out("bonjour" + " " * (LONGEST - 6))


def test_what_it_remembers_is_bounded(glance: Glance) -> None:
    for number in range(MOST_REMEMBERED + 10):
        glance.rules_out(f"w{number:x}")

    assert len(glance._known) <= MOST_REMEMBERED
