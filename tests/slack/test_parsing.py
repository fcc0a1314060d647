"""Payloads to plain values: what is typed comes back the same, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content import Draft, Fields
from bot.domain.decision import Option
from bot.domain.errors import DomainError, MissingReason, MissingTitle, NotADecider
from bot.sandbox.inputs import initial_values
from bot.slack import forms
from bot.slack.dumping import dump_view
from bot.slack.listeners.messages import is_approval
from bot.slack.views.decision_form import decision_form
from bot.slack.views.request_form import request_form
from bot.slack.views.small_forms import small_form
from tests.builders import (
    HUGO,
    LEA,
    TODAY,
    a_charter,
    a_request,
    a_sheet,
    some_content,
    some_fields,
    some_terms,
)

CHARTER = a_charter()


def filled(view: dict[str, object]) -> dict[str, object]:
    """The view as Slack would send it back untouched."""
    return view | {"id": "V1", "state": {"values": initial_values(view["blocks"])}}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        Fields(),
        some_fields(),
        some_fields(
            effect="De 32 % à 38 %",
            needed_by=TODAY,
            consequence="On perd",
            evidence="a\nb",
            dependencies="c",
            debt_frame="d",
            moves_cycle=True,
            options=tuple(
                Option(label=f"o{n}", effort_days=n + 0.5, impact="i", risk="r") for n in range(4)
            ),
        ),
    ],
)
def test_a_form_sent_back_untouched_is_what_it_was_made_of(fields: Fields) -> None:
    draft = Draft(id="d1", person=HUGO, fields=fields)
    made = filled(dump_view(request_form(CHARTER, draft, "fr", preview=None, option_count=1)))

    assert forms.fields_from(made) == fields
    assert forms.draft_of(made) == "d1"
    assert forms.option_count_of(made) == max(1, len(fields.options))


def test_a_decision_sent_back_untouched_is_what_it_was_made_of() -> None:
    terms = some_terms(
        owner=LEA,
        due_on=TODAY,
        review_on=TODAY,
        effect="Rétention",
        supersedes=0,
        has_consequence=True,
    )
    urgent = some_content(needed_by=TODAY, consequence="On perd le client.")
    view = decision_form(
        a_sheet(a_request(urgent)), "fr", terms=terms, strategies=(a_request(number=7),)
    )
    made = filled(dump_view(view))

    assert forms.terms_from(made) == terms
    assert forms.request_of(made) == a_request().id
    assert not forms.was_asked_again(made)


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_can_be_kept_by_any_database(words: str) -> None:
    cleaned = forms.clean(words)

    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert forms.clean(cleaned) == cleaned
    forms.readable(words).encode("utf-8")
    forms.folded(words)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("<@U1|hugo> bonjour <!channel>", "hugo bonjour"),
        ("voir <https://x.fr|la page> et <https://y.fr>", "voir la page et https://y.fr"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("dans <#C1|produit>", "dans produit"),
        ("<<!channel>> et <a<@U1>>", "!channel> et a@U1>"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_markup_reads_as_a_person_reads_it(raw: str, read: str) -> None:
    assert forms.readable(raw) == read


@pytest.mark.parametrize("piece", ["<", "<@", "<@|", "<@a|b>", "<!"])
def test_the_longest_message_of_markup_mentions_nobody(piece: str) -> None:
    """It took nine seconds when each token looked for its end to the end of the message."""
    read = forms.readable(piece * (40_000 // len(piece)) + ">")

    assert ">" not in read.removesuffix(">")
    assert not is_approval("ok " + piece * 20_000)


@pytest.mark.parametrize(
    ("error", "block"),
    [(MissingTitle(), "title"), (MissingReason(field="what"), None), (NotADecider(), None)],
)
def test_an_error_finds_its_field(error: DomainError, block: str | None) -> None:
    draft = Draft(id="d1", person=HUGO, fields=Fields())
    view = dump_view(request_form(CHARTER, draft, "fr", preview=None, option_count=1))

    assert forms.block_of(view, error) == block
    assert forms.first_input(view) == "title"


def test_the_field_of_a_short_form_is_found_whatever_its_name() -> None:
    view = dump_view(small_form("request.ask_evidence", a_sheet(), "fr"))

    assert forms.block_of(view, MissingReason(field="why")) == "what"


@pytest.mark.parametrize("metadata", ["", "not json", "[]", "null", "{}"])
def test_a_view_that_is_not_ours_carries_nothing(metadata: str) -> None:
    view = {"private_metadata": metadata}

    assert forms.request_of(view) == ""
    assert forms.draft_of(view) == ""
    assert forms.option_count_of(view) == 1


@pytest.mark.parametrize(
    "words", ["ok, go", "OK !", "Validé", "c’est validé, merci", "Go pour moi", "approved", "LGTM"]
)
def test_a_yes_reads_as_a_yes(words: str) -> None:
    assert is_approval(words)


@pytest.mark.parametrize(
    "words", ["pas ok", "okapi", "Google l’a fait", "non", "je regarde demain", "", "x" * 500]
)
def test_anything_else_does_not(words: str) -> None:
    assert not is_approval(words)
