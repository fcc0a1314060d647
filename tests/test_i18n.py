import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from bot.domain import errors, rituals_errors
from bot.domain.artefacts import Artefact
from bot.domain.audit import AuditQuestion, LeverRule
from bot.domain.bypass import Mode, Origin
from bot.domain.charter import Layer, Role, Verdict
from bot.domain.errors import DomainError
from bot.domain.events import EventKind, Status
from bot.domain.metrics import Rate, Timing
from bot.domain.metrics_opened import Kind
from bot.domain.polls import Answer
from bot.domain.rituals import Outcome, Stage
from bot.i18n import catalog, count, day, effort, instant, language, number, text
from bot.slack import ids
from tests.builders import ROOT

FRENCH, ENGLISH = catalog("fr"), catalog("en")
NBSP = "\u00a0"


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things() -> None:
    assert sorted(FRENCH) == sorted(ENGLISH)


@pytest.mark.parametrize("key", sorted(FRENCH))
def test_both_languages_take_the_same_values(key: str) -> None:
    assert placeholders(FRENCH[key]) == placeholders(ENGLISH[key])


@pytest.mark.parametrize("key", sorted(FRENCH))
def test_french_has_french_typography(key: str) -> None:
    sentence = re.sub(r":[a-z0-9_]+:|<[^>]*>|`[^`]*`|\{[^}]*\}", "", FRENCH[key])

    assert "'" not in sentence, "an apostrophe is ’"
    assert not re.search(r"[^\u00a0\u202f\s:?!;…][;?!]", sentence), "a space before ; ? !"
    assert not re.search(r" [;?!:»]", sentence), "that space does not break"
    assert not re.search(r"« ", sentence), "that space does not break"
    assert '"' not in sentence, "quotes are « »"


def test_no_sentence_is_empty_but_those_meant_to_be() -> None:
    empty = {key for key in FRENCH if not FRENCH[key].strip() or not ENGLISH[key].strip()}

    assert empty == {"event.no_due"}


def test_nothing_in_french_was_left_in_english() -> None:
    same = {k for k in FRENCH if FRENCH[k] == ENGLISH[k] and len(FRENCH[k].split()) > 2}

    assert {k for k in same if not placeholders(FRENCH[k])} == set()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_labels_of_buttons_are_short(locale: str) -> None:
    long = {k: v for k, v in catalog(locale).items() if k.startswith("button.") and len(v) > 22}

    assert long == {}


def families() -> Iterator[str]:
    yield from (f"status.{status}" for status in Status)
    yield from (f"layer.{layer}" for layer in Layer)
    yield from (f"role.{role}" for role in Role)
    yield from (f"verdict.{verdict}" for verdict in Verdict)
    yield from (f"form.verdict_{verdict}" for verdict in Verdict)
    yield from (f"event.{kind}" for kind in EventKind)
    yield from (f"export.event.{kind}" for kind in EventKind)
    yield from (f"origin.{origin}" for origin in Origin)
    for mode in Mode:
        yield from (f"introduction.{mode}", f"mode.{mode}", f"mode.{mode}_description")
        yield f"detection.applied_{mode}"
    for part in ("name", "definition"):
        yield from (f"metrics.rate.{rate}.{part}" for rate in Rate)
        yield from (f"metrics.counted.{k}.{part}" for k in Kind if k is not Kind.RATE)
    yield from (f"metrics.timing_{timing}" for timing in Timing)
    for part in ("name", "ask"):
        yield from (f"artefact.{part}.{artefact}" for artefact in Artefact)
    yield from (f"audit.{part}.{rule}" for part in ("what", "rule") for rule in LeverRule)
    yield from (f"audit.question.{question}" for question in AuditQuestion)
    yield from (f"audit.answer.{question}" for question in AuditQuestion)
    yield from (f"button.poll.{answer}" for answer in Answer)
    for error in (*vars(errors).values(), *vars(rituals_errors).values()):
        if isinstance(error, type) and issubclass(error, DomainError) and error is not DomainError:
            if error.key == "cannot_delegate":
                yield from (f"error.cannot_delegate_{w}" for w in ("requester", "above", "away"))
            else:
                yield f"error.{error.key}"
    yield from (f"ritual.outcome.{outcome}" for outcome in Outcome)
    yield from (f"ritual.stage.{stage}" for stage in Stage)
    yield from (f"button.{action}" for action in ids.RITUAL_FORMS)
    for actions in ids.PANEL_BUTTONS.values():
        yield from (f"button.{action}" for action in actions)


@pytest.mark.parametrize("key", sorted(set(families())))
def test_every_choice_of_the_domain_has_its_words(key: str) -> None:
    assert key in FRENCH


def literal_keys() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text":
                first = node.args[1] if len(node.args) > 1 else None
                if isinstance(first, ast.Constant):
                    assert first.value in FRENCH, (path.name, first.value)


def test_every_key_the_code_names_exists_and_every_key_is_named() -> None:
    named = {value for _, value in literal_keys()}
    dynamic = (
        "status.",
        "layer.",
        "role.",
        "verdict.",
        "event.",
        "error.",
        "button.",
        "reason.",
        "charter.problem.",
        "charter.show.",
        "form.",
        "alert.",
        "ritual.outcome.",
        "ritual.stage.",
        "ritual.remind.",
        "ritual.line.",
        "introduction.",
        "origin.",
        "mode.",
        "detection.applied_",
        "about.",
        "artefact.name.",
        "artefact.ask.",
        "artefact.history_",
        "manifest.",
        "reminder.",
        "upcoming.kind_",
        "metrics.rate.",
        "metrics.counted.",
        "metrics.column_",
        "metrics.timing_",
        "journal.every_",
        "export.index_",
        "audit.question.",
        "audit.answer.",
        "audit.what.",
        "audit.rule.",
        "export.event.",
        "home.language_",
        "settled.",
    )
    unused = {
        key
        for key in FRENCH
        if key not in named
        and key.removesuffix(".one").removesuffix(".other") not in named
        and not key.startswith(dynamic)
    }

    assert unused == set()


def test_french_counts_zero_as_one_and_english_does_not() -> None:
    assert "1 demande " in count("fr", "menu.to_decide", 1)
    assert "0 demande " in count("fr-FR", "menu.to_decide", 0)
    assert "2 demandes" in count("fr", "menu.to_decide", 2)
    assert "0 requests" in count("en-GB", "menu.to_decide", 0)


def test_any_language_but_english_reads_french() -> None:
    assert [language(x) for x in ("fr-CA", "en-US", "de-DE", "")] == ["fr", "en", "fr", "fr"]


def test_dates_read_aloud() -> None:
    at = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)

    assert instant("fr", at, "Europe/Paris") == "jeudi 26 nov. 2026 à 17:00"
    assert instant("en", at, "America/New_York") == "Thursday 26 Nov 2026 at 11:00"
    assert day("fr", date(2026, 5, 1)) == "vendredi 1er mai 2026"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("fr", "no.such.key")


def test_a_number_has_the_mark_of_its_language() -> None:
    assert number("fr", 8.5) == "8,5"
    assert number("en", 8.5) == "8.5"
    assert number("fr", 8.0) == "8"


@pytest.mark.parametrize(
    ("locale", "days", "words"),
    [("fr", 1.5, "1,5 j-h"), ("en", 1, "1 person-day"), ("en", 1.5, "1.5 person-days")],
)
def test_a_cost_has_its_plural_and_its_unit_stays_with_it(
    locale: str, days: float, words: str
) -> None:
    assert effort(locale, days) == words.replace(" ", NBSP)
