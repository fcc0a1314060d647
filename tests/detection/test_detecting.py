"""The shipped weights: clear cases, ordinary chat, hostile input, and authors never learnt from."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.config.examples import read_labelled
from bot.detection.detecting import Context, Detector
from bot.detection.evaluation import judge, score
from bot.detection.features import across, between, within
from bot.detection.lexicon import Side
from bot.detection.model import BIAS, Level, scale
from bot.detection.normalise import LONGEST_READ, plain_sentences
from tests.detection.conftest import CANONICAL, ORDINARY

KEPT = Path(__file__).parent / "data" / "kept.jsonl"
LONGEST_S = 0.02
HOSTILE = {
    "a very long one": "on coupe la V2 ou on décale ? " * 1_400,
    "one word": "a" * 40_000,
    "ten thousand emoji": "🎉" * 10_000,
    "shortcodes": ":tada:" * 6_000,
    "combining marks": "e" + "\u0301" * 39_999,
    "a mark on each letter": "e\u0301" * 20_000,
    "nested quotes": "«" * 20_000 + "»" * 20_000,
    "quoted lines": "> a\n" * 10_000,
    "open quotes": '"a ' * 13_000,
    "open code": "`" * 40_000,
    "fences": "```a" * 10_000,
    "open links": "<" * 40_000,
    "half links": "<http://a|" * 4_000,
    "question marks": "?" * 40_000,
    "apostrophes": " 'a b" * 8_000,
    "dots": ". " * 20_000,
    "lines": "\n" * 40_000,
    "new words": " ".join(f"w{number:x}z" for number in range(8_000)),
    "one trigger": "tu peux " * 5_000,
}


@pytest.mark.parametrize("text", CANONICAL)
def test_a_clear_case_is_found(detector: Detector, text: str) -> None:
    assert detector.detect(text).is_bypass


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_message_is_left_alone(detector: Detector, text: str) -> None:
    assert not detector.detect(text).is_bypass


def test_authors_never_learnt_from_are_read_as_well_as_before(detector: Detector) -> None:
    """Against floors a little under what was measured, told in docs/detection.md.

    Whoever reads the errors to mend them must write other messages, and measure again.
    """
    judged = judge(detector, read_labelled(KEPT))
    french = score(it for it in judged if it.message.language == "fr")
    english = score(it for it in judged if it.message.language == "en")
    near_misses = score(it for it in judged if it.message.is_hard)

    assert (french.precision or 0) >= 0.93
    assert (french.recall or 0) >= 0.85
    assert (english.precision or 0) >= 0.93
    assert (english.recall or 0) >= 0.87
    assert (near_misses.nudged or 0) <= 0.04


def test_an_answer_is_explained_by_words_of_the_message(detector: Detector) -> None:
    text = "Merci pour la démo ! 🎉 Sauf avis contraire, je retire l’export du lot 3."

    found = detector.detect(text)

    assert "tacit" in {cue.name for cue in found.cues}
    assert all(text[cue.start : cue.end] == cue.phrase for cue in found.cues)
    assert text[found.start : found.end].startswith("Sauf avis contraire")


def test_what_speaks_against_is_told_too(detector: Detector) -> None:
    found = detector.explain("tu peux valider ma PR vite fait ?")

    assert not found.is_bypass
    assert "review" in {cue.name for cue in found.suppressors}


def test_every_cue_is_of_its_side(detector: Detector) -> None:
    sides = detector.model.reader.lexicon.sides
    found = detector.explain("tu peux relire ma PR avant le comité, on coupe le lot 2 ?")

    assert {sides[cue.name] for cue in found.cues} == {Side.CUE}
    assert {sides[cue.name] for cue in found.suppressors} == {Side.SUPPRESSOR}


def test_a_decider_addressed_counts_for_a_little(detector: Detector) -> None:
    text = "et pour la date ?"

    alone = detector.detect(text)
    asked = detector.detect(text, Context(is_to_decider=True, is_direct=True))

    assert 0 < asked.margin - alone.margin < 0.3
    assert asked.score > alone.score


def test_a_request_between_courtesies_is_found(detector: Detector) -> None:
    text = (
        "Bonjour à tous, merci encore pour la démo d'hier, le client était ravi. "
        "On sort la messagerie du lot 2 pour tenir la date ? Bonne journée et bon appétit !"
    )

    assert detector.detect(text).is_bypass


def test_a_quoted_request_is_not_the_authors(detector: Detector) -> None:
    assert not detector.detect("> on peut glisser ça dans le sprint ?\nencore un !").is_bypass


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("PETIT POINT RAPIDE ?", "Petit point rapide ?"),
        ("petiiiit point rapide ??", "petit point rapide ?"),
        ("on peut glisser ça dans le sprint\u00a0?", "on peut glisser ca dans le sprint ?"),
        ("on peut glisser ça dans le sprint 🙏🙏 ?", "on peut glisser ça dans le sprint ?"),
    ],
)
def test_typing_habits_change_nothing(detector: Detector, typed: str, same: str) -> None:
    assert detector.detect(typed).margin == pytest.approx(detector.detect(same).margin)


def test_nothing_to_read_is_nothing(detector: Detector) -> None:
    for text in ("", "   ", "\n\n", "..."):
        found = detector.detect(text)
        assert (found.level, found.cues, found.score) == (Level.NONE, (), 0.0)


def test_the_score_grows_with_the_margin(detector: Detector) -> None:
    curve = detector.model.calibration

    assert curve.probability(-5) < 0.001
    assert curve.probability(curve.balanced) <= curve.probability(curve.strict) < 1
    assert curve.balanced <= curve.strict


def test_the_margin_is_the_weights_of_what_is_there(detector: Detector) -> None:
    """Against the definition, as the memory of words must change nothing."""
    model, text = detector.model, "Tu peux couper l'export ? On décale sinon."
    parsed = [[model.reader.word(token) for token in tokens] for tokens in plain_sentences(text)]
    sentences = [between(words) for words in parsed]
    features = [
        *(part for words in parsed for word in words for part in within(word)),
        *(part for sentence in sentences for part in sentence.features),
        *across(sentences),
    ]
    total = sum(model.weights.get(name, 0.0) for name in features)

    expected = (model.weights[BIAS] + total) / scale(sum(map(len, parsed)))
    assert model.margin(plain_sentences(text)) == pytest.approx(expected)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_cost_no_more_than_others(detector: Detector, name: str) -> None:
    spent = min(_spent_on(detector, HOSTILE[name]) for _ in range(3))

    assert spent < LONGEST_S


def test_the_cost_of_a_long_message_is_linear(detector: Detector) -> None:
    sentence = "Tu peux me dire ce qu'on coupe dans le lot 2, la messagerie ou l'export ? "
    short, long = (sentence * (count // len(sentence)) for count in (500, 5_000))

    short_s, long_s = (min(_spent_on(detector, text) for _ in range(7)) for text in (short, long))

    assert long_s < 25 * short_s


def test_both_ends_of_a_very_long_message_are_read(detector: Detector) -> None:
    filler = "Le compte rendu est en ligne. " * (LONGEST_READ // 10)

    assert detector.detect(f"{filler}\nOn coupe la V2 ou on décale la date ? tranche stp").is_bypass
    assert not detector.detect(filler).is_bypass


def _spent_on(detector: Detector, text: str) -> float:
    started = time.process_time()
    detector.detect(text)
    return time.process_time() - started


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                ["tu peux ", "?", "`", "```", "> ", "«", "»", '"', "<@U1>", "<", "|", ":+1:", "\n"]
            ),
        ),
        max_size=60,
    ).map("".join)
)
@example("\x00\ud800")
def test_any_message_gets_an_answer(detector: Detector, text: str) -> None:
    found = detector.explain(text)

    assert 0 <= found.score <= 1
    assert 0 <= found.start <= found.end <= len(text)
    assert all(text[cue.start : cue.end] == cue.phrase for cue in (*found.cues, *found.suppressors))
