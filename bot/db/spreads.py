"""Spreads of durations: ranked by PostgreSQL itself, and by us what SQLite hands over in bulk."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Integer, String, case, cast, func, literal
from sqlalchemy.dialects import postgresql

from bot.db.tables import UtcDateTime
from bot.domain.metrics import Spread, mean_of, median_rank, p90_rank

SHARES = (0.5, 0.9)
"""Whose ranks are `median_rank` and `p90_rank`."""

EACH = 3
"""How many columns a spread takes: how many durations, their ranks, their sum."""

MICROSECONDS_FROM = 21
"""Where they start, from 1, in an instant as SQLite keeps it."""


def columns(session: Connection, length_s: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """Return the columns of the spread of `length_s`, to select and then to `read`."""
    ranks: ColumnElement[Any]
    if session.dialect.name == "postgresql":
        shares = postgresql.array(literal(share, Float()) for share in SHARES)
        ranks = func.percentile_disc(shares).within_group(length_s)
    else:
        # One text for all: a row each takes far longer, and so does ranking there.
        ranks = func.aggregate_strings(cast(length_s, String), ",")
    return [func.count(), ranks, func.sum(length_s)]


def read(values: Sequence[Any]) -> Iterator[Spread]:
    """Yield the spreads whose columns have these `values`, of a group that is not empty."""
    for at in range(0, len(values), EACH):
        n, ranks, total = values[at : at + EACH]
        median_s, p90_s = _ranked(ranks, n) if isinstance(ranks, str) else ranks
        yield Spread(n=n, median_s=median_s, p90_s=p90_s, mean_s=mean_of(total, n))


def _ranked(lengths_s: str, n: int) -> tuple[int, int]:
    ranked = sorted(map(int, lengths_s.split(",")))
    return ranked[median_rank(n) - 1], ranked[p90_rank(n) - 1]


def age_s(session: Connection, since: ColumnElement[datetime], now: datetime) -> ColumnElement[int]:
    """Return how long ago `since` was at `now`, in whole seconds, rounded down."""
    if session.dialect.name == "postgresql":
        length = literal(now, UtcDateTime()) - since
        return cast(func.floor(func.extract("epoch", length)), Integer)
    # Without its microseconds, which SQLite would round to the next second.
    began_s = cast(func.strftime("%s", func.substr(since, 1, MICROSECONDS_FROM - 2)), Integer)
    is_short = func.substr(since, MICROSECONDS_FROM) > f"{now.microsecond:06}"
    return int(now.timestamp()) - began_s - case((is_short, 1), else_=0)
