from datetime import timedelta

import pytest

from bot.domain.audit import AuditQuestion, Lever, LeverRule, audit
from bot.domain.charter import Layer, Role, SeatKey
from bot.domain.metrics import Numbers, Period, Rate, Share, Spread, Tally, Timing
from tests.builders import CHECKOUT, CLAIRE, LEA, NOW, a_charter, with_seat

DAY_S = 86_400


def numbers(
    *, median_s: int = DAY_S, n: int = 10, load: int = 1, evidence: int = 8, reopened: int = 0
) -> Numbers:
    spread = Spread(n=n, median_s=median_s, p90_s=median_s, mean_s=median_s)
    shares = {rate: Share(hits=0, n=n) for rate in Rate}
    shares |= {
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

    share = found.measured[AuditQuestion.ROLES]
    assert share is not None
    assert share.percent == 100
    assert found.levers == ()


def test_what_nothing_measures_is_not_invented() -> None:
    found = audit(a_charter(), frozenset(), numbers())

    assert found.measured[AuditQuestion.RITUALS] is None
    assert found.measured[AuditQuestion.CHANNEL] is None


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
