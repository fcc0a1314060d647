"""Every number, for every week of a simulated year, equals its slow reading of the event log."""

from datetime import timedelta
from fractions import Fraction

import pytest

from bot.db import metrics
from bot.db.decisions import Scope
from bot.domain.charter import Layer
from bot.domain.metrics import Period, Rate, Spread, Timing, times_of
from bot.services import metrics as services
from bot.services.deps import Deps
from tests import slow_numbers as slow
from tests.builders import CHANNEL, CHECKOUT, NOW, WORKSPACE, FakeClock
from tests.history import live

SCOPE = Scope(channels=frozenset({CHANNEL}))
WEEKS = 52


@pytest.fixture
def year(deps: Deps, clock: FakeClock) -> list[slow.Decided]:
    """A year of the company's life, and its decisions told slowly."""
    live(deps, clock, weeks=WEEKS, per_week=5)
    return slow.decisions(deps.database, deps.charter.calendar.zone)


@pytest.fixture
def season(deps: Deps, clock: FakeClock) -> list[slow.Decided]:
    """Twelve weeks of it."""
    live(deps, clock, weeks=12, per_week=5)
    return slow.decisions(deps.database, deps.charter.calendar.zone)


def weeks() -> list[Period]:
    starts = [NOW + timedelta(weeks=n) for n in range(WEEKS + 2)]
    return [Period(start=start, end=start + timedelta(weeks=1)) for start in starts]


def within(told: list[slow.Decided], period: Period) -> list[slow.Decided]:
    return [d for d in told if period.start <= d.at < period.end]


def test_every_time_of_every_week_is_that_of_the_log(deps: Deps, year: list[slow.Decided]) -> None:
    calendar = deps.charter.calendar
    for period in [*weeks(), Period(start=NOW, end=NOW + timedelta(days=400))]:
        told = within(year, period)
        with deps.read() as session:
            (sample,) = metrics.durations(session, WORKSPACE, SCOPE, [period], list(Timing))
        times = times_of(sample)
        for timing in Timing:
            values: dict[str, list[int]] = {}
            for d in told:
                values.setdefault(d.layer, []).append(slow.duration(d, timing, calendar))
            assert times.get(timing, {}) == {
                Layer(layer): Spread(
                    n=len(of_layer),
                    median_s=slow.rank(of_layer, Fraction(1, 2)),
                    p90_s=slow.rank(of_layer, Fraction(9, 10)),
                    mean_s=slow.mean(of_layer),
                )
                for layer, of_layer in values.items()
            }


def test_every_rate_of_every_week_is_that_of_the_log(deps: Deps, year: list[slow.Decided]) -> None:
    ninety = timedelta(days=90)
    for period in [*weeks(), Period(start=NOW, end=NOW + timedelta(days=400))]:
        told = within(year, period)
        ripe = within(year, Period(start=period.start - ninety, end=period.end - ninety))
        urgent = [d for d in told if d.urgent]
        expected = {
            Rate.PROXIMITY: (sum(d.layer == "execution" for d in told), len(told)),
            Rate.REFERRED: (sum(d.referred for d in told), len(told)),
            Rate.EVIDENCE: (sum(d.evidence for d in told), len(told)),
            Rate.REOPENED: (
                sum(d.reopened is not None and d.reopened - d.at <= ninety for d in ripe),
                len(ripe),
            ),
            Rate.URGENT_PAST_DATE: (sum(d.late for d in urgent), len(urgent)),
        }
        with deps.read() as session:
            tally = metrics.tally(session, WORKSPACE, SCOPE, period)
        found = {rate: (share.hits, share.n) for rate, share in tally.shares.items()}
        assert found == expected
        assert tally.decided == len(told)
        for share in tally.shares.values():
            assert share.percent == slow.percent(share.hits, share.n)
        seats = [s for d in told for s in d.seats.split(",") if s and ":" not in s]
        assert dict(tally.load) == {seat: seats.count(seat) for seat in seats}


def test_the_year_is_worth_reading(year: list[slow.Decided]) -> None:
    assert len(year) > 100
    assert {d.layer for d in year} == set(Layer)
    assert sum(bool(d.pauses) for d in year) > 5
    for sign in ("referred", "evidence", "urgent", "late", "reopened"):
        assert sum(bool(getattr(d, sign)) for d in year) > 2, sign


def test_weeks_read_together_are_those_read_apart(deps: Deps, season: list[slow.Decided]) -> None:
    periods = weeks()[:14]
    with deps.read() as session:
        where = (session, WORKSPACE, SCOPE)
        together = metrics.durations(*where, periods, list(Timing))
        apart = [metrics.durations(*where, [period], list(Timing))[0] for period in periods]
        filed = metrics.count_filed(*where, periods)
        one_by_one = [metrics.count_filed(*where, [period])[0] for period in periods]

    assert [times_of(found) for found in together] == [times_of(found) for found in apart]
    assert sum(len(found) > 0 for found in together) > 5
    assert list(filed) == one_by_one
    assert sum(filed) > 40


def test_what_is_kept_can_be_told_again_from_the_events(
    deps: Deps, season: list[slow.Decided]
) -> None:
    period = Period(start=NOW, end=NOW + timedelta(days=400))
    before = services.numbers(deps, SCOPE, period)
    with deps.begin() as session:
        session.exec_driver_sql("DELETE FROM decisions")

    caught_up = services.catch_up(deps)

    assert caught_up == 12 * 5
    assert services.numbers(deps, SCOPE, period) == before
    assert services.catch_up(deps) == 0


def test_numbers_are_of_the_squads_asked(deps: Deps, season: list[slow.Decided]) -> None:
    period = Period(start=NOW, end=NOW + timedelta(days=400))
    with deps.read() as session:
        every = metrics.tally(session, WORKSPACE, SCOPE, period).decided
        mine = Scope(channels=SCOPE.channels, squads=(CHECKOUT,))
        some = metrics.tally(session, WORKSPACE, mine, period).decided
        nowhere = metrics.tally(session, WORKSPACE, Scope(channels=frozenset()), period).decided

    assert every == len(season)
    assert 0 < some < every
    assert nowhere == 0


def test_the_requests_behind_a_rate_are_those_it_counts(
    deps: Deps, season: list[slow.Decided]
) -> None:
    period = Period(start=NOW, end=NOW + timedelta(days=400))
    for rate in Rate:
        with deps.read() as session:
            share = metrics.tally(session, WORKSPACE, SCOPE, period).shares[rate]
            lines = metrics.behind(session, WORKSPACE, SCOPE, period, rate, limit=1000)
        assert len(lines) == share.hits
