"""A chart, whatever draws it: Slack, a picture, a table."""

from dataclasses import dataclass
from typing import Literal

DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Series:
    """One curve, or one colour of bars: a value per category, in their order; None is a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What is drawn, its words in one language. `id` names it, and its file."""

    id: str
    kind: Literal["line", "bar"]
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    y_label: str


def days(length_s: int) -> float:
    """Return a length in days, to the nearest tenth, halves up."""
    return (20 * length_s + DAY_S) // (2 * DAY_S) / 10
