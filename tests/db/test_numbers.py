"""Every number, for every week of a simulated year, equals its slow reading of the event log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest

from bot.db import metrics, metrics_beside
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.charter import Layer
from bot.domain.metrics import Period, Rate, Spread, Timing
from bot.domain.metrics_opened import Kind, Number, of_rate
from bot.services import metrics as services
from bot.services.deps import Deps
from tests import slow_numbers as slow
from tests.builders import CHANNEL, CHECKOUT, NOW, WORKSPACE, FakeClock
from tests.conftest import deps_on, migrated_url
from tests.history import live

SCOPE = Scope(channels=frozenset({CHANNEL}))
WEEKS = 52


@dataclass(frozen=True)
class Year:
    """A year of the company's life, and its decisions told slowly. Tests only read it."""

    deps: Deps
    told: list[slow.Decided]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Year]:
    """Lived once for all tests here, on each database."""
    url = migrated_url(request.param, tmp_path_factory.mktemp("year"), request)
    database, clock = Database(url, busy_timeout_s=30), FakeClock()
    deps = deps_on(database, clock)
    live(deps, clock, weeks=WEEKS, per_week=5)
    yield Year(deps, slow.decisions(database, deps.charter.calendar.zone))
    database.close()


def weeks() -> list[Period]:
    starts = [NOW + timedelta(weeks=n) for n in range(WEEKS + 2)]
    return [Period(start=start, end=start + timedelta(weeks=1)) for start in starts]


def within(told: list[slow.Decided], period: Period) -> list[slow.Decided]:
    return [d for d in told if period.start <= d.at < period.end]


def test_every_time_of_every_week_is_that_of_the_log(year: Year) -> None:
    deps = year.deps
    calendar = deps.charter.calendar
    for period in [*weeks(), Period(start=NOW, end=NOW + timedelta(days=400))]:
        told = within(year.told, period)
        with deps.read() as session:
            (times,) = metrics.times(session, WORKSPACE, SCOPE, [period], list(Timing))
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


def test_every_rate_of_every_week_is_that_of_the_log(year: Year) -> None:
    deps = year.deps
    ninety = timedelta(days=90)
    for period in [*weeks(), Period(start=NOW, end=NOW + timedelta(days=400))]:
        told = within(year.told, period)
        ripe = within(year.told, Period(start=period.start - ninety, end=period.end - ninety))
        urgent = [d for d in told if d.urgent]
        expected = {
            Rate.PROXIMITY: (sum(d.layer == "execution" for d in told), len(told)),
            Rate.REFERRED: (sum(d.referred for d in told), len(told)),
            Rate.EVIDENCE: (sum(d.evidence for d in told), len(told)),
            Rate.REOPENED: (
                sum(d.reopened is not None and d.reopened - d.at <= ninety for d in ripe),
                len(ripe),
            ),
            Rate.FALSE_URGENCY: (sum(d.missed for d in urgent), len(urgent)),
            Rate.DEBT: slow.debt(told),
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


def test_the_year_is_worth_reading(year: Year) -> None:
    told = year.told

    assert len(told) > 100
    assert {d.layer for d in told} == set(Layer)
    assert sum(bool(d.pauses) for d in told) > 5
    assert any(d.late and d.urgent and not d.missed for d in told)
    assert any(d.effort is None for d in told)
    for sign in [
        "referred",
        "evidence",
        "urgent",
        "late",
        "missed",
        "debt",
        "reopened",
        "delivered",
    ]:
        assert sum(bool(getattr(d, sign)) for d in told) > 2, sign


def test_weeks_read_together_are_those_read_apart(year: Year) -> None:
    deps = year.deps
    periods = weeks()[:14]
    with deps.read() as session:
        where = (session, WORKSPACE, SCOPE)
        together = metrics.times(*where, periods, list(Timing))
        apart = [metrics.times(*where, [period], list(Timing))[0] for period in periods]
        filed = metrics.count_filed(*where, periods)
        one_by_one = [metrics.count_filed(*where, [period])[0] for period in periods]

    assert list(together) == apart
    assert sum(len(found) > 0 for found in together) > 5
    assert list(filed) == one_by_one
    assert sum(filed) > 40


def test_what_is_kept_can_be_told_again_from_the_events(deps: Deps, clock: FakeClock) -> None:
    live(deps, clock, weeks=4, per_week=5)
    period = Period(start=NOW, end=NOW + timedelta(days=400))
    before = services.numbers(deps, SCOPE, period)
    with deps.begin() as session:
        session.exec_driver_sql("DELETE FROM decisions")

    caught_up = services.catch_up(deps)

    assert caught_up == 4 * 5
    assert services.numbers(deps, SCOPE, period) == before
    assert services.catch_up(deps) == 0


def test_numbers_are_of_the_squads_asked(year: Year) -> None:
    deps = year.deps
    period = Period(start=NOW, end=NOW + timedelta(days=400))
    with deps.read() as session:
        every = metrics.tally(session, WORKSPACE, SCOPE, period).decided
        mine = Scope(channels=SCOPE.channels, squads=(CHECKOUT,))
        some = metrics.tally(session, WORKSPACE, mine, period).decided
        nowhere = metrics.tally(session, WORKSPACE, Scope(channels=frozenset()), period).decided

    assert every == len(year.told)
    assert 0 < some < every
    assert nowhere == 0


def test_deliverables_of_every_week_are_those_of_the_log(year: Year) -> None:
    deps = year.deps
    for period in weeks():
        days = services.days_of(deps, period)
        with deps.read() as session:
            share = metrics_beside.on_time(session, WORKSPACE, SCOPE, days)
        assert (share.hits, share.n) == slow.on_time(year.told, days)


def test_the_requests_behind_a_number_are_those_it_counts(year: Year) -> None:
    deps = year.deps
    period = Period(start=NOW, end=NOW + timedelta(days=400))
    numbers = services.numbers(deps, SCOPE, period)
    counted = {of_rate(rate): share for rate, share in numbers.tally.shares.items()}
    expected = {
        Number(kind=Kind.FILED): numbers.filed,
        Number(kind=Kind.DECIDED): numbers.tally.decided,
        **{Number(kind=Kind.SEAT, of=seat): n for seat, n in numbers.tally.load},
        **{Number(kind=Kind.WAITING, of=w.layer): w.ages.n for w in numbers.waiting},
        **{
            Number(kind=Kind.LAYER, of=layer): spread.n
            for layer, spread in numbers.times[Timing.ELAPSED].items()
        },
    }

    assert len(expected) > 10
    for number, n in expected.items():
        assert services.behind(deps, SCOPE, period, number).n == n, number
    for rate in (Rate.PROXIMITY, Rate.EVIDENCE, Rate.FALSE_URGENCY, Rate.ON_TIME, Rate.REOPENED):
        found = services.behind(deps, SCOPE, period, of_rate(rate))
        assert found.share == counted[of_rate(rate)]
        assert found.n == found.share.hits


def test_pages_have_every_request_once_in_order(year: Year) -> None:
    deps = year.deps
    period, number = Period(start=NOW, end=NOW + timedelta(days=400)), Number(kind=Kind.DECIDED)
    pages, skipped = [], 0
    while (page := services.behind(deps, SCOPE, period, number, skipped=skipped)).lines:
        pages.append(page)
        skipped += len(page.lines)

    shown = [line for page in pages for line in page.lines]
    assert len({line.id for line in shown}) == len(shown) == pages[0].total
    assert pages[0].total == len({d.request for d in year.told})
    assert len(pages) > 3


def test_nobody_opens_a_number_on_what_they_may_not_see(year: Year) -> None:
    deps = year.deps
    period, nowhere = Period(start=NOW, end=NOW + timedelta(days=400)), Scope(channels=frozenset())

    for rate in Rate:
        assert services.behind(deps, nowhere, period, of_rate(rate)).lines == ()
    for layer in Layer:
        waiting = Number(kind=Kind.WAITING, of=layer)
        assert services.behind(deps, nowhere, period, waiting).total == 0
