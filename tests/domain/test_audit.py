from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import AuditQuestion, Lever, LeverRule, audit
from bot.domain.bypass import Counted
from bot.domain.bypass import Tally as Bypassed
from bot.domain.charter import Layer, Role, SeatKey
from bot.domain.ids import RitualId
from bot.domain.metrics import Numbers, Period, Rate, Share, Spread, Tally, Timing
from bot.domain.metrics_rituals import RitualTally
from tests.builders import CHECKOUT, CLAIRE, LEA, NOW, a_charter, with_seat

DAY_S = 86_400


def numbers(
    *, median_s: int = DAY_S, n: int = 10, load: int = 1, evidence: int = 8, reopened: int = 0
) -> Numbers:
    spread = Spread(n=n, median_s=median_s, p90_s=median_s, mean_s=median_s)
    shares = {rate: Share(hits=0, n=n) for rate in Rate}
    shares |= {
        Rate.ON_TIME: Share(hits=n, n=n),
        Rate.DEBT: Share(hits=n, n=n),
        Rate.EVIDENCE: Share(hits=evidence, n=n),
        Rate.REOPENED: Share(hits=reopened, n=n),
    }
    return Numbers(
        period=Period(start=NOW - timedelta(weeks=6), end=NOW),
        filed=n,
        tally=Tally(decided=n, shares=shares, load=(("cpo", load),)),
        times={Timing.ELAPSED: {Layer.ARBITRATION: spread}},
        waiting=(),
        trends={},
    )


def rules(found: tuple[Lever, ...]) -> list[LeverRule]:
    return [lever.rule for lever in found]


def test_a_charter_whose_seats_are_held_answers_the_first_question() -> None:
    found = audit(a_charter(), frozenset(), numbers())

    assert found.measured[AuditQuestion.ROLES].percent == 100
    assert found.levers == ()


def test_what_nothing_measures_is_not_invented() -> None:
    found = audit(a_charter(), frozenset(), numbers())

    assert found.measured[AuditQuestion.RITUALS].percent is None
    assert found.measured[AuditQuestion.CHANNEL].percent is None


def test_rituals_and_the_channel_answer_the_two_other_questions() -> None:
    met = RitualTally(planned=5, held=4, closed=3, discussions=1, items=9, settled=8, decided=4)
    seen = Counted(tally=Bypassed(bypasses=2), direct=8)

    found = audit(
        a_charter(),
        frozenset(),
        replace(numbers(), rituals={RitualId("sync"): met}, bypasses=seen),
    )

    assert found.measured[AuditQuestion.RITUALS] == Share(hits=2, n=4)
    assert found.measured[AuditQuestion.CHANNEL] == Share(hits=8, n=10)


@pytest.mark.parametrize(
    ("rate", "share", "expected"),
    [
        (Rate.BYPASSED, (1, 5), LeverRule.MANY_BYPASSES),
        (Rate.BYPASSED, (1, 6), None),
        (Rate.BYPASSED, (4, 4), None),
        (Rate.DISCUSSED, (3, 10), LeverRule.MANY_DISCUSSIONS),
        (Rate.DISCUSSED, (2, 10), None),
        (Rate.FALSE_URGENCY, (5, 10), LeverRule.FALSE_URGENCY),
        (Rate.FALSE_URGENCY, (4, 10), None),
        (Rate.ON_TIME, (4, 10), LeverRule.FEW_ON_TIME),
        (Rate.ON_TIME, (5, 10), None),
        (Rate.ON_TIME, (0, 4), None),
        (Rate.DEBT, (0, 4000), LeverRule.NO_DEBT),
        (Rate.DEBT, (200, 4000), None),
        (Rate.DEBT, (0, 0), None),
    ],
)
def test_a_rate_proposes_its_lever_from_its_threshold_on(
    rate: Rate, share: tuple[int, int], expected: LeverRule | None
) -> None:
    measured = numbers()
    shares = {**measured.tally.shares, rate: Share(hits=share[0], n=share[1])}

    found = audit(
        a_charter(), frozenset(), replace(measured, tally=replace(measured.tally, shares=shares))
    )

    assert rules(found.levers) == ([expected] if expected else [])


def test_an_empty_seat_leaves_its_questions_without_an_answer() -> None:
    charter = with_seat(a_charter(), SeatKey(role=Role.PM, squad=CHECKOUT))

    found = audit(charter, frozenset(), numbers())

    assert found.measured[AuditQuestion.ROLES] == Share(
        hits=len(charter.rules) - 1, n=len(charter.rules)
    )
    assert found.levers == (Lever(rule=LeverRule.VACANT_SEAT, values=(("seats", "pm:checkout"),)),)


def test_a_seat_of_somebody_barred_is_empty() -> None:
    found = audit(a_charter(), frozenset({CLAIRE}), numbers())

    assert rules(found.levers) == [LeverRule.VACANT_SEAT]
    assert dict(found.levers[0].values)["seats"] == "cpo"


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (numbers(median_s=7 * DAY_S), []),
        (numbers(median_s=7 * DAY_S + 1), [LeverRule.SLOW_LAYER]),
        (numbers(median_s=9 * DAY_S, n=4, evidence=4), []),
        (numbers(load=5), []),
        (numbers(load=6), [LeverRule.LOADED_SEAT]),
        (numbers(evidence=5), []),
        (numbers(evidence=4), [LeverRule.FEW_EVIDENCE]),
        (numbers(reopened=1), []),
        (numbers(reopened=2), [LeverRule.MANY_REOPENED]),
    ],
)
def test_each_lever_has_its_rule(measured: Numbers, expected: list[LeverRule]) -> None:
    assert rules(audit(a_charter(), frozenset(), measured).levers) == expected


def test_three_levers_at_most_the_most_pressing_first() -> None:
    everything = numbers(median_s=9 * DAY_S, load=9, evidence=0, reopened=9)

    found = audit(a_charter(), frozenset({LEA, CLAIRE}), everything)

    assert rules(found.levers) == [
        LeverRule.VACANT_SEAT,
        LeverRule.SLOW_LAYER,
        LeverRule.LOADED_SEAT,
    ]
