import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import CharterError, Problem, load, parse
from bot.config.lines import line_of
from bot.config.report import check_report, sentences, show_report
from bot.domain.artefacts_plan import DEFAULT, Artefact, Keeping
from bot.domain.charter import Charter, Layer, Role
from tests.builders import CHARTER_FILE

TEXT = CHARTER_FILE.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def line(of: str, nth: int = 1) -> int:
    """The number of the nth line that starts with `of`."""
    return [n for n, text in enumerate(LINES, start=1) if text.startswith(of)][nth - 1]


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(CharterError) as caught:
        parse(text)
    return [(problem.key, problem.line) for problem in caught.value.problems]


def changed(old: str, new: str, nth: int = 1) -> str:
    start = -1
    for _ in range(nth):
        start = TEXT.index(old, start + 1)
    return TEXT[:start] + new + TEXT[start + len(old) :]


def test_the_default_file_is_a_charter() -> None:
    charter = load(CHARTER_FILE).charter

    assert len(charter.rules) == 11
    assert charter.slas[Layer.EXECUTION].total_seconds() == 8 * 3600
    assert charter.rule(charter.questions[0].id).proximity is Role.PM


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (changed("max_effort_days", "max_effort_day"), ("unknown_key_like", line("max_effort"))),
        (changed('name = "Exemple"', 'nom = "Exemple"'), ("missing_key", line("[company]"))),
        (changed('role = "cpo"', 'role = "ceo"'), ("unknown_choice", line('role = "cpo"'))),
        (changed("Europe/Paris", "Europe/Lutece"), ("unknown_zone", line("zone"))),
        (changed("09:00-12:30", "12:30-09:00"), ("empty_hours", line("monday"))),
        (changed('"09:00-12:30"', '"09:00-14:00"'), ("overlapping_hours", line("monday"))),
        (changed("claire@example.com", "claire"), ("unknown_ref", line("holder"))),
        (changed('role = "cto"', 'role = "cpo"'), ("overlap", line("[[seats]]", 2))),
        (changed('question = "bet"', 'question = "direction"'), ("overlap", line("[[rules]]", 2))),
        (
            changed('question = "bet"', 'question = "direction"'),
            ("question_without_rule", line("[[questions]]", 9)),
        ),
        (
            changed('question = "bet"', 'question = "lunch"'),
            ("unknown_question", line('question = "bet"')),
        ),
        (
            changed('ritual = "tech_council"', 'ritual = "tea"'),
            ("unknown_ritual", line('ritual = "tech')),
        ),
        (changed('path = "what"', 'path = "why"'), ("unknown_path", line('path = "what"'))),
        (
            changed('proximity = "pm"', 'proximity = "cpo"'),
            ("not_a_squad_role", line('proximity = "pm"')),
        ),
        (
            changed('deciders = ["cpo", "cto"]', 'deciders = ["cpo", "pm"]'),
            ("squad_co_decision", line('deciders = ["cpo", "cto"]')),
        ),
        (
            changed('deciders = ["cpo"]', 'deciders = ["steward"]'),
            ("steward_decides", line('deciders = ["cpo"]')),
        ),
        (changed('what = ["cpo"]', 'what = ["pm"]'), ("squad_role_in_path", line("what ="))),
        (
            changed('role = "design"', 'role = "pm"'),
            ("squad_role_in_company", line('role = "design"')),
        ),
        (changed('role = "steward"', 'role = "design"'), ("no_steward", line("[[seats]]", 1))),
        (
            changed('holder = "karim@example.com"\n', ""),
            ("empty_seat", line('deciders = ["cpo", "cto"]') - 1),
        ),
        (changed('em = ["thomas@example.com"]\n', ""), ("empty_squad_seat", line("[[squads]]"))),
        (changed('ritual = "roadmap_sync"', "", nth=6), ("tie_break_choice", line("[tie_break]"))),
        (
            changed('tie_breakers = ["cpo", "cto"]\n', ""),
            ("no_tie_breakers", line('ritual = "roadmap_sync"', 6)),
        ),
        (changed("vision = 80\n", ""), ("no_hours", line("[clocks.hours]"))),
        (changed("vision = 6\n", ""), ("no_review", line("[clocks.review_months]"))),
        (
            changed('impacts = { owner = "cpo" }', 'impact = { owner = "cpo" }'),
            ("unknown_key_like", line("impacts = {")),
        ),
        (
            changed('roadmap = { owner = "cpo" }', "roadmap = { fresh_days = 0 }"),
            ("greater_than_equal", line("roadmap = {")),
        ),
        (
            changed('capacity = { owner = "cto" }', 'capacity = { owner = "em" }'),
            ("artefact_of_a_squad", line("capacity = {")),
        ),
        (
            changed('holder = "claire@example.com"\n', ""),
            ("artefact_without_keeper", line("impacts = {") - 1),
        ),
        (TEXT + "\n[[rituals]]\n" + TEXT.split("[[rituals]]\n")[1], ("overlap", None)),
        ("[company\n", ("syntax", 1)),
    ],
)
def test_each_problem_is_told_with_its_line(text: str, problem: tuple[str, int | None]) -> None:
    found = problems(text)

    key, at = problem
    assert key in [found_key for found_key, _ in found]
    if at is not None:
        assert (key, at) in found


def test_artefacts_that_the_file_says_nothing_of_have_their_usual_owners() -> None:
    start, end = TEXT.index("[artefacts]"), TEXT.index("[digest]")
    silent = parse(TEXT[:start] + TEXT[end:])
    chosen = parse(
        TEXT[:start] + "[artefacts.capacity]\nfresh_days = 30\n[artefacts.roadmap]\n"
        'owner = "leadership"\n' + TEXT[end:]
    )

    assert dict(silent.artefacts) == dict(DEFAULT) == dict(load(CHARTER_FILE).charter.artefacts)
    assert chosen.artefacts[Artefact.CAPACITY] == Keeping(owner=Role.CTO, fresh_days=30)
    assert chosen.artefacts[Artefact.ROADMAP] == Keeping(owner=Role.LEADERSHIP)


def test_a_fourth_ritual_says_what_it_replaces() -> None:
    fourth = TEXT.split("[[rituals]]\n")[1].replace("roadmap_sync", "weekly_sync")

    assert ("ritual_replaces_nothing", len(LINES) + 2) in problems(f"{TEXT}\n[[rituals]]\n{fourth}")
    replacing = parse(f'{TEXT}\n[[rituals]]\nreplaces = "Le point du lundi"\n{fourth}')
    assert len(replacing.rituals) == 4


def test_a_week_without_hours_is_a_problem() -> None:
    days = "monday tuesday wednesday thursday friday".split()  # noqa: SIM905
    text = "\n".join(text for text in LINES if not text.startswith(tuple(days)))

    assert problems(text)[0][0] == "no_working_hours"


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    is_fine, words = check_report(tmp_path / "none.toml", "fr")

    assert not is_fine
    assert "ne se lit pas" in words


def test_a_problem_reads_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "charter.toml"
    path.write_text(changed("max_effort_days", "max_effort_day"), encoding="utf-8")

    assert "Vouliez-vous écrire" in check_report(path, "fr")[1]
    assert "Did you mean" in check_report(path, "en")[1]


def test_each_role_has_one_sentence() -> None:
    charter: Charter = load(CHARTER_FILE).charter

    french, english = sentences(charter, "fr"), sentences(charter, "en")

    assert len(french) == len(english) == 7
    assert french[0].startswith("CPO tranche «\u00a0Où va-t-on")
    assert all(sentence.endswith(".") for sentence in french + english)
    assert show_report(CHARTER_FILE, "en").count("\n") == 6


def test_lines_are_found_whatever_surrounds_them() -> None:
    text = (
        '# a\n[a]\nb = """\nc = 1\n"""\nd = [\n  "[x]",\n]\n"e f" = 2\n[[g]]\nh = 1\n[[g]]\nh = 2'
    )

    assert line_of(text, ("a", "b")) == 3
    assert line_of(text, ("a", "c")) == 2
    assert line_of(text, ("a", "d")) == 6
    assert line_of(text, ("a", "e f")) == 9
    assert line_of(text, ("g", 1, "h")) == 13
    assert line_of(text, ()) is None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(LINES) - 1), st.sampled_from(["", "x = 1", "}", "[[rules]]", "é"]))
def test_a_line_gone_wrong_loads_or_is_told(number: int, instead: str) -> None:
    text = "\n".join([*LINES[:number], instead, *LINES[number + 1 :]])

    for problem in _problems(text):
        assert problem.told("fr")
        assert problem.told("en")


def _problems(text: str) -> tuple[Problem, ...]:
    try:
        parse(text)
    except CharterError as error:
        return error.problems
    return ()


KEYS = sorted(set(re.findall(r"^(\w+) = ", TEXT, re.MULTILINE)))
VALUES = ("1", "-1", "9999", "1.5", "true", '"x"', '""', '"Été"', "[]", '["x"]', "{}", "25:61:00")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", KEYS)
def test_whatever_stands_at_a_key_is_told_in_our_own_words(key: str, value: str) -> None:
    whole = re.compile(rf"^{key} = .*$", re.MULTILINE)

    for problem in _problems(whole.sub(f"{key} = {value}", TEXT, count=1)):
        assert problem.told("fr")
        assert problem.told("en")
        assert problem.key != "wrong_value"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("claire@example.com", "claire", "« holder » : « claire » n’est ni une adresse e-mail"),
        ('role = "cpo"', 'role = "ceo"', "« role » ne connaît pas « ceo ». Au choix : cpo, cto,"),
        ('"09:00-12:30"', '"25:00-26:00"', "Écrivez « 09:00-12:30 »."),
        ('"09:00-12:30"', "9", "« monday » veut un texte entre guillemets."),
        ("vision = 80", 'vision = "long"', "« vision » veut un nombre, sans guillemets"),
        ("vision = 80", "vision = 0", "« vision » doit dépasser 0."),
        ('id = "checkout"', 'id = "Check out"', "« Check out » n’est pas un identifiant."),
        ('locale = "fr"', 'locale = "de"', "Écrivez « fr » ou « en »"),
        ('deciders = ["cpo"]', "deciders = []", "« deciders » veut plus d’éléments : 1 au moins."),
        ('deciders = ["cpo"]', 'deciders = "cpo"', "« deciders » veut une liste entre crochets"),
    ],
)
def test_what_is_refused_says_what_to_write(old: str, new: str, words: str) -> None:
    told = " ".join(problem.told("fr") for problem in _problems(changed(old, new)))

    assert words in told.replace("\u00a0", " ")
