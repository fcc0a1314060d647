"""What is small enough for a squad, and the company's common cycle."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Proximity:
    """How small a request must be for the squad to decide. Source: governance §3, proximity."""

    max_effort_days: float


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """The common tempo: `months` long, one of them starting on `anchor`."""

    months: int
    anchor: date
