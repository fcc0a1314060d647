"""Months of a company, with crashes, holidays and clocks that change: all said once, in time.

The size is a parameter: `SIMULATION=year` plays a whole year of three thousand requests.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.db import leases
from bot.domain import reminders
from bot.services.schedule import tick
from tests.simulation.judge import Judge
from tests.simulation.life import Life, Plan

QUARTER = Plan(
    start=datetime(2026, 10, 1, 6, 0, tzinfo=UTC), days=92, requests=700, restarts=60, stops=8
)
"""Clocks change in Europe on 25 October, in Canada on 1 November; three holidays fall in it."""
YEAR = Plan(
    start=datetime(2026, 1, 5, 6, 0, tzinfo=UTC), days=365, requests=3000, restarts=60, stops=20
)
PLAN = YEAR if os.environ.get("SIMULATION") == "year" else QUARTER
MONTH = replace(QUARTER, days=30, requests=90, restarts=30, stops=2)
WEEKS = replace(QUARTER, days=14, requests=25, restarts=8, stops=1)

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"])
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"])


@pytest.mark.timeout(900)
@on_sqlite
def test_all_is_said_once_at_its_minute_and_nothing_is_left(database_url: str) -> None:
    life = Life(database_url, PLAN).live()

    assert Judge(life).faults() == []
    assert len(life.snapshots) == PLAN.requests
    assert {said.post.kind for said in life.sink.said} >= {"reminder", "reminder_line", "line"}


@pytest.mark.timeout(600)
@on_postgresql
def test_two_replicas_that_tick_at_once_say_all_once(database_url: str) -> None:
    life = Life(database_url, MONTH, at_once=True).live()

    assert Judge(life).faults() == []


def _lease_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "take", lambda *_: True)


def _lease_that_outlives_its_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "LEASE", timedelta(days=2))


def _key_without_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    known = reminders._timer

    def shared(*args: object, **named: object) -> reminders.Timer:
        timer = known(*args, **named)  # type: ignore[arg-type]
        return replace(timer, key=timer.key.replace(f":{timer.number}:", ":1:"))

    monkeypatch.setattr(reminders, "_timer", shared)


def _hours_of_the_charter_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.domain.calendar._is_zone", lambda _zone: False)


BUGS = (
    _lease_for_everybody,
    _lease_that_outlives_its_holder,
    _key_without_its_number,
    _hours_of_the_charter_for_everybody,
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
