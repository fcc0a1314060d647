"""Routing: from a question to the people who decide it, with the reason in words.

Pure and deterministic. Source: governance §3.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.charter import SQUAD_ROLES, Charter, Layer, Role, Rule, Seat, SeatKey
from bot.domain.ids import PersonId, QuestionId, RitualId, SquadId
from bot.domain.people import Presence


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What routing needs to know of a request.

    `effort_days` is the cost of its dearest option in person-days, None while nobody said.
    """

    question: QuestionId
    requester: PersonId
    squads: tuple[SquadId, ...] = ()
    effort_days: float | None = None
    moves_cycle: bool = False


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why, as an i18n key `reason.<key>` and its values (roles, squads, people, numbers)."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


def reason(key: str, **values: str) -> Reason:
    """Return the reason `key` with its values."""
    return Reason(key=key, values=tuple(sorted(values.items())))


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """One person's right to decide, the seats it comes from, and whom they stand in for."""

    person: PersonId
    seats: tuple[SeatKey, ...]
    on_behalf_of: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class Route:
    """Who decides a request, who is consulted, and why.

    With several mandates all must agree. Without any, `stewards` find a decider: a request is
    never unassigned in silence. `usual` is the route when nobody is away, taken again when they
    are back; None when this is it.
    """

    layer: Layer
    mandates: tuple[Mandate, ...]
    consulted: tuple[PersonId, ...] = ()
    stewards: tuple[PersonId, ...] = ()
    ritual: RitualId | None = None
    is_proximity: bool = False
    is_self_decided: bool = False
    is_tie_break: bool = False
    reasons: tuple[Reason, ...] = ()
    usual: "Route | None" = None

    @property
    def deciders(self) -> tuple[PersonId, ...]:
        """The people who decide, in order."""
        return tuple(mandate.person for mandate in self.mandates)

    def mandate_of(self, person: PersonId) -> Mandate | None:
        """Return the mandate of `person`, None when they have none."""
        return next((m for m in self.mandates if m.person == person), None)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every routing question is answered from."""

    charter: Charter
    presence: Presence
    now: datetime


@dataclass
class Search:
    """The mandates found so far for one subject, and the reasons met on the way.

    `apart` are people who do not decide this time: those who just referred it up.
    """

    desk: Desk
    subject: Subject
    layer: Layer
    apart: frozenset[PersonId] = frozenset()
    reasons: list[Reason] = field(default_factory=list)
    mandates: list[Mandate] = field(default_factory=list)
    is_tie_break: bool = False

    def say(self, key: str, **values: str) -> None:
        """Keep a reason, once."""
        found = reason(key, **values)
        if found not in self.reasons:
            self.reasons.append(found)

    def grant(self, mandate: Mandate) -> None:
        """Add a mandate; a person who holds two seats gets one mandate for both."""
        for index, known in enumerate(self.mandates):
            if known.person == mandate.person:
                seats = tuple(dict.fromkeys(known.seats + mandate.seats))
                if seats != known.seats:
                    self.mandates[index] = replace(known, seats=seats)
                    self.say("holds_both", person=mandate.person)
                return
        self.mandates.append(mandate)

    def fill(self, role: Role) -> bool:
        """Find who acts in the seat of `role`; say why when nobody does."""
        squad = self.subject.squads[0] if role in SQUAD_ROLES else None
        seat = self.desk.charter.seat(role, squad)
        mandate = self._acting(seat) if seat else None
        if mandate:
            self.grant(mandate)
        elif seat is None or not self.desk.presence.present(seat.members, self.desk.now):
            if squad:
                self.say("nobody_in_squad", role=role, squad=squad)
            else:
                self.say("nobody", role=role)
        return mandate is not None

    def _acting(self, seat: Seat) -> Mandate | None:
        requester = self.subject.requester
        members = (person for person in seat.members if person not in self.apart)
        here = self.desk.presence.present(members, self.desk.now)
        if self.layer is not Layer.EXECUTION:
            if seat.holder == requester:
                self.say("requester_holds", role=seat.key.role)
                return None
            here = tuple(person for person in here if person != requester)
        if not here:
            return None
        acting = here[0]
        stands_in = seat.holder if acting != seat.holder else None
        if stands_in:
            self.say("deputy", person=acting, absent=stands_in)
        return Mandate(person=acting, seats=(seat.key,), on_behalf_of=stands_in)

    def is_held_by_requester(self, role: Role) -> bool:
        """Tell whether the requester holds the company seat of `role`."""
        seat = self.desk.charter.seat(role)
        return seat is not None and seat.holder == self.subject.requester

    def climb(self, steps: Iterable[Role]) -> None:
        """Fill the first of `steps` that has somebody, else the tie-break."""
        for role in steps:
            if self.fill(role):
                self.say("step_up", role=role)
                return
        self.break_tie()

    def break_tie(self) -> None:
        """Give the decision to the charter's tie-break. Source: governance §3, escalation path."""
        roles, ritual = tie_breakers(self.desk.charter)
        self.is_tie_break = True
        if any(self.fill(role) for role in roles):
            self.say("tie_break_ritual" if ritual else "tie_break_seat", ritual=ritual or "")


def tie_breakers(charter: Charter) -> tuple[tuple[Role, ...], RitualId | None]:
    """Return the roles that break a tie, in order, and the ritual where they do, if one is set."""
    if charter.tie_break.seat:
        return (charter.tie_break.seat,), None
    ritual = charter.ritual(charter.tie_break.ritual) if charter.tie_break.ritual else None
    return (ritual.tie_breakers, ritual.id) if ritual else ((), None)


def route(subject: Subject, desk: Desk) -> Route:
    """Return who decides `subject`; never the requester alone above execution.

    Raises KeyError when the charter does not have the question.
    """
    found = _route(subject, desk)
    if not desk.presence.absences:
        return found
    everybody = replace(desk.presence, absences=())
    usual = _route(subject, replace(desk, presence=everybody))
    return found if usual.deciders == found.deciders else replace(found, usual=usual)


def _route(subject: Subject, desk: Desk) -> Route:
    rule = desk.charter.rule(subject.question)
    small = proximity_role(subject, desk.charter)
    search = Search(desk, subject, Layer.EXECUTION if small else rule.layer)
    if small:
        effort = f"{subject.effort_days:g}"
        search.say("proximity", squad=subject.squads[0], effort=effort, role=small)
    else:
        is_squads = rule.deciders[0] in SQUAD_ROLES
        search.say(f"squad_{rule.path_name}" if is_squads else rule.path_name)
    _fill_first(search, rule, (small,) if small else rule.deciders)
    return finished(search, rule, is_proximity=small is not None)


def proximity_role(subject: Subject, charter: Charter) -> Role | None:
    """Return the squad role that decides because the request is small, None when it is not.

    Small: one squad, at most the charter's person-days, no date moved beyond the cycle.
    Source: governance §3, proximity.
    """
    rule = charter.rule(subject.question)
    is_small = (
        len(subject.squads) == 1
        and not subject.moves_cycle
        and subject.effort_days is not None
        and subject.effort_days <= charter.proximity.max_effort_days
    )
    return rule.proximity if is_small else None


def _fill_first(search: Search, rule: Rule, roles: tuple[Role, ...]) -> None:
    if any(role in SQUAD_ROLES for role in roles) and len(search.subject.squads) != 1:
        search.say("several_squads" if search.subject.squads else "no_squad")
        search.climb(rule.path)
        return
    missing = [role for role in roles if not search.fill(role)]
    if not missing:
        return
    if search.mandates and search.is_held_by_requester(missing[0]):
        search.say("co_mandate", role=missing[0])
        return
    search.climb(rule.above(missing[0]))


def finished(search: Search, rule: Rule, *, is_proximity: bool) -> Route:
    """Return the route that `search` found; the stewards' when it found nobody."""
    desk, subject = search.desk, search.subject
    stewards: tuple[PersonId, ...] = ()
    if not search.mandates:
        stewards = desk.presence.present(desk.charter.stewards, desk.now) or desk.charter.stewards
        search.say("stewards")
    ritual = tie_breakers(desk.charter)[1] if search.is_tie_break else rule.ritual
    deciders = tuple(mandate.person for mandate in search.mandates)
    is_self_decided = subject.requester in deciders
    if is_self_decided:
        search.say("self_decided")
    return Route(
        layer=search.layer,
        mandates=tuple(search.mandates),
        consulted=_consulted(search, rule, apart=(*deciders, subject.requester)),
        stewards=stewards,
        ritual=ritual or rule.ritual,
        is_proximity=is_proximity,
        is_self_decided=is_self_decided,
        is_tie_break=search.is_tie_break,
        reasons=tuple(search.reasons),
    )


def _consulted(search: Search, rule: Rule, *, apart: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    """Return the holders to consult: of the squads concerned, or of all for a strategy."""
    charter = search.desk.charter
    squads = search.subject.squads
    if not squads and rule.layer is Layer.STRATEGY:
        squads = tuple(squad.id for squad in charter.squads)
    seats = (
        charter.seat(role, squad)
        for role in rule.consulted
        for squad in (squads if role in SQUAD_ROLES else (None,))
    )
    present = (search.desk.presence.present(s.members, search.desk.now)[:1] for s in seats if s)
    found = (person for first in present for person in first)
    return tuple(person for person in dict.fromkeys(found) if person not in apart)
