"""The numbers of every week of a life, against their slow reading of its event log."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from bot.db import metrics
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.charter import Charter, Layer
from bot.domain.metrics import Period, Rate, Spread, Timing
from tests import slow_numbers as slow
from tests.builders import CHANNEL, WORKSPACE
from tests.simulation.life import Plan

SCOPE = Scope(channels=frozenset({CHANNEL}))
WEEK, RIPE = timedelta(weeks=1), timedelta(days=90)


def differences(url: str, charter: Charter, plan: Plan) -> list[str]:
    """Return a line per number of a week that is not what the log says; none is what we want."""
    database = Database(url)
    told = slow.decisions(database, charter.calendar.zone)
    found: list[str] = []
    start = plan.start
    while start < plan.start + timedelta(days=plan.days):
        period = Period(start=start, end=start + WEEK)
        found += (f"{start:%Y-%m-%d}: {line}" for line in _of_week(database, told, period, charter))
        start += WEEK
    database.close()
    return found if told else ["nothing was decided"]


def _of_week(
    database: Database, told: list[slow.Decided], period: Period, charter: Charter
) -> Iterator[str]:
    with database.read() as session:
        (times,) = metrics.times(session, WORKSPACE, SCOPE, [period], list(Timing))
        tally = metrics.tally(session, WORKSPACE, SCOPE, period)
    now = _within(told, period.start, period.end)
    for timing in Timing:
        expected = _spreads(now, timing, charter)
        if times.get(timing, {}) != expected:
            yield f"{timing}: {times.get(timing)}, not {expected}"
    if tally.decided != len(now):
        yield f"decided: {tally.decided}, not {len(now)}"
    for rate, pair in _rates(told, now, period).items():
        share = tally.shares[rate]
        if (share.hits, share.n, share.percent) != (*pair, slow.percent(*pair)):
            yield f"{rate}: {share}, not {pair}"


def _within(told: list[slow.Decided], start: datetime, end: datetime) -> list[slow.Decided]:
    return [d for d in told if start <= d.at < end]


def _spreads(told: list[slow.Decided], timing: Timing, charter: Charter) -> dict[Layer, Spread]:
    values: dict[str, list[int]] = defaultdict(list)
    for decided in told:
        values[decided.layer].append(slow.duration(decided, timing, charter.calendar))
    return {
        Layer(layer): Spread(
            n=len(seconds),
            median_s=slow.rank(seconds, Fraction(1, 2)),
            p90_s=slow.rank(seconds, Fraction(9, 10)),
            mean_s=slow.mean(seconds),
        )
        for layer, seconds in values.items()
    }


def _rates(
    told: list[slow.Decided], now: list[slow.Decided], period: Period
) -> dict[Rate, tuple[int, int]]:
    ripe = _within(told, period.start - RIPE, period.end - RIPE)
    urgent = [d for d in now if d.urgent]
    undone = [d for d in ripe if d.reopened is not None and d.reopened - d.at <= RIPE]
    return {
        Rate.PROXIMITY: (sum(d.layer == "execution" for d in now), len(now)),
        Rate.REFERRED: (sum(d.referred for d in now), len(now)),
        Rate.EVIDENCE: (sum(d.evidence for d in now), len(now)),
        Rate.REOPENED: (len(undone), len(ripe)),
        Rate.FALSE_URGENCY: (sum(d.missed for d in urgent), len(urgent)),
        Rate.DEBT: slow.debt(now),
    }
