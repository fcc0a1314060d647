"""The governance audit: three questions, what is measured of each, and at most three levers.

Pure. Source: governance §1, §9 (audit). What people declare, and the questions that bypasses and
rituals answer, join it with those features.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.charter import SQUAD_ROLES, Charter, Role, Rule, SeatKey
from bot.domain.ids import PersonId
from bot.domain.metrics import LEAST, TARGET, Numbers, Rate, Share, Timing

MOST_LEVERS = 3
LOADED_PERCENT = 60
"""A company seat that takes so much of the decisions is a bottleneck. Source: « PC de tri »."""
FEW_EVIDENCE_PERCENT = 50
MANY_REOPENED_PERCENT = 15


class AuditQuestion(StrEnum):
    """What tells whether a governance holds. Source: governance §1."""

    ROLES = "roles"
    RITUALS = "rituals"
    CHANNEL = "channel"


class LeverRule(StrEnum):
    """Why a lever is proposed, most pressing first."""

    VACANT_SEAT = "vacant_seat"
    SLOW_LAYER = "slow_layer"
    LOADED_SEAT = "loaded_seat"
    MANY_REOPENED = "many_reopened"
    FEW_EVIDENCE = "few_evidence"


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something to do, with the rule that proposed it. `values` are ids and numbers."""

    rule: LeverRule
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One page. `measured` is None for a question that nothing measures yet."""

    charter: Charter
    measured: dict[AuditQuestion, Share | None]
    levers: tuple[Lever, ...]


def audit(charter: Charter, barred: frozenset[PersonId], numbers: Numbers) -> Audit:
    """Return the page of a seated charter; `barred` people hold no seat."""
    vacant = tuple(dict.fromkeys(_vacant(charter, barred)))
    held = sum(not list(_vacant_of(charter, rule, barred)) for rule in charter.rules)
    levers = (*_vacant_levers(vacant), *_time_levers(numbers), *_rate_levers(numbers))
    order = list(LeverRule)
    ranked = sorted(levers, key=lambda lever: order.index(lever.rule))
    return Audit(
        charter=charter,
        measured={
            AuditQuestion.ROLES: Share(hits=held, n=len(charter.rules)),
            AuditQuestion.RITUALS: None,
            AuditQuestion.CHANNEL: None,
        },
        levers=tuple(ranked[:MOST_LEVERS]),
    )


def _vacant(charter: Charter, barred: frozenset[PersonId]) -> Iterator[SeatKey]:
    for rule in charter.rules:
        yield from _vacant_of(charter, rule, barred)


def _vacant_of(charter: Charter, rule: Rule, barred: frozenset[PersonId]) -> Iterator[SeatKey]:
    """Yield the seats that decide by `rule` and that nobody active holds."""
    for role in rule.deciders:
        for key in _seats_of(charter, role):
            seat = charter.seat(key.role, key.squad)
            if seat is None or barred.issuperset(seat.members):
                yield key


def _seats_of(charter: Charter, role: Role) -> list[SeatKey]:
    if role not in SQUAD_ROLES:
        return [SeatKey(role=role)]
    return [SeatKey(role=role, squad=squad.id) for squad in charter.squads]


def _vacant_levers(vacant: tuple[SeatKey, ...]) -> Iterator[Lever]:
    if vacant:
        seats = ", ".join(key.name for key in vacant)
        yield Lever(rule=LeverRule.VACANT_SEAT, values=(("seats", seats),))


def _time_levers(numbers: Numbers) -> Iterator[Lever]:
    """Yield a lever for the slowest layer whose median is over the article's target."""
    target_s = int(TARGET.total_seconds())
    times = numbers.times.get(Timing.ELAPSED, {}).items()
    slow = [(spread, layer) for layer, spread in times if spread.n >= LEAST]
    over = [(spread.median_s, layer) for spread, layer in slow if spread.median_s > target_s]
    if over:
        median_s, layer = max(over)
        values = (("layer", layer.value), ("median_s", str(median_s)))
        yield Lever(rule=LeverRule.SLOW_LAYER, values=values)


def _rate_levers(numbers: Numbers) -> Iterator[Lever]:
    tally = numbers.tally
    if tally.decided >= LEAST and tally.load:
        seat, number = tally.load[0]
        percent = Share(hits=number, n=tally.decided).percent or 0
        if percent >= LOADED_PERCENT:
            values = (("percent", str(percent)), ("seat", seat))
            yield Lever(rule=LeverRule.LOADED_SEAT, values=values)
    evidence, reopened = tally.shares[Rate.EVIDENCE], tally.shares[Rate.REOPENED]
    if evidence.n >= LEAST and (evidence.percent or 0) < FEW_EVIDENCE_PERCENT:
        yield Lever(rule=LeverRule.FEW_EVIDENCE, values=(("percent", str(evidence.percent)),))
    if reopened.n >= LEAST and (reopened.percent or 0) >= MANY_REOPENED_PERCENT:
        yield Lever(rule=LeverRule.MANY_REOPENED, values=(("percent", str(reopened.percent)),))
