"""What a nudge quotes: the author's own words, signs that touch as one run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detection.detecting import Detector
from bot.detection.quoting import LONGEST_QUOTE, MOST_QUOTED, Sign, quotes


def signs(text: str, *words: str) -> list[Sign]:
    """Signs that stand at `words` in turn, each of its own class, all alike."""
    found: list[Sign] = []
    after = 0
    for number, word in enumerate(words):
        start = text.index(word, after)
        after = start + len(word)
        found.append(Sign(kind=f"k{number}", start=start, end=after, weight=1))
    return found


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Un Petit  point\u00a0rapide pour décaler la v2 ?", "Petit  point\u00a0rapide"),
        ("un PETIT point   rapiiide ?", "PETIT point   rapiiide"),
        ("On peut glisser l’export dans le sprint ?", "On peut glisser l’export"),
        ("Dites, on se fait un petit-point-rapide ?", "petit-point-rapide"),
        ("A Quick Sync about the scope?", "Quick Sync"),
        ("Could we push back the launch date?", "push back the launch date"),
        ("Can we squeeze the export into this sprint?", "squeeze the export into this sprint"),
    ],
)
def test_signs_that_touch_are_quoted_as_their_author_wrote_them(
    detector: Detector, text: str, quoted: str
) -> None:
    found = detector.detect(text)

    assert quoted in found.quotes
    assert len(set(found.quotes)) == len(found.quotes) <= MOST_QUOTED


def test_what_is_no_bypass_quotes_nothing(detector: Detector) -> None:
    assert detector.detect("Petit point rapide sur ma PR ?").quotes == ()


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("petit point", ("petit", "point"), ["petit point"]),
        ("décale de la v2", ("décale", "v2"), ["décale de la v2"]),
        ("point sur l’export", ("point", "export"), ["point sur l’export"]),
        ("décale dans la v2", ("décale", "v2"), ["décale", "v2"]),
        ("décale de la fin v2", ("décale", "v2"), ["décale", "v2"]),
        ("petit, point", ("petit", "point"), ["petit", "point"]),
        ("petit 2 point", ("petit", "point"), ["petit", "point"]),
        ("petit <@U1> point", ("petit", "point"), ["petit", "point"]),
        ("petit <@U1>", ("petit", "<@U1>"), ["petit"]),
    ],
)
def test_only_a_small_word_or_two_may_stand_between(
    text: str, words: tuple[str, ...], expected: list[str]
) -> None:
    assert sorted(quotes(text, signs(text, *words))) == sorted(expected)


def test_the_heaviest_comes_first_then_the_longest() -> None:
    text = "a, bb, c; d, e f"
    light = signs(text, "a", "bb", "c", "d")
    heavy = [Sign(kind="heavy", start=10, end=11, weight=3)]
    both = signs(text, "e", "f")

    assert quotes(text, light) == ("bb", "a", "c")
    assert quotes(text, [*light, *heavy]) == ("d", "bb", "a")
    assert quotes(text, both) == ("e f",)


def test_what_is_told_is_not_told_again_nor_what_speaks_against() -> None:
    text = "v2, v3, point"
    again = [Sign(kind="scope", start=start, end=start + 2, weight=1) for start in (0, 4)]
    against = Sign(kind="meet", start=8, end=13, weight=-1)

    assert quotes(text, [*again, against]) == ("v2",)


def test_one_class_in_a_run_weighs_once() -> None:
    text = "v2 v3, point"
    twice = [Sign(kind="scope", start=start, end=start + 2, weight=1) for start in (0, 3)]
    once = Sign(kind="meet", start=7, end=12, weight=1.5)

    assert quotes(text, [*twice, once]) == ("point", "v2 v3")


def test_a_run_too_long_to_be_read_is_cut_between_two_signs() -> None:
    text = "petit point rapide " * 10
    words = [Sign(kind=f"k{n}", start=n * 19, end=n * 19 + 18, weight=1) for n in range(10)]

    found = quotes(text, words)

    assert found == ("petit point rapide petit point rapide petit point rapide",) * 3
    assert len(found[0]) <= LONGEST_QUOTE


def test_signs_one_over_the_other_make_no_endless_run() -> None:
    text = "a" * 300
    words = [Sign(kind=f"k{n}", start=n * 10, end=n * 10 + 20, weight=1) for n in range(28)]

    assert {len(found) for found in quotes(text, words)} == {LONGEST_QUOTE}


@given(
    st.text("ab ,<’\n", max_size=300),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 20), st.integers(-2, 3)), max_size=40),
)
def test_quotes_are_few_short_and_of_the_message(
    text: str, places: list[tuple[int, int, int]]
) -> None:
    given_signs = [
        Sign(kind=str(start % 7), start=start, end=min(start + length, len(text)), weight=weight)
        for start, length, weight in places
        if start < len(text)
    ]

    found = quotes(text, given_signs)

    assert len(found) <= MOST_QUOTED
    assert all(words in text and "<" not in words for words in found)
    assert all(len(words) <= LONGEST_QUOTE for words in found)
    assert bool(found) is any(
        it.weight > 0 and "<" not in text[it.start : it.end] for it in given_signs
    )
