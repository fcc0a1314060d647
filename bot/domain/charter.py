"""The charter: who decides what, how fast and in which ritual, as frozen data.

Source: governance §2, §3, §6, §7, §8. `bot.config` reads it from a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum

from bot.domain.artefacts_plan import DEFAULT, ArtefactsPlan
from bot.domain.bypass import BypassPlan
from bot.domain.calendar import Calendar
from bot.domain.digest_plan import DigestPlan
from bot.domain.ids import ImpactId, PersonId, QuestionId, RitualId, SquadId
from bot.domain.recurrence import Recurrence
from bot.domain.roles import SQUAD_ROLES, TECH_ROLES, Role
from bot.domain.tempo import Cycle, Proximity

__all__ = ["SQUAD_ROLES", "TECH_ROLES", "Role"]  # what seats are for


class Layer(StrEnum):
    """A level of decision, each with its own clock. Source: governance §3."""

    VISION = "vision"
    STRATEGY = "strategy"
    ARBITRATION = "arbitration"
    EXECUTION = "execution"


class Verdict(StrEnum):
    """What a decider answers. Source: governance §5."""

    ACCEPT = "accept"
    FIRST = "first"
    CUT = "cut"
    SHIFT = "shift"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Label:
    """A few words in both languages."""

    fr: str
    en: str

    def read_in(self, locale: str) -> str:
        """Return the words in `locale`, French for any language but English."""
        return self.en if locale.startswith("en") else self.fr


@dataclass(frozen=True, kw_only=True)
class SeatKey:
    """Names a seat: a role, and its squad for a squad's role."""

    role: Role
    squad: SquadId | None = None

    @property
    def name(self) -> str:
        """What it is called in the record: `cpo`, `pm:checkout`."""
        return f"{self.role}:{self.squad}" if self.squad else self.role


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A role held by somebody, with deputies in order.

    `refs` is what the file says (user ids, e-mails, a usergroup), holder first; `members` is who
    that is in the workspace, same order, empty while nobody could be found: a vacant seat.
    """

    key: SeatKey
    refs: tuple[str, ...]
    members: tuple[PersonId, ...] = ()

    @property
    def holder(self) -> PersonId | None:
        """The person who holds the seat, deputies aside."""
        return self.members[0] if self.members else None


@dataclass(frozen=True, kw_only=True)
class Squad:
    """A team with its own PM, EM and tech lead."""

    id: SquadId
    name: str


@dataclass(frozen=True, kw_only=True)
class Impact:
    """Something the company wants to move; the North Star or one of its drivers."""

    id: ImpactId
    name: Label
    is_north_star: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a requester asks, in plain words, and the verdict that a yes to it is."""

    id: QuestionId
    label: Label
    verdict: Verdict = Verdict.ACCEPT


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who answers a question.

    Several `deciders` must all agree (co-decision). `proximity` is the squad role that decides
    when the request is small. `path` are the company roles above, nearest first; past its end
    stands the tie-break.
    """

    question: QuestionId
    layer: Layer
    deciders: tuple[Role, ...]
    consulted: tuple[Role, ...] = ()
    ritual: RitualId | None = None
    proximity: Role | None = None
    path_name: str
    path: tuple[Role, ...] = ()

    def above(self, role: Role) -> tuple[Role, ...]:
        """Return the roles above `role` for this question, nearest first; empty at the top."""
        if role in self.path:
            return self.path[self.path.index(role) + 1 :]
        return self.path if role in SQUAD_ROLES else ()


@dataclass(frozen=True, kw_only=True)
class Ritual:
    """A meeting that answers one question. Source: governance §7.

    It is held on the days of `rule`, at the wall time `at` of `zone`; `item` is the time counted
    for one request. `takes` are the questions it answers. `tie_breakers` decide together what was
    split. `channel` is where its agenda goes, None for the arbitration channel. `rotation` is who
    `facilitators` (what the file says) are in the workspace, same order.
    """

    id: RitualId
    name: Label
    asks: Label
    roles: tuple[Role, ...]
    takes: tuple[QuestionId, ...] = ()
    tie_breakers: tuple[Role, ...] = ()
    rule: Recurrence
    at: time
    zone: str
    duration: timedelta
    item: timedelta = timedelta(minutes=10)
    channel: str | None = None
    facilitators: tuple[str, ...] = ()
    rotation: tuple[PersonId, ...] = ()
    replaces: str | None = None


@dataclass(frozen=True, kw_only=True)
class TieBreak:
    """Where a disagreement goes: a ritual, or the seat of one role. Exactly one is set."""

    ritual: RitualId | None = None
    seat: Role | None = None


@dataclass(frozen=True, kw_only=True)
class Charter:
    """Everything a company has settled about its decisions.

    `reminders` and `escalation` are shares of the SLA: when who decides is reminded, and when the
    request moves on without them. `expire_days` closes a request nobody decides, None never.
    """

    company: str
    locale: str
    channel: str
    calendar: Calendar
    seats: tuple[Seat, ...]
    squads: tuple[Squad, ...]
    impacts: tuple[Impact, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    rituals: tuple[Ritual, ...]
    slas: Mapping[Layer, timedelta]
    urgent_share: float
    reminders: tuple[float, ...]
    escalation: float = 2.0
    expire_days: int | None = None
    review_months: Mapping[Layer, int]
    proximity: Proximity
    tie_break: TieBreak
    cycle: Cycle
    digest: DigestPlan
    bypasses: BypassPlan
    artefacts: ArtefactsPlan = field(default_factory=lambda: DEFAULT)

    def rule(self, question: QuestionId) -> Rule:
        """Return the rule of `question`. Raises KeyError for a question of another charter."""
        for rule in self.rules:
            if rule.question == question:
                return rule
        raise KeyError(question)

    def question(self, question: QuestionId) -> Question:
        """Return the question `question`. Raises KeyError for one of another charter."""
        for known in self.questions:
            if known.id == question:
                return known
        raise KeyError(question)

    def squad(self, squad: SquadId) -> Squad | None:
        """Return the squad `squad`, None when the charter no longer has it."""
        return next((s for s in self.squads if s.id == squad), None)

    def impact(self, impact: ImpactId) -> Impact | None:
        """Return the impact `impact`, None when the charter no longer has it."""
        return next((i for i in self.impacts if i.id == impact), None)

    def ritual(self, ritual: RitualId) -> Ritual | None:
        """Return the ritual `ritual`, None when the charter no longer has it."""
        return next((r for r in self.rituals if r.id == ritual), None)

    def seat(self, role: Role, squad: SquadId | None = None) -> Seat | None:
        """Return the seat of `role`; `squad` counts for a squad's role only."""
        key = SeatKey(role=role, squad=squad if role in SQUAD_ROLES else None)
        return next((seat for seat in self.seats if seat.key == key), None)

    @property
    def stewards(self) -> tuple[PersonId, ...]:
        """Who keeps the charter and is told when a mandate has nobody."""
        seat = self.seat(Role.STEWARD)
        return seat.members if seat else ()

    def sla(self, layer: Layer, *, is_urgent: bool) -> timedelta:
        """Return the working time a decider has. Source: governance §6."""
        return self.slas[layer] * (self.urgent_share if is_urgent else 1)

    def tech_people(self, squads: Iterable[SquadId]) -> frozenset[PersonId]:
        """Return who may confirm a cost for `squads` (any squad when none is named)."""
        named = frozenset(squads)
        return frozenset(
            person
            for seat in self.seats
            if seat.key.role in TECH_ROLES
            and (not named or seat.key.squad is None or seat.key.squad in named)
            for person in seat.members
        )

    @property
    def refs(self) -> frozenset[str]:
        """Every user id, e-mail and usergroup that the file names."""
        return frozenset(
            [ref for seat in self.seats for ref in seat.refs]
            + [ref for ritual in self.rituals for ref in ritual.facilitators]
        )

    def seated(self, directory: Mapping[str, tuple[PersonId, ...]]) -> "Charter":
        """Return the charter with who holds each seat, and facilitates, found in `directory`.

        A ref the directory does not have leaves its place empty: nobody is guessed.
        """

        def people(refs: tuple[str, ...]) -> tuple[PersonId, ...]:
            found = (person for ref in refs for person in directory.get(ref, ()))
            return tuple(dict.fromkeys(found))

        return replace(
            self,
            seats=tuple(replace(s, members=people(s.refs)) for s in self.seats),
            rituals=tuple(replace(r, rotation=people(r.facilitators)) for r in self.rituals),
        )
