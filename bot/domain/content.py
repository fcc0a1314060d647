"""What a request says, and what people add to it.

Source: governance §4.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.decision import Option
from bot.domain.errors import DateInThePast, MissingChoice, MissingTitle, TooLong
from bot.domain.ids import ChannelId, ImpactId, PersonId, QuestionId, SquadId


@dataclass(frozen=True, kw_only=True)
class Source:
    """The message a request came from. `excerpt` is kept because its author filed it."""

    channel: ChannelId
    ts: str
    permalink: str
    author: PersonId
    excerpt: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a requester writes. Only title, question and impact are required.

    `needed_by` is a local date of the charter's zone; a request is urgent when it also says what
    happens if nothing is decided by then. `moves_cycle` tells that a date leaves the cycle.
    """

    title: str
    question: QuestionId
    impact: ImpactId
    squads: tuple[SquadId, ...] = ()
    effect: str = ""
    options: tuple[Option, ...] = ()
    evidence: str = ""
    needed_by: date | None = None
    consequence: str = ""
    dependencies: str = ""
    debt_frame: str = ""
    moves_cycle: bool = False

    @property
    def is_urgent(self) -> bool:
        """Tell whether a date and the consequence of missing it are both given."""
        return self.needed_by is not None and bool(self.consequence.strip())

    @property
    def effort_days(self) -> float | None:
        """The cost of the dearest option in person-days, None while no option has one."""
        return max((o.effort_days for o in self.options if o.effort_days is not None), default=None)


@dataclass(frozen=True, kw_only=True)
class Objection:
    """A consulted person's disagreement, argued by impact."""

    by: PersonId
    at: datetime
    impact: str


@dataclass(frozen=True, kw_only=True)
class CostConfirmation:
    """A tech seat's « faisabilité confirmée » on one option (counted from 0)."""

    by: PersonId
    at: datetime
    option: int


TITLE_LIMIT = 150
TEXT_LIMIT = 2000
OPTION_LIMIT = 4


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What a requester has typed so far: a `Content` with nothing required."""

    title: str = ""
    question: QuestionId | None = None
    impact: ImpactId | None = None
    squads: tuple[SquadId, ...] = ()
    effect: str = ""
    options: tuple[Option, ...] = ()
    evidence: str = ""
    needed_by: date | None = None
    consequence: str = ""
    dependencies: str = ""
    debt_frame: str = ""
    moves_cycle: bool = False


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A request being written by `person`, kept until it is filed."""

    id: str
    person: PersonId
    fields: Fields
    source: Source | None = None


def complete(fields: Fields, *, today: date) -> Content:
    """Return the content that `fields` make.

    `today` is local to the charter's zone. Raises MissingTitle, MissingChoice, TooLong or
    DateInThePast, naming the field.
    """
    title = " ".join(fields.title.split())
    if not title:
        raise MissingTitle
    if fields.question is None:
        raise MissingChoice(field="question")
    if fields.impact is None:
        raise MissingChoice(field="impact")
    _check_lengths(fields, title)
    if fields.needed_by is not None and fields.needed_by < today:
        raise DateInThePast(field="needed_by")
    return Content(
        title=title,
        question=fields.question,
        impact=fields.impact,
        squads=fields.squads,
        effect=fields.effect.strip(),
        options=tuple(option for option in fields.options if option.label.strip()),
        evidence=fields.evidence.strip(),
        needed_by=fields.needed_by,
        consequence=fields.consequence.strip(),
        dependencies=fields.dependencies.strip(),
        debt_frame=fields.debt_frame.strip(),
        moves_cycle=fields.moves_cycle,
    )


def _check_lengths(fields: Fields, title: str) -> None:
    if len(title) > TITLE_LIMIT:
        raise TooLong(field="title", limit=str(TITLE_LIMIT))
    for name in ("effect", "evidence", "consequence", "dependencies", "debt_frame"):
        if len(getattr(fields, name)) > TEXT_LIMIT:
            raise TooLong(field=name, limit=str(TEXT_LIMIT))
