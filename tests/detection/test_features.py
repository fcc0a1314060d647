"""What the model looks at in a sentence, and across the sentences of a message."""

from bot.detection.features import MOST_TOLD, Reader, Sentence, across, between
from bot.detection.lexicon import Entry, Lexicon, Side
from bot.detection.normalise import plain_sentences


def a_reader() -> Reader:
    entries = [
        Entry(kind="remove", side=Side.CUE, words="retir*"),
        Entry(kind="confirm", side=Side.CUE, words="ca te va"),
    ]
    return Reader(Lexicon(entries, {}), {})


def read(text: str) -> list[Sentence]:
    reader = a_reader()
    return [between([reader.word(token) for token in found]) for found in plain_sentences(text)]


def test_the_words_of_a_question_are_told_apart() -> None:
    asked, said = read("on retire ? on retire.")

    assert {"?:retire", "<remove>?"} <= set(asked.features)
    assert not {"?:retire", "<remove>?"} & set(said.features)


def test_a_request_in_two_sentences_is_seen_in_its_order() -> None:
    forwards = across(read("Je retire l'export. Ça te va ?"))
    backwards = across(read("Ça te va ? Je retire l'export."))

    assert "<remove>&&<confirm>?" in forwards
    assert "<confirm>&&<remove>" in backwards
    assert "<remove>&&<confirm>?" not in backwards


def test_the_shape_of_a_message_is_told() -> None:
    found = across(read("Je retire l'export. Ça te va ?"))

    assert {"=s2", "=w4", "=q11", "=^je", "=^je retire", "=$te va ?"} <= set(found)
    assert "=q10" in across(read("ça te va ? merci"))


def test_many_sentences_are_many() -> None:
    assert f"=s{MOST_TOLD}" in across(read("ok. " * 40))


def test_no_sentence_has_no_shape() -> None:
    assert across([]) == []
