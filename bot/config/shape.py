"""The shape of the charter file: every key it may have. Anything else is refused."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.domain.bypass import Mode
from bot.domain.charter import Layer, Role, Verdict
from bot.domain.digest_plan import WhenEmpty
from bot.domain.recurrence import day_of_month

NAME = r"^[a-z][a-z0-9_]{0,62}$"
SPAN = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
LANGUAGE = r"^(fr|en)(-[A-Z]{2})?$"
RHYTHM = r"^([1-9]|1[0-2]) (week|month)s?$"
PATTERNS = {
    NAME: "not_a_name",
    SPAN: "not_a_span",
    LANGUAGE: "unknown_language",
    RHYTHM: "unknown_rhythm",
}
"""The problem that a value is which does not look as it should; as for a `ValueError` raised here,
the catalogs' `charter.problem` has a sentence of that name."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("unknown_zone")
    return name


def _ref(value: str) -> str:
    is_email = "@" in value and " " not in value and "." in value.rpartition("@")[2]
    is_id = value[:1] in {"U", "W", "S"} and value.isalnum() and value.isupper()
    if not (is_email or is_id):
        raise ValueError("unknown_ref")
    return value


def _hours(value: list[str]) -> list[str]:
    for span in value:
        start, _, end = span.partition("-")
        if time.fromisoformat(start) >= time.fromisoformat(end):
            raise ValueError("empty_hours")
    spans = sorted(value)
    if any(one.partition("-")[2] > two.partition("-")[0] for one, two in pairwise(spans)):
        raise ValueError("overlapping_hours")
    return spans


def _day_of_month(words: str) -> str:
    try:
        day_of_month(words)
    except ValueError as error:
        raise ValueError("unknown_day") from error
    return words


def _wall(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("time_with_a_zone")
    return at


Zone = Annotated[str, AfterValidator(_zone)]
DayOfMonth = Annotated[str, AfterValidator(_day_of_month)]
Wall = Annotated[time, AfterValidator(_wall)]
Anchor = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Ref = Annotated[str, AfterValidator(_ref)]
Key = Annotated[str, Field(pattern=NAME)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Hours = Annotated[list[Annotated[str, Field(pattern=SPAN)]], AfterValidator(_hours)]


class Shape(BaseModel):
    """A table of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(Shape):
    """Words in both languages."""

    fr: Words
    en: Words


class Company(Shape):
    """Who the charter is for, the channel of its requests and the language of that channel."""

    name: Words
    locale: Annotated[str, Field(pattern=LANGUAGE)]
    channel: Words


class CalendarShape(Shape):
    """When people work."""

    zone: Zone
    country: str | None = None
    subdivision: str | None = None
    monday: Hours = []
    tuesday: Hours = []
    wednesday: Hours = []
    thursday: Hours = []
    friday: Hours = []
    saturday: Hours = []
    sunday: Hours = []
    days: dict[date, Hours] = {}


class SeatShape(Shape):
    """A company seat."""

    role: Role
    holder: Ref | None = None
    deputies: list[Ref] = []


class SquadShape(Shape):
    """A squad with its seats."""

    id: Key
    name: Words
    pm: list[Ref] = []
    em: list[Ref] = []
    tech_lead: list[Ref] = []


class ImpactShape(Shape):
    """An impact to move."""

    id: Key
    name: Label
    north_star: bool = False


class QuestionShape(Shape):
    """A question in plain words."""

    id: Key
    label: Label
    verdict: Verdict = Verdict.ACCEPT


class RuleShape(Shape):
    """Who answers a question."""

    question: Key
    layer: Layer
    deciders: Annotated[list[Role], Field(min_length=1, max_length=2)]
    consulted: list[Role] = []
    ritual: Key | None = None
    proximity: Role | None = None
    path: Key


class Clocks(Shape):
    """Working hours a decider has, per layer."""

    hours: dict[Layer, Annotated[float, Field(gt=0, le=2000)]]
    urgent_share: Annotated[float, Field(gt=0, le=1)]
    reminders: Annotated[list[Annotated[float, Field(gt=0, le=5)]], Field(max_length=3)]
    escalation: Annotated[float, Field(gt=0, le=10)] = 2.0
    expire_days: Annotated[int, Field(ge=7, le=730)] | None = None
    review_months: dict[Layer, Annotated[int, Field(ge=1, le=36)]]


class ProximityShape(Shape):
    """How small is small."""

    max_effort_days: Annotated[float, Field(gt=0, le=100)]


class TieBreakShape(Shape):
    """Where a disagreement goes."""

    ritual: Key | None = None
    seat: Role | None = None


class CycleShape(Shape):
    """The common tempo."""

    months: Annotated[int, Field(ge=1, le=3)]
    anchor: date


class DigestShape(Shape):
    """When the weekly digest goes out, and whether an empty week says so."""

    weekday: Annotated[int, Field(ge=1, le=7)] = 1
    at: time = time(9)
    when_empty: WhenEmpty = WhenEmpty.SAY


class BypassShape(Shape):
    """What is done of requests made outside the channel, unless a steward says otherwise."""

    mode: Mode = Mode.OBSERVE
    nudge_every_hours: Annotated[float, Field(ge=1, le=2000)] = 24
    keep_days: Annotated[int, Field(ge=7, le=2000)] = 400


class ArtefactShape(Shape):
    """Which company seat keeps a shared artefact, and how many days it stays fresh."""

    owner: Role | None = None
    fresh_days: Annotated[int, Field(ge=1, le=730)] | None = None


class ArtefactsShape(Shape):
    """The four shared artefacts; what is not said is what it usually is."""

    impacts: ArtefactShape | None = None
    capacity: ArtefactShape | None = None
    constraints: ArtefactShape | None = None
    roadmap: ArtefactShape | None = None


class RitualShape(Shape):
    """A meeting that answers one question."""

    id: Key
    name: Label
    asks: Label
    roles: Annotated[list[Role], Field(min_length=1)]
    tie_breakers: list[Role] = []
    takes: list[Key] | None = None
    every: Annotated[str, Field(pattern=RHYTHM)]
    on: list[DayOfMonth] | None = None
    anchor: Anchor
    at: Wall
    zone: Zone | None = None
    minutes: Annotated[int, Field(ge=5, le=480)]
    item_minutes: Annotated[int, Field(ge=1, le=480)] = 10
    channel: Words | None = None
    facilitators: list[Ref] = []
    replaces: Words | None = None


class CharterFile(Shape):
    """The whole file."""

    company: Company
    calendar: CalendarShape
    seats: list[SeatShape]
    squads: list[SquadShape] = []
    impacts: Annotated[list[ImpactShape], Field(min_length=1, max_length=100)]
    questions: Annotated[list[QuestionShape], Field(min_length=1, max_length=100)]
    rules: list[RuleShape]
    paths: dict[Key, list[Role]]
    clocks: Clocks
    proximity: ProximityShape
    tie_break: TieBreakShape
    cycle: CycleShape
    digest: DigestShape = DigestShape()
    bypasses: BypassShape = BypassShape()
    artefacts: ArtefactsShape = ArtefactsShape()
    rituals: list[RitualShape] = []
