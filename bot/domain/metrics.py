"""The numbers: what each one is, from what happened to requests.

Pure. Never averaged across layers, always with n, never a list of persons. Durations are whole
seconds, rounded down. Source: governance §9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.domain.bypass import Counted
from bot.domain.charter import Layer
from bot.domain.counting import Period, Share
from bot.domain.ids import RitualId
from bot.domain.metrics_rituals import RitualTally, together

__all__ = ["Period", "Share"]  # what every number is made of

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
    """A share of what a period saw, in words in `metrics.rate.<rate>.definition`.

    REOPENED counts the decisions whose ninety days ended in the period. FALSE_URGENCY counts
    urgent requests only, ON_TIME the deliverables due in the period, DEBT hundredths of
    person-days. CONVERTED counts the bypasses that had their 48 h. FRESH counts the artefacts
    that are current when the period ends.
    """

    BYPASSED = "bypassed"
    CONVERTED = "converted"
    PROXIMITY = "proximity"
    REFERRED = "referred"
    EVIDENCE = "evidence"
    REOPENED = "reopened"
    FALSE_URGENCY = "false_urgency"
    ON_TIME = "on_time"
    DEBT = "debt"
    RITUAL_DECIDED = "ritual_decided"
    DISCUSSED = "discussed"
    FRESH = "fresh"


OF_BYPASSES = frozenset({Rate.BYPASSED, Rate.CONVERTED})
OF_RITUALS = frozenset({Rate.RITUAL_DECIDED, Rate.DISCUSSED})
OF_DELIVERABLES = frozenset({Rate.ON_TIME})
OF_ARTEFACTS = frozenset({Rate.FRESH})
BESIDE = OF_BYPASSES | OF_RITUALS | OF_DELIVERABLES | OF_ARTEFACTS
OF_DECISIONS = tuple(rate for rate in Rate if rate not in BESIDE)
"""The rates that are counted over decisions made in the period, in their order."""


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


Times = Mapping[Timing, Mapping[Layer, Spread]]
"""How long decisions took, for the layers that have any."""


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
    return _moved(before.median_s, now.median_s)


def against_before(spread: Spread) -> int | None:
    """Return by how many per cent the mean differs from the reference; None on too few decisions.

    Source: governance §9, reference of the article: 10 days on average.
    """
    return _moved(int(BEFORE.total_seconds()), spread.mean_s) if spread.n >= LEAST else None


def _moved(before_s: int, now_s: int) -> int:
    """Return a change in whole per cent, halves up."""
    return (200 * (now_s - before_s) + before_s) // (2 * before_s)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is counted over a period, decisions first.

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
    `rituals` has those that came to their hour. Bypasses have no squad: they are the company's.
    `is_breathless`: no debt was decided for two cycles.
    """

    period: Period
    filed: int
    tally: Tally
    times: Times
    waiting: tuple[Waiting, ...]
    trends: Mapping[Layer, int]
    bypasses: Counted = field(default_factory=Counted)
    rituals: Mapping[RitualId, RitualTally] = field(default_factory=dict)
    is_breathless: bool = False


def shares_beside(
    bypasses: Counted, rituals: Mapping[RitualId, RitualTally]
) -> Mapping[Rate, Share]:
    """Return the rates that are not counted over decisions."""
    met = together(rituals)
    return {
        Rate.BYPASSED: bypasses.rate,
        Rate.CONVERTED: bypasses.tally.conversion,
        Rate.RITUAL_DECIDED: met.decisions,
        Rate.DISCUSSED: met.discussed,
    }
