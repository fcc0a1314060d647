"""The numbers that can be opened to the requests behind them. Source: governance §9."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.charter import Layer, Role
from bot.domain.counting import Period, Share
from bot.domain.metrics import Rate
from bot.domain.summary import Summary

PAGE = 8
"""How many requests a page shows."""


class Kind(StrEnum):
    """What a number counts. LAYER and SEAT are decisions by layer and by company seat."""

    FILED = "filed"
    DECIDED = "decided"
    LAYER = "layer"
    SEAT = "seat"
    WAITING = "waiting"
    RATE = "rate"


_OF: dict[Kind, type[StrEnum]] = {
    Kind.LAYER: Layer,
    Kind.SEAT: Role,
    Kind.WAITING: Layer,
    Kind.RATE: Rate,
}
"""What a kind is said of; the others stand alone."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number. `of` is the layer, seat or rate it is about; empty when it stands alone."""

    kind: Kind
    of: str = ""

    @property
    def name(self) -> str:
        """What buttons call it: `rate:proximity`, `filed`."""
        return f"{self.kind}:{self.of}" if self.of else self.kind


def number_named(name: str) -> Number | None:
    """Return the number that a button names; None for what this version does not count."""
    kind, _, of = name.partition(":")
    if kind not in set(Kind):
        return None
    known = _OF.get(Kind(kind))
    is_known = of in set(known) if known else of == ""
    return Number(kind=Kind(kind), of=of) if is_known else None


def of_rate(rate: Rate) -> Number:
    """Return the number that a rate is."""
    return Number(kind=Kind.RATE, of=rate)


@dataclass(frozen=True, kw_only=True)
class Behind:
    """A page of the `total` requests behind a number, from the one after `skipped` on.

    A request counts once in `total`, however often it was decided. `share` is set for a rate, `n`
    is what another number is.
    """

    number: Number
    period: Period
    total: int
    skipped: int
    lines: tuple[Summary, ...]
    n: int = 0
    share: Share | None = None
