"""The numbers as gauges, for who watches from outside: never a person, never a request.

Pure. A share of nothing is left out: zero would be an answer. Source: governance §9.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.domain.metrics import Numbers


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One value of a gauge. `labels` have the same names for every value of one gauge."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def measured(numbers: Numbers) -> Iterator[Measure]:
    """Yield what the numbers of a period are, a gauge after the other; times in seconds."""
    yield Measure(name="requests_filed", value=numbers.filed)
    yield Measure(name="decisions", value=numbers.tally.decided)
    yield from _rates(numbers)
    yield from _times(numbers)
    for waiting in numbers.waiting:
        labels = {"layer": waiting.layer}
        yield Measure(name="waiting_requests", value=waiting.ages.n, labels=labels)
    yield from _rituals(numbers)


def _rates(numbers: Numbers) -> Iterator[Measure]:
    shares = numbers.tally.shares.items()
    for rate, share in shares:
        if share.n:
            yield Measure(name="rate_ratio", value=share.hits / share.n, labels={"rate": rate})
    for rate, share in shares:
        yield Measure(name="rate_out_of", value=share.n, labels={"rate": rate})


def _times(numbers: Numbers) -> Iterator[Measure]:
    for timing, layers in numbers.times.items():
        for layer, spread in layers.items():
            told = {"median": spread.median_s, "p90": spread.p90_s, "mean": spread.mean_s}
            for statistic, value in told.items():
                labels = {"layer": layer, "timing": timing, "statistic": statistic}
                yield Measure(name="time_to_decide_seconds", value=value, labels=labels)


def _rituals(numbers: Numbers) -> Iterator[Measure]:
    for ritual, tally in numbers.rituals.items():
        counted = {"planned": tally.planned, "held": tally.held, "closed": tally.closed}
        for what, value in (*counted.items(), ("discussions", tally.discussions)):
            labels = {"ritual": ritual, "what": what}
            yield Measure(name="ritual_occurrences", value=value, labels=labels)
