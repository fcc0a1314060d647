"""What every number is made of: a period, and a share of what was seen in it."""

from dataclasses import dataclass
from datetime import datetime


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
    """`hits` out of `n`: never a percentage without its n."""

    hits: int
    n: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, halves up; None when there is nothing to divide."""
        return (200 * self.hits + self.n) // (2 * self.n) if self.n else None
