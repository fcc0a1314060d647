import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detection.normalise import (
    CODE,
    KEY,
    LINK,
    PERSON,
    QUOTE,
    YES,
    plain_sentences,
    plain_words,
    readable,
    sentences,
)

ODD = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("aé?!.,;:\n`<>@#|«»“”\"'&/+- \u00a0\u0301👍œİß"),
    ),
    max_size=300,
)


def words_of(text: str) -> list[str]:
    return [token for sentence in plain_sentences(text) for token in sentence]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Périmètre ÉLARGI", "perimetre elargi"),
        ("j’ai besoin", "j'ai besoin"),
        ("ça va\u00a0?", "ca va ?"),
        ("cœur d'œuvre", "coeur d'oeuvre"),
        (unicodedata.normalize("NFD", "décalé à l'été"), "decale a l'ete"),
        ("lot 12", "lot 3"),
        ("le 14h30", "le 9h05"),
        ("CRD-412 en P0", "ABC-7 en P1"),
        ("𝗽𝗲𝘁𝗶𝘁 point", "petit point"),
        ("on coupe ???!", "on coupe ?"),
        ("go :rocket: :tada:", "go"),
    ],
)
def test_spellings_of_one_thing_read_the_same(typed: str, same: str) -> None:
    assert words_of(typed) == words_of(same)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("```\nDROP TABLE lots\n```", CODE),
        ("`retries: 3`", CODE),
        ("> on peut glisser ça ?", QUOTE),
        ("&gt; on peut glisser ça ?", QUOTE),
        ("« on peut vous glisser ça dans le sprint ? »", QUOTE),
        ('"can you squeeze this in by Friday?"', QUOTE),
        ("<https://a.example/x?y=tranche>", LINK),
        ("https://a.example/decide", LINK),
        ("<@U12AB>", PERSON),
        ("@maya", PERSON),
        ("<!here>", PERSON),
        (":+1:", YES),
        ("👍", YES),
        ("GEO-77", KEY),
    ],
)
def test_what_is_not_the_author_speaking_is_one_mark(text: str, mark: str) -> None:
    assert words_of(text) == [mark]


def test_a_short_name_in_quotation_marks_is_read() -> None:
    assert "nuit" in words_of("on abandonne « Mode nuit » ?")


def test_a_link_is_read_by_its_label() -> None:
    assert words_of("<https://a.example|la feuille de route>") == ["la", "feuille", "de", "route"]


def test_sentences_end_at_marks_stops_and_lines() -> None:
    found = plain_sentences("On coupe ? Oui.\nv1.2 sort demain; bien")

    assert [sentence[0] for sentence in found] == ["on", "oui", "v0", "bien"]


def test_a_line_of_the_lexicon_keeps_its_star() -> None:
    assert plain_words("Tranch*") == ("tranch*",)
    assert plain_words("lot 2") == ("lot", "0")


@given(ODD)
def test_the_length_is_kept_whatever_is_typed(text: str) -> None:
    assert len(readable(text)) == len(text)


@given(ODD)
def test_places_are_places_in_the_message(text: str) -> None:
    found = sentences(text)

    assert [[place.token for place in sentence] for sentence in found] == plain_sentences(text)
    edges = [edge for sentence in found for place in sentence for edge in (place.start, place.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
