"""The charter in words: one sentence per role, for `arbitrage charter show`.

Source: governance §2, §9 (Q1).
"""

from pathlib import Path

from bot.config.loading import load
from bot.config.problems import CharterError
from bot.domain.charter import Charter, Role
from bot.domain.ids import QuestionId
from bot.i18n import capital, text


def check_report(path: Path, locale: str) -> tuple[bool, str]:
    """Return whether the file at `path` is a charter, and what to say about it."""
    try:
        charter = load(path).charter
    except CharterError as error:
        lines = [problem.told(locale) for problem in error.problems]
        return False, "\n".join(lines)
    told = text(locale, "charter.fine", questions=len(charter.questions), seats=len(charter.seats))
    return True, told


def show_report(path: Path, locale: str) -> str:
    """Return one sentence per role. Raises CharterError."""
    return "\n".join(sentences(load(path).charter, locale))


def sentences(charter: Charter, locale: str) -> tuple[str, ...]:
    """Return what each role of the charter decides and is consulted on, a sentence each."""
    return tuple(sentences_by_role(charter, locale).values())


def sentences_by_role(charter: Charter, locale: str) -> dict[Role, str]:
    """Return the same sentences, each with its role."""
    roles = [role for role in Role if role is not Role.STEWARD and _has(charter, role)]
    return {role: _sentence(charter, role, locale) for role in roles}


def _has(charter: Charter, role: Role) -> bool:
    return any(seat.key.role is role for seat in charter.seats)


def _sentence(charter: Charter, role: Role, locale: str) -> str:
    decides = [r.question for r in charter.rules if role in r.deciders]
    near = [r.question for r in charter.rules if r.proximity is role]
    advises = [r.question for r in charter.rules if role in r.consulted]
    parts = [
        text(locale, f"charter.show.{key}", questions=_listed(charter, questions, locale))
        for key, questions in (("decides", decides), ("near", near), ("advises", advises))
        if questions
    ]
    told = "; ".join(parts) if locale.startswith("en") else "\u00a0; ".join(parts)
    name = capital(text(locale, f"role.{role}"))
    return text(locale, "charter.show.role", role=name, told=told) if told else name


def _listed(charter: Charter, questions: list[QuestionId], locale: str) -> str:
    known = {question.id: question.label.read_in(locale) for question in charter.questions}
    return ", ".join(text(locale, "charter.show.quoted", words=known[q]) for q in questions)
