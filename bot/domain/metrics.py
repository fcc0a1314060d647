"""The numbers: what each one is, from what happened to requests.

Pure. Never averaged across layers, always with n, never a list of persons. Durations are whole
seconds, rounded down. Source: governance §9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.charter import Layer

LEAST = 5
"""No trend is shown under so many decisions."""

PERIOD = timedelta(weeks=6)
"""What the numbers look back on: the article's own six weeks."""

BEFORE = timedelta(days=10)
"""How long a decision took on average before. Source: governance §9, reference of the article."""

TARGET = timedelta(days=7)
"""The article's result: thirty per cent less, in six weeks."""

REOPENED_WITHIN = timedelta(days=90)


class Timing(StrEnum):
    """The four ways to time a decision, from filing (or reopening) to the decision."""

    ELAPSED = "elapsed"
    ELAPSED_UNPAUSED = "elapsed_unpaused"
    WORKING = "working"
    WORKING_UNPAUSED = "working_unpaused"


class Rate(StrEnum):
    """A share of the decisions of a period; each with its definition in `metrics.<rate>`.

    REOPENED counts the decisions whose ninety days ended in the period. URGENT_PAST_DATE counts
    urgent requests only. Rates over bypasses, rituals and capacity join them with those features.
    """

    PROXIMITY = "proximity"
    REFERRED = "referred"
    EVIDENCE = "evidence"
    REOPENED = "reopened"
    URGENT_PAST_DATE = "urgent_past_date"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `start` (included) to `end` (excluded), aware UTC."""

    start: datetime
    end: datetime

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one starts."""
        return Period(start=self.start - (self.end - self.start), end=self.start)


@dataclass(frozen=True, kw_only=True)
class Share:
    """`hits` out of `n`."""

    hits: int
    n: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, halves up; None when there is nothing to divide."""
        return (200 * self.hits + self.n) // (2 * self.n) if self.n else None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long `n` decisions took, in seconds.

    `median_s` is the shortest time that half of them did not exceed, `p90_s` nine in ten; the mean
    is rounded to the second, halves up.
    """

    n: int
    median_s: int
    p90_s: int
    mean_s: int


def spread_of(durations_s: Sequence[int]) -> Spread | None:
    """Return the spread of some durations; None when there are none."""
    if not durations_s:
        return None
    ranked, n = sorted(durations_s), len(durations_s)
    return Spread(
        n=n,
        median_s=ranked[median_rank(n) - 1],
        p90_s=ranked[p90_rank(n) - 1],
        mean_s=mean_of(sum(ranked), n),
    )


def trends(now: Mapping[Layer, Spread], before: Mapping[Layer, Spread]) -> dict[Layer, int]:
    """Return the trend of each layer that has one."""
    moves = {layer: trend(spread, before.get(layer)) for layer, spread in now.items()}
    return {layer: move for layer, move in moves.items() if move is not None}


Durations = Mapping[Layer, Mapping[Timing, Sequence[int]]]
"""How long each decision took, in seconds, in no order."""

Times = Mapping[Timing, Mapping[Layer, Spread]]


def times_of(*samples: Durations) -> dict[Timing, dict[Layer, Spread]]:
    """Return how long the decisions of all `samples` took, per layer that has any."""
    pooled: dict[Timing, dict[Layer, list[int]]] = {}
    for sample in samples:
        for layer, timings in sample.items():
            for timing, durations_s in timings.items():
                pooled.setdefault(timing, {}).setdefault(layer, []).extend(durations_s)
    return {
        timing: {layer: spread for layer in Layer if (spread := spread_of(layers.get(layer, [])))}
        for timing, layers in pooled.items()
    }


def median_rank(n: int) -> int:
    """Return which of `n` durations in order, from 1, is the median."""
    return (n + 1) // 2


def p90_rank(n: int) -> int:
    """Return which of `n` durations in order, from 1, nine in ten do not exceed."""
    return (9 * n + 9) // 10


def mean_of(total: int, n: int) -> int:
    """Return the mean in whole seconds, halves up."""
    return (2 * total + n) // (2 * n)


def trend(now: Spread | None, before: Spread | None) -> int | None:
    """Return by how many per cent the median moved; None when either has too few decisions."""
    if now is None or before is None or min(now.n, before.n) < LEAST or before.median_s == 0:
        return None
    change = now.median_s - before.median_s
    return (200 * change + before.median_s) // (2 * before.median_s)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is counted over the decisions of a period.

    `load` is how many decisions each company seat took, busiest first: the « PC de tri » index.
    """

    decided: int
    shares: Mapping[Rate, Share]
    load: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The open requests of a layer: how many, how many past their date, and their ages."""

    layer: Layer
    late: int
    ages: Spread


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Everything that is measured over a period, for those who may see it.

    `times` has the timings that were asked for, and the layers where something was decided.
    """

    period: Period
    filed: int
    tally: Tally
    times: Times
    waiting: tuple[Waiting, ...]
    trends: Mapping[Layer, int]
