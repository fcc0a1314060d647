"""What a well-formed charter file may still get wrong. Source: governance §3, §7, §9 (Q1)."""

from collections.abc import Callable, Iterable

from bot.config.artefacts import check_artefacts
from bot.config.lines import Path
from bot.config.meetings import check_questions, check_rituals
from bot.config.problems import Finder
from bot.config.shape import CharterFile
from bot.domain.charter import SQUAD_ROLES, Layer, Role

PATHS = frozenset({"what", "how", "vision", "strategy"})
"""The paths that have a sentence to explain them."""


def check(file: CharterFile, finder: Finder) -> None:
    """Find overlaps, holes and dangling names."""
    for checks in CHECKS:
        checks(file, finder)


def _check_doubles(file: CharterFile, finder: Finder) -> None:
    _doubles("squads", (squad.id for squad in file.squads), finder)
    _doubles("impacts", (impact.id for impact in file.impacts), finder)
    _doubles("questions", (question.id for question in file.questions), finder)
    _doubles("rituals", (ritual.id for ritual in file.rituals), finder)
    _doubles("rules", (rule.question for rule in file.rules), finder)
    _doubles("seats", (seat.role for seat in file.seats), finder)


def _doubles(table: str, names: Iterable[str], finder: Finder) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            finder.add("overlap", (table, index), name=name)
        seen.add(name)


def _check_names(file: CharterFile, finder: Finder) -> None:
    asked = {question.id for question in file.questions}
    ruled = {rule.question for rule in file.rules}
    rituals = {ritual.id for ritual in file.rituals}
    for index, question in enumerate(file.questions):
        if question.id not in ruled:
            finder.add("question_without_rule", ("questions", index), name=question.id)
    for index, rule in enumerate(file.rules):
        at = _under("rules", index)
        if rule.question not in asked:
            finder.add("unknown_question", at("question"), name=rule.question)
        if rule.ritual and rule.ritual not in rituals:
            finder.add("unknown_ritual", at("ritual"), name=rule.ritual)
        if rule.path not in file.paths or rule.path not in PATHS:
            finder.add("unknown_path", at("path"), name=rule.path)


def _check_roles(file: CharterFile, finder: Finder) -> None:
    for index, rule in enumerate(file.rules):
        at = _under("rules", index)
        if rule.proximity and rule.proximity not in SQUAD_ROLES:
            finder.add("not_a_squad_role", at("proximity"), name=rule.proximity)
        if len(rule.deciders) > 1 and SQUAD_ROLES & set(rule.deciders):
            finder.add("squad_co_decision", at("deciders"), name=rule.question)
        if Role.STEWARD in rule.deciders:
            finder.add("steward_decides", at("deciders"), name=rule.question)
    for name, roles in file.paths.items():
        for role in SQUAD_ROLES.union({Role.STEWARD}).intersection(roles):
            finder.add("squad_role_in_path", ("paths", name), name=role)


def _check_seats(file: CharterFile, finder: Finder) -> None:
    held = {seat.role for seat in file.seats if seat.holder}
    for index, seat in enumerate(file.seats):
        if seat.role in SQUAD_ROLES:
            finder.add("squad_role_in_company", ("seats", index, "role"), name=seat.role)
    if Role.STEWARD not in held:
        finder.add("no_steward", ("seats", 0))
    for index, rule in enumerate(file.rules):
        wanted = dict.fromkeys([*rule.deciders, *file.paths.get(rule.path, [])])
        for role in wanted.keys() - SQUAD_ROLES - held:
            path = ("rules", index, "deciders")
            finder.add("empty_seat", path, name=role, question=rule.question)


def _check_squads(file: CharterFile, finder: Finder) -> None:
    wanted = {role for rule in file.rules for role in (*rule.deciders, rule.proximity)}
    for index, squad in enumerate(file.squads):
        for role in sorted(SQUAD_ROLES & wanted):
            if not getattr(squad, role):
                finder.add("empty_squad_seat", ("squads", index), name=role, squad=squad.id)


def _check_tie_break(file: CharterFile, finder: Finder) -> None:
    broken = file.tie_break
    if (broken.ritual is None) == (broken.seat is None):
        finder.add("tie_break_choice", ("tie_break",))
    ritual_of_ties = next((r for r in file.rituals if r.id == broken.ritual), None)
    if broken.ritual and ritual_of_ties is None:
        finder.add("unknown_ritual", ("tie_break", "ritual"), name=broken.ritual)
    if ritual_of_ties and not ritual_of_ties.tie_breakers:
        finder.add("no_tie_breakers", ("tie_break", "ritual"), name=ritual_of_ties.id)
    held = {seat.role for seat in file.seats if seat.holder}
    if broken.seat and broken.seat not in held:
        finder.add("empty_seat", ("tie_break", "seat"), name=broken.seat, question="tie_break")


def _check_clocks(file: CharterFile, finder: Finder) -> None:
    for layer in Layer:
        if layer not in file.clocks.hours:
            finder.add("no_hours", ("clocks", "hours"), name=layer)
        if layer not in file.clocks.review_months:
            finder.add("no_review", ("clocks", "review_months"), name=layer)
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if not any(getattr(file.calendar, day) for day in days):
        finder.add("no_working_hours", ("calendar",))


def _under(table: str, index: int) -> Callable[[str], Path]:
    def path(key: str) -> Path:
        return (table, index, key)

    return path


CHECKS = (
    _check_doubles,
    _check_names,
    _check_roles,
    _check_seats,
    _check_squads,
    check_rituals,
    check_questions,
    _check_tie_break,
    _check_clocks,
    check_artefacts,
)
