"""The governance audit: three questions, what is measured of each, and at most three levers.

Each question is answered twice: as people declare in a poll, and as it is measured.
Pure. Source: governance §1, §9 (audit).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.charter import SQUAD_ROLES, Charter, Role, Rule, SeatKey
from bot.domain.ids import PersonId
from bot.domain.metrics import LEAST, TARGET, Numbers, Rate, Share, Timing
from bot.domain.metrics_rituals import together
from bot.domain.polls import AuditQuestion, Poll

__all__ = ["AuditQuestion"]  # what the poll asks too

MOST_LEVERS = 3
LOADED_PERCENT = 60
"""A company seat that takes so much of the decisions is a bottleneck. Source: « PC de tri »."""
FEW_EVIDENCE_PERCENT = 50
MANY_REOPENED_PERCENT = 15
MANY_BYPASSES_PERCENT = 20
MANY_DISCUSSIONS_PERCENT = 30
FALSE_URGENCY_PERCENT = 50
FEW_ON_TIME_PERCENT = 50


class LeverRule(StrEnum):
    """Why a lever is proposed, most pressing first."""

    VACANT_SEAT = "vacant_seat"
    MANY_BYPASSES = "many_bypasses"
    SLOW_LAYER = "slow_layer"
    LOADED_SEAT = "loaded_seat"
    MANY_DISCUSSIONS = "many_discussions"
    MANY_REOPENED = "many_reopened"
    FALSE_URGENCY = "false_urgency"
    FEW_EVIDENCE = "few_evidence"
    FEW_ON_TIME = "few_on_time"
    NO_DEBT = "no_debt"


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something to do, with the rule that proposed it. `values` are ids and numbers."""

    rule: LeverRule
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One page. `declared` is the last poll that was closed, `open_poll` the one under way."""

    charter: Charter
    at: datetime
    measured: Mapping[AuditQuestion, Share]
    levers: tuple[Lever, ...]
    declared: Poll | None = None
    open_poll: Poll | None = None


def audit(charter: Charter, barred: frozenset[PersonId], numbers: Numbers) -> Audit:
    """Return the page of a seated charter; `barred` people hold no seat."""
    vacant = tuple(dict.fromkeys(_vacant(charter, barred)))
    held = sum(not list(_vacant_of(charter, rule, barred)) for rule in charter.rules)
    found = (_vacant_levers(vacant), _time_levers(numbers), _load_levers(numbers))
    levers = [*(lever for each in found for lever in each), *_rate_levers(numbers)]
    order = list(LeverRule)
    ranked = sorted(levers, key=lambda lever: order.index(lever.rule))
    outside = numbers.bypasses.rate
    return Audit(
        charter=charter,
        at=numbers.period.end,
        measured={
            AuditQuestion.ROLES: Share(hits=held, n=len(charter.rules)),
            AuditQuestion.RITUALS: together(numbers.rituals).explicit,
            AuditQuestion.CHANNEL: Share(hits=outside.n - outside.hits, n=outside.n),
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


def _load_levers(numbers: Numbers) -> Iterator[Lever]:
    tally = numbers.tally
    if tally.decided >= LEAST and tally.load:
        seat, number = tally.load[0]
        percent = Share(hits=number, n=tally.decided).percent or 0
        if percent >= LOADED_PERCENT:
            values = (("percent", str(percent)), ("seat", seat))
            yield Lever(rule=LeverRule.LOADED_SEAT, values=values)


AT_LEAST = {
    LeverRule.MANY_BYPASSES: (Rate.BYPASSED, MANY_BYPASSES_PERCENT),
    LeverRule.MANY_DISCUSSIONS: (Rate.DISCUSSED, MANY_DISCUSSIONS_PERCENT),
    LeverRule.MANY_REOPENED: (Rate.REOPENED, MANY_REOPENED_PERCENT),
    LeverRule.FALSE_URGENCY: (Rate.FALSE_URGENCY, FALSE_URGENCY_PERCENT),
}
BELOW = {
    LeverRule.FEW_EVIDENCE: (Rate.EVIDENCE, FEW_EVIDENCE_PERCENT),
    LeverRule.FEW_ON_TIME: (Rate.ON_TIME, FEW_ON_TIME_PERCENT),
    LeverRule.NO_DEBT: (Rate.DEBT, 1),
}
"""Which rates propose something, at a percentage and more, or below one; never on too few."""


def _rate_levers(numbers: Numbers) -> Iterator[Lever]:
    for rule, (rate, percent) in {**AT_LEAST, **BELOW}.items():
        share = numbers.tally.shares[rate]
        n = numbers.tally.decided if rate is Rate.DEBT else share.n
        if n < LEAST or share.percent is None:
            continue
        if (share.percent < percent) == (rule in BELOW):
            yield Lever(rule=rule, values=(("percent", str(share.percent)),))
