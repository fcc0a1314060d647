import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charter import Layer
from bot.domain.content import Fields, complete
from bot.domain.errors import DateInThePast, DomainError, MissingChoice, MissingTitle, TooLong
from bot.domain.events import Status
from bot.domain.ids import QuestionId, RequestId
from bot.domain.lint import preference_in
from bot.domain.similarity import similar
from bot.domain.summary import Summary
from tests.builders import HUGO, NOW, TODAY, some_fields


def known(number: int, title: str) -> Summary:
    return Summary(
        id=RequestId(str(number)),
        number=number,
        title=title,
        status=Status.OPEN,
        layer=Layer.ARBITRATION,
        question=QuestionId("first"),
        requester=HUGO,
        submitted_at=NOW,
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Je préfère l’option A", "Je préfère"),
        ("Franchement, je le sens pas.", "je le sens pas"),
        ("À mon avis c’est non", "À mon avis"),
        ("I feel like we should wait", "I feel like"),
        ("I’d prefer B", "I’d prefer"),
        ("my gut says no", "my gut"),
    ],
)
def test_taste_is_found_as_it_was_typed(text: str, found: str) -> None:
    assert preference_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Douze comptes renouvellent si on livre avant juin : 340 k€.",
        "Activation from 32% to 38% within a quarter.",
        "Le client préfère recevoir un CSV.",
        "",
    ],
)
def test_impact_is_left_alone(text: str) -> None:
    assert preference_in(text) is None


@given(st.text())
def test_any_text_can_be_linted(text: str) -> None:
    found = preference_in(text)

    assert found is None or found in text


def test_a_request_that_asks_the_same_is_found_first() -> None:
    titles = [
        known(1, "Faut-il décaler la migration de la base ?"),
        known(2, "Passer l’export comptable avant le panier ?"),
        known(3, "Recruter un designer ?"),
    ]

    found = similar("Faut-il passer l’export comptable avant la refonte du panier ?", titles)

    assert [summary.number for summary in found] == [2]


def test_accents_case_and_plurals_do_not_matter() -> None:
    found = similar("DECALER LES MIGRATIONS DE BASES", [known(1, "Décaler la migration de base ?")])

    assert len(found) == 1


def test_a_title_without_words_resembles_nothing() -> None:
    assert similar("???", [known(1, "???")]) == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_titles_can_be_compared(one: str, other: str) -> None:
    similar(one, [known(1, other)])


def test_a_title_is_put_on_one_line() -> None:
    content = complete(some_fields(title="  Faut-il\n l’export ? "), today=TODAY)

    assert content.title == "Faut-il l’export ?"


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        (some_fields(title="  "), MissingTitle, "title"),
        (some_fields(title="x" * 3000), TooLong, "title"),
        (some_fields(question=None), MissingChoice, "question"),
        (some_fields(impact=None), MissingChoice, "impact"),
        (some_fields(evidence="x" * 2001), TooLong, "evidence"),
        (some_fields(needed_by=TODAY.replace(day=1)), DateInThePast, "needed_by"),
    ],
)
def test_what_cannot_be_filed_names_its_field(
    fields: Fields, error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as caught:
        complete(fields, today=TODAY)

    assert caught.value.field == field


def test_a_date_and_a_consequence_make_it_urgent() -> None:
    calm = complete(some_fields(needed_by=TODAY), today=TODAY)
    urgent = complete(some_fields(needed_by=TODAY, consequence="On perd"), today=TODAY)

    assert not calm.is_urgent
    assert urgent.is_urgent
