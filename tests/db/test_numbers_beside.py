"""Any ledger, any rituals, any life: the numbers are those of the slow readings."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.db import bypasses, metrics, metrics_beside, requests, rituals, roadmap
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.artefacts import Artefact, Body
from bot.domain.artefacts_plan import DEFAULT, Keeping
from bot.domain.bypass import Bypass, Origin, iso_week
from bot.domain.charter import Layer, Role
from bot.domain.counting import Period, Share
from bot.domain.ids import ChannelId, RequestId, RitualId, WorkspaceId
from bot.domain.metrics import Rate, Spread
from bot.domain.metrics_rituals import tally_rituals, together
from bot.domain.request import file
from bot.domain.rituals import Item, Occurrence, Outcome, Stage
from bot.services import artefacts
from bot.services import metrics as services
from bot.services.bypasses_numbers import bypass_numbers, bypass_totals
from bot.services.deps import Deps
from tests import slow_numbers as slow
from tests.builders import CHANNEL, CLAIRE, KARIM, NOW, FakeClock, a_request, a_route
from tests.conftest import deps_on, migrated_url
from tests.history import live

SCOPE = Scope(channels=frozenset({CHANNEL}))
HOUR = timedelta(hours=1)
END = NOW + 400 * HOUR
_names = itertools.count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for all examples: each has a workspace of its own."""
    url = migrated_url(request.param, tmp_path_factory.mktemp("beside"), request)
    database = Database(url, busy_timeout_s=30)
    yield database
    database.close()


def elsewhere(database: Database, at: datetime = END) -> tuple[Deps, FakeClock]:
    """A workspace nobody was in."""
    clock = FakeClock(at)
    workspace = WorkspaceId(f"T{next(_names)}")
    return deps_on(database, clock, workspace=workspace), clock


def pair(share: Share) -> tuple[int, int]:
    return share.hits, share.n


hours = st.integers(0, 399)
periods = st.tuples(hours, hours).map(
    lambda both: Period(start=NOW + min(both) * HOUR, end=NOW + (max(both) + 1) * HOUR)
)


@dataclass(frozen=True)
class Outside:
    """A bypass: when, from where, whether it was dismissed, and filed how many hours after."""

    at: int
    origin: Origin
    is_dismissed: bool
    filed_after: int | None


outsides = st.builds(
    Outside, hours, st.sampled_from(Origin), st.booleans(), st.none() | st.integers(0, 60)
)


def keep_ledger(deps: Deps, outside: list[Outside], direct: list[int]) -> None:
    """Live it through the ledger's own doors."""
    ids = [RequestId(f"r{n}") for n in range(len(outside) + len(direct))]
    with deps.begin() as session:
        for number, one in enumerate(outside):
            at, key = NOW + one.at * HOUR, f"bypass:{number}"
            room = ChannelId("C0PRODUIT") if one.origin is Origin.CHANNEL else None
            made = Bypass(key=key, origin=one.origin, at=at, week=iso_week(at), channel=room)
            bypasses.add(session, deps.workspace, made)
            if one.is_dismissed:
                bypasses.mark_dismissed(session, deps.workspace, key, at)
            if one.filed_after is not None:
                filed_at = at + one.filed_after * HOUR
                _file(session, deps, ids[number], filed_at)
                bypasses.convert(session, deps.workspace, (key,), ids[number], filed_at)
        for name, hour in zip(ids[len(outside) :], direct, strict=True):
            _file(session, deps, name, NOW + hour * HOUR)


def _file(
    session: Connection,
    deps: Deps,
    name: RequestId,
    at: datetime,
    layer: Layer = Layer.ARBITRATION,
    *,
    due_at: datetime | None = None,
) -> None:
    asked = a_request(
        id=name,
        workspace=deps.workspace,
        submitted_at=at,
        event_count=0,
        route=a_route(layer=layer),
        due_at=due_at,
    )
    requests.file_once(session, deps.workspace, name, lambda n: file(replace(asked, number=n)))


@settings(max_examples=25)
@given(st.lists(outsides, max_size=8), st.lists(hours, max_size=6), periods)
def test_bypasses_are_those_of_the_ledger(
    shared: Database, outside: list[Outside], direct: list[int], period: Period
) -> None:
    deps, _ = elsewhere(shared)
    keep_ledger(deps, outside, direct)

    with deps.read() as session:
        counted = bypass_totals(session, deps, period)
    numbers = bypass_numbers(deps, period.start, period.end)

    told = slow.ledger(shared, deps.workspace)
    where = (told, period.start, period.end)
    assert pair(counted.rate) == slow.bypassed(*where)
    assert pair(counted.tally.conversion) == slow.converted(*where, deps.now())
    assert numbers.all == counted
    assert sum(tally.bypasses for tally in numbers.origins.values()) == counted.tally.bypasses
    assert sum(week.rate.n for week in numbers.weeks.values()) == counted.rate.n


microseconds = st.integers(0, 3_000_000) | st.integers(0, 10**12)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(microseconds, st.none() | microseconds, st.sampled_from(Layer)), max_size=9),
    st.integers(0, 999_999),
)
def test_what_waits_is_as_old_as_its_log_says(
    shared: Database, asked: list[tuple[int, int | None, Layer]], microsecond: int
) -> None:
    now = END + timedelta(microseconds=microsecond)
    deps, _ = elsewhere(shared, now)
    with deps.begin() as session:
        for number, (age, late_by, layer) in enumerate(asked):
            due_at = None if late_by is None else END + timedelta(microseconds=500_000 - late_by)
            at = END + timedelta(microseconds=microsecond - age)
            _file(session, deps, RequestId(f"r{number}"), at, layer, due_at=due_at)

    with deps.read() as session:
        found = metrics.waiting(session, deps.workspace, SCOPE, now)

    told = slow.waiting(shared, deps.workspace, now)
    assert {w.layer: (w.late, w.ages) for w in found} == {
        layer: (
            sum(late for _, late in of_layer),
            Spread(
                n=len(of_layer),
                median_s=slow.rank([age for age, _ in of_layer], Fraction(1, 2)),
                p90_s=slow.rank([age for age, _ in of_layer], Fraction(9, 10)),
                mean_s=slow.mean([age for age, _ in of_layer]),
            ),
        )
        for layer, of_layer in told.items()
    }


outcomes = st.none() | st.sampled_from(Outcome)


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrence:
    """An occurrence as people leave them: one that is closed has an outcome for each item."""
    starts_at, number = NOW + draw(hours) * HOUR, draw(st.integers(0, 90))
    items = tuple(
        Item(request=RequestId(f"r{n}"), number=n, outcome=outcome)
        for n, outcome in enumerate(draw(st.lists(outcomes, max_size=4)))
    )
    left = any(item.outcome is None for item in items)
    stages = [stage for stage in Stage if not (left and stage is Stage.CLOSED)]
    return Occurrence(
        ritual=draw(st.sampled_from((RitualId("sync"), RitualId("review")))),
        slot=(NOW + timedelta(days=number - 45)).date(),
        index=number,
        starts_at=starts_at,
        duration=HOUR,
        stage=draw(st.sampled_from(stages)),
        frozen_at=starts_at if draw(st.booleans()) else None,
        items=items,
    )


@settings(max_examples=25)
@given(
    st.lists(occurrences(), max_size=8, unique_by=lambda o: (o.ritual, o.slot)),
    periods,
)
def test_rituals_are_those_that_were_kept(
    shared: Database, kept: list[Occurrence], period: Period
) -> None:
    deps, _ = elsewhere(shared)
    with deps.begin() as session:
        for occurrence in kept:
            rituals.save(session, deps.workspace, occurrence)

    with deps.read() as session:
        found = tally_rituals(metrics_beside.rituals(session, deps.workspace, period), period)

    told = slow.meetings(shared, deps.workspace)
    for name in ("sync", "review"):
        slowly = slow.ritual(told, name, period.start, period.end)
        tally = found.get(RitualId(name))
        assert (tuple(vars(tally).values()) if tally else (0,) * 7) == slowly
    total = together(found)
    assert (total.left, total.decisions.hits) == (total.items - total.settled, total.decided)


@settings(max_examples=8)
@given(st.integers(0, 10_000), periods)
def test_any_life_is_counted_as_its_log_tells_it(
    shared: Database, seed: int, period: Period
) -> None:
    deps, clock = elsewhere(shared, NOW)
    live(deps, clock, weeks=2, per_week=4, seed=seed)

    with deps.read() as session:
        shares = services.counts_of(session, deps, SCOPE, period).tally.shares
        filed = metrics.count_filed(session, deps.workspace, SCOPE, [period])

    zone = deps.charter.calendar.zone
    told = slow.decisions(shared, zone, deps.workspace)
    made = [d for d in told if period.start <= d.at < period.end]
    urgent = [d for d in made if d.urgent]
    assert pair(shares[Rate.ON_TIME]) == slow.on_time(told, services.days_of(deps, period))
    assert pair(shares[Rate.DEBT]) == slow.debt(made)
    assert pair(shares[Rate.FALSE_URGENCY]) == (sum(d.missed for d in urgent), len(urgent))
    assert pair(shares[Rate.EVIDENCE]) == (sum(d.evidence for d in made), len(made))
    with deps.read() as session:
        headings = roadmap.by_impact(session, deps.workspace, SCOPE, period.start)
        has_debt = roadmap.has_debt(session, deps.workspace, SCOPE, period)
        nowhere = roadmap.by_impact(session, deps.workspace, Scope(channels=frozenset()), NOW)
    counts = {h.impact: (h.decisions, h.effort_hundredths) for h in headings}
    assert counts == slow.roadmap(told, period.start)
    assert [h.decisions for h in headings] == sorted(counts[i][0] for i in counts)[::-1]
    assert all(len(h.lines) == min(h.decisions, roadmap.SHOWN) for h in headings)
    assert has_debt == slow.breathes(told, period.start, period.end)
    assert nowhere == ()
    starts = slow.ledger(shared, deps.workspace).filed.values()
    assert filed == (sum(period.start <= at < period.end for at in starts),)
    assert all(at.tzinfo is UTC or at.utcoffset() == timedelta() for at in starts)


said_of = st.lists(st.tuples(st.sampled_from(Artefact), st.integers(0, 160)), max_size=12)


@settings(max_examples=30)
@given(said_of, st.integers(0, 240), st.integers(1, 3), st.none() | st.integers(1, 90))
def test_artefacts_are_as_fresh_as_the_log_of_what_was_said(
    shared: Database,
    said: list[tuple[Artefact, int]],
    looked_after: int,
    months: int,
    days: int | None,
) -> None:
    deps, clock = elsewhere(shared, NOW)
    plan = {**DEFAULT, Artefact.CAPACITY: Keeping(owner=Role.CTO, fresh_days=days)}
    cycle = replace(deps.charter.cycle, months=months)
    deps = replace(deps, charter=replace(deps.charter, artefacts=plan, cycle=cycle))
    seen = dict.fromkeys(Artefact, 0)
    # Days and nights: thirty-one hours apart, so that local days and instants differ.
    for number, (artefact, step) in enumerate(sorted(said, key=lambda one: one[1])):
        clock.at = NOW + step * timedelta(hours=31)
        body, by = Body(words="x"), CLAIRE if plan[artefact].owner is Role.CPO else KARIM
        where = (deps, artefact, by)
        if seen[artefact] and number % 2:
            artefacts.confirm(*where, key=f"{number}", seen=seen[artefact])
        else:
            artefacts.update(*where, body, key=f"{number}", seen=seen[artefact])
        seen[artefact] += 1
    at = NOW + looked_after * timedelta(hours=31)

    with deps.read() as session:
        period = Period(start=at - timedelta(weeks=6), end=at)
        share = services.counts_of(session, deps, SCOPE, period).tally.shares[Rate.FRESH]

    lives = {str(artefact): ("months", months) for artefact in Artefact}
    lives |= {"capacity": ("days", days)} if days else {}
    zone = deps.charter.calendar.zone
    assert pair(share) == slow.fresh(shared, deps.workspace, at, zone, lives)
