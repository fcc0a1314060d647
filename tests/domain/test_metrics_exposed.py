from datetime import timedelta
from itertools import groupby

from bot.domain.charter import Layer
from bot.domain.ids import RitualId
from bot.domain.metrics import Numbers, Period, Rate, Share, Spread, Tally, Timing
from bot.domain.metrics_exposed import Measure, measured
from bot.domain.metrics_rituals import RitualTally
from tests.builders import NOW


def exposed(*, n: int) -> list[Measure]:
    spread = Spread(n=n, median_s=3600, p90_s=7200, mean_s=4000)
    numbers = Numbers(
        period=Period(start=NOW - timedelta(weeks=6), end=NOW),
        filed=n,
        tally=Tally(decided=n, shares={r: Share(hits=n // 2, n=n) for r in Rate}, load=()),
        times={Timing.ELAPSED: {Layer.ARBITRATION: spread} if n else {}},
        waiting=(),
        trends={},
        rituals={RitualId("sync"): RitualTally(planned=2, held=1)} if n else {},
    )
    return list(measured(numbers))


def test_gauges_are_told_one_after_the_other_with_the_same_labels() -> None:
    found = exposed(n=8)

    names = [name for name, _ in groupby(found, key=lambda measure: measure.name)]
    assert len(names) == len(set(names))
    for _, values in groupby(found, key=lambda measure: measure.name):
        assert len({tuple(one.labels) for one in values}) == 1
    labels = {"layer": "arbitration", "timing": "elapsed", "statistic": "p90"}
    assert Measure(name="time_to_decide_seconds", value=7200, labels=labels) in found
    assert Measure(name="rate_ratio", value=0.5, labels={"rate": "evidence"}) in found


def test_a_share_of_nothing_is_no_zero() -> None:
    found = exposed(n=0)

    assert "rate_ratio" not in {measure.name for measure in found}
    assert Measure(name="rate_out_of", value=0, labels={"rate": "evidence"}) in found
