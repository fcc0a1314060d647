"""A year of a company, with crashes, holidays and clocks that change: all said once, in time.

Forty people, twelve squads, three thousand requests, rituals and digests: see `life`. What should
have been said is counted apart from the code that says it: see `judge` and `ritual_judge`. The year
is lived on PostgreSQL, in three thirds side by side, for at a stretch it takes too long; around
each change of clocks, by replicas that tick at the same time. On SQLite, the turn of a year.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.db import digests, leases
from bot.db.engine import Database
from bot.domain import digest, reminders, rituals_posts
from bot.domain.digest import Target
from bot.domain.rituals import Occurrence
from bot.services.schedule import tick
from tests.plans import asked_of, read_whole
from tests.simulation.judge import Judge
from tests.simulation.life import Life, Plan, Window
from tests.simulation.numbers import differences


def _third(start: datetime, days: int, *, seed: int, at_once: Window | None = None) -> Plan:
    """A third of a year of 3,000 requests; `at_once`: when its replicas tick at the same time."""
    return Plan(
        start=start,
        days=days,
        requests=1000,
        restarts=20,
        stops=7,
        at_once=at_once,
        restarts_at_once=20 if at_once else 0,
        seed=seed,
    )


# Clocks change on 8 March in Canada and on the 29th in Europe, on 25 October in Europe and on 1
# November in Canada.
SPRING_CLOCKS = Window(datetime(2026, 3, 5, 6, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC))
AUTUMN_CLOCKS = Window(datetime(2026, 10, 1, 6, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC))
SPRING = _third(datetime(2026, 1, 5, 6, tzinfo=UTC), 121, at_once=SPRING_CLOCKS, seed=1)
SUMMER = _third(SPRING.end, 122, seed=2)
AUTUMN = _third(SUMMER.end, 122, at_once=AUTUMN_CLOCKS, seed=3)
WINTER = Plan(
    start=datetime(2026, 11, 16, 6, tzinfo=UTC), days=90, requests=300, restarts=20, stops=7
)
WEEKS = Plan(
    start=datetime(2026, 10, 1, 6, 0, tzinfo=UTC), days=21, requests=30, restarts=8, stops=1
)

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"])

SAID = {
    "reminder",
    "reminder_line",
    "line",
    "agenda",
    "agenda_update",
    "facilitator",
    "digest",
}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("kind", "plan"),
    [
        ("postgresql", SPRING),
        ("postgresql", SUMMER),
        ("postgresql", AUTUMN),
        ("sqlite", WINTER),
    ],
    ids=["spring", "summer", "autumn", "winter"],
)
def test_all_of_a_life_is_said_once_at_its_minute_and_counted(
    database_url: str, plan: Plan
) -> None:
    life = Life(database_url, plan).live()

    assert Judge(life).faults() == []
    assert differences(database_url, life.company.charter, plan) == []
    assert len(life.snapshots) == plan.requests
    assert {said.post.kind for said in life.sink.said} >= SAID
    held = (plan.days - 7) // 8  # rituals begin after a week
    assert len(life.meetings.runs) > held
    assert sum(found.closed_at is not None for found in life.meetings.runs.values()) > held


def _lease_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "foretold", lambda *_: None)
    monkeypatch.setattr(leases, "take", lambda *_: True)


def _lease_that_outlives_its_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "LEASE", timedelta(hours=3))


def _key_without_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    known = reminders._timer

    def shared(*args: object, **named: object) -> reminders.Timer:
        timer = known(*args, **named)  # type: ignore[arg-type]
        return replace(timer, key=timer.key.replace(f":{timer.number}:", ":1:"))

    monkeypatch.setattr(reminders, "_timer", shared)


def _hours_of_the_charter_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.domain.calendar._is_zone", lambda _zone: False)


def _key_of_an_agenda_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def name(occurrence: Occurrence) -> str:
        return f"{occurrence.ritual}:{occurrence.slot}:{occurrence.version}"

    monkeypatch.setattr(rituals_posts, "name", name)


def _key_of_a_digest_without_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    def key_of(target: Target, _end: datetime) -> str:
        return f"digest:{target.channel or target.person}"

    monkeypatch.setattr(digest, "key_of", key_of)


def _digest_of_whoever_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "cover", lambda *_: True)
    monkeypatch.setattr(digests, "told", lambda *_: frozenset())


def _agenda_a_day_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rituals_posts, "AGENDA_BEFORE", timedelta(hours=3))


BUGS = (
    _lease_for_everybody,
    _lease_that_outlives_its_holder,
    _key_without_its_number,
    _hours_of_the_charter_for_everybody,
    _key_of_an_agenda_with_its_version,
    _key_of_a_digest_without_its_date,
    _digest_of_whoever_ticks,
    _agenda_a_day_late,
)


@on_sqlite
@pytest.mark.parametrize("plant", BUGS)
def test_the_judge_sees_a_bug_that_is_planted(
    database_url: str, plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)

    life = Life(database_url, WEEKS).live()

    assert Judge(life).faults() != []


@on_sqlite
def test_the_life_of_the_planted_bugs_has_no_fault_by_itself(database_url: str) -> None:
    life = Life(database_url, WEEKS).live()

    assert Judge(life).faults() == []


@on_sqlite
def test_nothing_large_is_read_whole_in_a_life(database_url: str) -> None:
    life = Life(database_url, WEEKS)
    with asked_of(Engine, but=life.database.engine) as asked:
        life.live()

    database = Database(database_url)
    found = {sql: read_whole(database, (sql, values)) for sql, values in asked.items()}
    database.close()
    assert len(asked) > 100
    assert {sql: steps for sql, steps in found.items() if steps} == {}
