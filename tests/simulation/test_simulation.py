"""Months of a company, with crashes, holidays and clocks that change: all said once, in time.

The size is a parameter: SIMULATION=year plays a whole year.
"""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

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


@pytest.mark.timeout(600)
def test_all_is_said_once_at_its_minute_and_nothing_is_left(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "life.db"
    shutil.copy(sqlite_template, path)

    life = Life(f"sqlite:///{path}", PLAN).live()

    faults = Judge(life).faults()
    assert faults == []
    assert len(life.snapshots) == PLAN.requests
