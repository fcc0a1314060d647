import lzma
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.examples import (
    ExamplesError,
    digest_of,
    read_examples,
    read_labelled,
    read_ordinary,
    weights_text,
)
from bot.config.lexicon import LexiconError, load_families, load_lexicon, load_model
from bot.detection.calibrating import STRICT_PRECISION, LeftOut, Margins, fit
from bot.detection.features import Reader
from bot.detection.lexicon import Entry, Lexicon, Side
from bot.detection.model import Model
from bot.detection.normalise import plain_sentences
from bot.detection.training import UNIT, Example, learn, read

FOLDER = Path("training")
LONGEST_FORMULA = 20
KEPT = Path(__file__).parent / "data" / "kept.jsonl"


def some_examples() -> list[Example]:
    asked = ["on coupe le lot ?", "on coupe l'export ?", "tu coupes le module ?", "coupe le lot"]
    other = ["le lot est en ligne", "merci pour le lot", "pizza ?", "tu viens ?", "on mange ?"]
    return [
        *(Example(text=text, is_bypass=True, author="a") for text in asked),
        *(Example(text=text, is_bypass=False, author="b") for text in other),
    ]


def a_reader() -> Reader:
    return Reader(Lexicon([Entry(kind="remove", side=Side.CUE, words="coup*")], {}), {})


def test_what_is_learnt_parts_what_was_shown() -> None:
    reader = a_reader()
    weights = learn(read(some_examples(), reader))
    model = Model(weights, load_model().calibration, reader)

    margins = {it: model.margin(plain_sentences(it.text)) for it in some_examples()}
    assert weights["<remove>"] > 0
    assert min(margins[it] for it in margins if it.is_bypass) > max(
        margins[it] for it in margins if not it.is_bypass
    )


def test_how_often_an_author_asks_is_not_learnt_of_their_words() -> None:
    """Ana asks and Bo does not: it is the author as much as the words. In one voice, the words."""
    alone = some_examples()
    shared = [replace(it, author="a") for it in alone]

    by_authors, by_words = (learn(read(it, a_reader())) for it in (alone, shared))

    assert 0 < by_authors["<remove>"] < by_words["<remove>"]


def test_learning_twice_gives_the_same_to_the_bit() -> None:
    one, two = (learn(read(some_examples(), a_reader())) for _ in range(2))

    calibration = load_model().calibration
    assert weights_text(one, calibration, {}) == weights_text(two, calibration, {})
    assert all(weight == round(weight * UNIT) / UNIT for weight in one.values())


def test_thresholds_keep_to_their_rates_and_precisions() -> None:
    labelled = [
        LeftOut(
            example=Example(text="", is_bypass=number % 2 == 0, author="a"),
            margin=number / 500 + (1.0 if number % 2 == 0 else 0.0),
            glance=number / 500,
        )
        for number in range(500)
    ]
    ordinary = [number / 10_000 - 1 for number in range(10_000)]

    found = fit(Margins(labelled=labelled, ordinary=ordinary))

    above = [it for it in labelled if it.margin >= found.strict]
    assert sum(it.example.is_bypass for it in above) >= STRICT_PRECISION * len(above)
    assert sum(margin >= found.strict for margin in ordinary) <= 10
    assert found.balanced <= found.strict
    assert found.slope > 0


def test_the_shipped_weights_were_made_of_what_is_here() -> None:
    made_of = load_model().made_of

    assert made_of["training"] == digest_of(FOLDER, "*.jsonl", "*.jsonl.xz")
    assert made_of["lexicon"] == digest_of(Path("config"), "lexicon.*.toml")


def test_the_kept_messages_are_not_learnt_from() -> None:
    """But the bare formulas, which everybody writes the same."""
    learnt = {_letters(known.text) for known in read_examples(FOLDER)}
    kept = [it for it in read_labelled(KEPT) if len(it.text) > LONGEST_FORMULA]

    assert len(kept) > 100
    assert not [it.text for it in kept if _letters(it.text) in learnt]


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


def test_ordinary_chat_is_read_line_by_line() -> None:
    assert len(read_ordinary(FOLDER)) > 20_000


def test_a_line_that_is_no_message_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "a", "label": "ok"}\n{"label": "ok"}\n')

    with pytest.raises(ExamplesError, match=r"bad\.jsonl, line 2"):
        read_labelled(file)


def test_no_messages_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExamplesError, match="--data"):
        read_examples(tmp_path)
    (tmp_path / "ordinary").mkdir()
    (tmp_path / "ordinary" / "x.jsonl.xz").write_bytes(lzma.compress(b'"a"\n"b"\n'))
    assert [it.text for it in read_ordinary(tmp_path)] == ["a", "b"]


def test_a_company_adds_its_words(tmp_path: Path) -> None:
    for shipped in Path("config").glob("lexicon.*.toml"):
        (tmp_path / shipped.name).write_bytes(shipped.read_bytes())
    company = tmp_path / "lexicon.company.toml"
    company.write_text('language = "fr"\n[cues]\nscope = ["projet Aurore", "aurora*"]\n')

    lexicon = load_lexicon(tmp_path)

    assert "scope" in lexicon.kinds_of("auroral")
    assert lexicon.runs_from("projet")["aurore"] == ((("projet", "aurore"), "scope"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("language = 3", "language"),
        ('language = "fr"\nextra = 1', "extra"),
        ('language = "fr"\n[cues]\nreview = ["relire"]', "other side"),
        ("language = ", "cannot be read"),
    ],
)
def test_a_wrong_lexicon_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "lexicon.fr.toml").write_bytes(Path("config/lexicon.fr.toml").read_bytes())
    (tmp_path / "lexicon.zz.toml").write_text(text)

    with pytest.raises(LexiconError, match=told):
        load_lexicon(tmp_path)


def test_no_lexicon_is_told(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="project's folder"):
        load_lexicon(tmp_path)


def test_both_languages_have_the_same_classes() -> None:
    french, english = (
        tomllib.loads(Path(f"config/lexicon.{language}.toml").read_text(encoding="utf-8"))
        for language in ("fr", "en")
    )

    assert french["cues"].keys() == english["cues"].keys()
    assert french["suppressors"].keys() == english["suppressors"].keys()


def test_words_of_one_meaning_share_a_family_across_languages() -> None:
    families = load_families()

    assert families["anxiete"] == families["anxiety"]
