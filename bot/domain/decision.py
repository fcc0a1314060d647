"""A decision: what a decider answers, and what is kept of it.

Source: governance §5.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.charter import Verdict
from bot.domain.errors import (
    DateInThePast,
    MissingCounterpart,
    MissingRationale,
    MissingShiftDate,
    UnknownOption,
    WrongVerdict,
)
from bot.domain.ids import PersonId

ORDER_VERDICTS = frozenset({Verdict.FIRST, Verdict.CUT, Verdict.SHIFT})
"""Verdicts that answer "what first, what to cut, what to shift": each takes from something else."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """A way to answer the request. `effort_days` is its cost in person-days, None if unknown."""

    label: str
    impact: str = ""
    effort_days: float | None = None
    risk: str = ""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a decider answers.

    `option` counts from 0. `supersedes` is the number of the older decision that this one
    replaces. `has_consequence`: answered after its date, the request's fear came true meanwhile.
    Dates are local to the charter's zone.
    """

    verdict: Verdict
    rationale: str
    option: int | None = None
    effect: str = ""
    counterpart: str = ""
    owner: PersonId | None = None
    due_on: date | None = None
    review_on: date | None = None
    shift_to: date | None = None
    supersedes: int | None = None
    has_consequence: bool = False

    def agrees_with(self, other: "Terms") -> bool:
        """Tell whether both say the same thing: verdict, option and date."""
        return (self.verdict, self.option, self.shift_to) == (
            other.verdict,
            other.option,
            other.shift_to,
        )


@dataclass(frozen=True, kw_only=True)
class Position:
    """What one of two deciders answered, waiting for the other."""

    by: PersonId
    on_behalf_of: PersonId | None
    at: datetime
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision as it is kept: never edited, only reopened or superseded.

    `positions` has one entry per decider. `cost_confirmed_by` is the tech seat that confirmed the
    chosen option's cost; None with a cost means « sans engagement ».
    """

    terms: Terms
    decided_at: datetime
    positions: tuple[Position, ...]
    is_self_decided: bool = False
    effort_days: float | None = None
    cost_confirmed_by: PersonId | None = None

    @property
    def is_committed(self) -> bool:
        """False when capacity is used and no tech seat confirmed the cost."""
        return not self.effort_days or self.cost_confirmed_by is not None

    @property
    def deciders(self) -> tuple[PersonId, ...]:
        """Who decided, in the order they answered."""
        return tuple(position.by for position in self.positions)


def check_terms(terms: Terms, *, asked: Verdict, options: tuple[Option, ...], today: date) -> None:
    """Refuse an answer that is not a whole decision.

    `asked` is the verdict that a yes to the question is; ACCEPT of an option and REFUSE are always
    possible. Raises one of the field errors of `bot.domain.errors`.
    """
    if terms.verdict not in {asked, Verdict.ACCEPT, Verdict.REFUSE}:
        raise WrongVerdict
    if terms.option is not None and not 0 <= terms.option < len(options):
        raise UnknownOption
    if not terms.rationale.strip():
        raise MissingRationale
    if terms.verdict is Verdict.SHIFT and terms.shift_to is None:
        raise MissingShiftDate
    if uses_capacity(terms, options) and not terms.counterpart.strip():
        raise MissingCounterpart
    for name in ("due_on", "review_on", "shift_to"):
        day: date | None = getattr(terms, name)
        if day is not None and day < today:
            raise DateInThePast(field=name)


def uses_capacity(terms: Terms, options: tuple[Option, ...]) -> bool:
    """Tell whether the answer takes capacity, so that something must give way."""
    return terms.verdict in ORDER_VERDICTS or bool(effort_of(terms, options))


def effort_of(terms: Terms, options: tuple[Option, ...]) -> float | None:
    """Return the chosen option's cost in person-days; None when refused, unknown or not chosen."""
    if terms.verdict is Verdict.REFUSE or terms.option is None:
        return None
    return options[terms.option].effort_days


def settled_terms(positions: tuple[Position, ...]) -> Terms:
    """Return the terms of deciders who agree: the last one's, completed by the earlier ones'."""
    last = positions[-1].terms
    first = positions[0].terms
    return Terms(
        verdict=last.verdict,
        option=last.option,
        shift_to=last.shift_to,
        rationale=last.rationale,
        effect=last.effect or first.effect,
        counterpart=last.counterpart or first.counterpart,
        owner=last.owner or first.owner,
        due_on=last.due_on or first.due_on,
        review_on=last.review_on or first.review_on,
        supersedes=last.supersedes or first.supersedes,
        has_consequence=last.has_consequence or first.has_consequence,
    )
