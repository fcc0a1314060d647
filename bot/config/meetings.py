"""What a charter file says of rituals: their rule, what they take, and what is wrong with it.

Source: governance §7.
"""

from collections.abc import Callable

from bot.config.lines import Path
from bot.config.problems import Finder
from bot.config.shape import CharterFile, RitualShape
from bot.domain.charter import SQUAD_ROLES
from bot.domain.recurrence import WEEKDAYS, Recurrence, Unit, day_of_month, has_slot

FREE_RITUALS = 3
"""A ritual more than these must say which meeting it replaces."""


def recurrence(ritual: RitualShape) -> Recurrence:
    """Return the rule of a ritual."""
    step, _, unit = ritual.every.partition(" ")
    return Recurrence(
        unit=Unit(unit.removesuffix("s")),
        step=int(step),
        anchor=ritual.anchor,
        on=tuple(dict.fromkeys(day_of_month(words) for words in ritual.on or [])),
    )


def taken(ritual: RitualShape, file: CharterFile) -> list[str]:
    """Return the questions that a ritual answers: those whose rule goes there, unless it says."""
    if ritual.takes is not None:
        return ritual.takes
    return [rule.question for rule in file.rules if rule.ritual == ritual.id]


def check_rituals(file: CharterFile, finder: Finder) -> None:
    """Find rituals that replace nothing, are never held, or that nobody facilitates."""
    for index, ritual in enumerate(file.rituals):
        at = _under(index)
        if index >= FREE_RITUALS and not ritual.replaces:
            finder.add("ritual_replaces_nothing", ("rituals", index), name=ritual.id)
        if SQUAD_ROLES & set(ritual.tie_breakers):
            finder.add("squad_tie_breaker", at("tie_breakers"), name=ritual.id)
        if not ritual.facilitators:
            finder.add("ritual_without_facilitator", at("facilitators"), name=ritual.id)
        if ritual.item_minutes > ritual.minutes:
            finder.add("ritual_too_short", at("item_minutes"), name=ritual.id)
        _check_rule(ritual, file, at, finder)


def _check_rule(
    ritual: RitualShape, file: CharterFile, at: Callable[[str], Path], finder: Finder
) -> None:
    rule = recurrence(ritual)
    if rule.unit is Unit.WEEK and ritual.on is not None:
        finder.add("ritual_on_weeks", at("on"), name=ritual.id)
    elif ritual.on == [] or not has_slot(rule):
        finder.add("ritual_without_slot", at("on"), name=ritual.id)
    weekday = WEEKDAYS[ritual.anchor.weekday()]
    if rule.unit is Unit.WEEK and not getattr(file.calendar, weekday):
        finder.add("ritual_on_day_off", at("anchor"), name=ritual.id, day=weekday)


def check_questions(file: CharterFile, finder: Finder) -> None:
    """Find questions sent to a ritual that does not answer them."""
    asked = {question.id for question in file.questions}
    takes = {ritual.id: taken(ritual, file) for ritual in file.rituals}
    for index, ritual in enumerate(file.rituals):
        for question in set(takes[ritual.id]) - asked:
            finder.add("ritual_takes_unknown", _under(index)("takes"), name=question)
    for index, rule in enumerate(file.rules):
        if rule.ritual in takes and rule.question not in takes[rule.ritual]:
            path = ("rules", index, "ritual")
            finder.add("ritual_takes_not", path, name=rule.ritual, question=rule.question)


def _under(index: int) -> Callable[[str], Path]:
    def path(key: str) -> Path:
        return ("rituals", index, key)

    return path
