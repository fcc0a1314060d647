"""The tick itself: one look, one replica, and nothing that one failure keeps from the others."""

import logging
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, text

from bot.services.deps import Deps
from bot.services.schedule import tick as ticking
from bot.services.schedule.guarding import Look, Task
from tests.builders import NOW, FakeClock
from tests.plans import asked_of
from tests.services.rituals.meetings import at, keys

DAY_BEFORE = timedelta(hours=24)
AGENDA = "agenda:roadmap_sync:2026-12-08"


def tick(deps: Deps, holder: str = "one") -> int | None:
    return ticking.tick(deps, holder=holder, machine_now=lambda: NOW)


def look_nowhere(deps: Deps) -> tuple[Task, ...]:
    with deps.read() as session:
        session.execute(text("SELECT 1 FROM nowhere"))
    return ()


def fail(_: Deps) -> int:
    raise RuntimeError("broken")


SECRET = "Faut-il un export ?"


def fail_with(_: Deps, question: str) -> int:
    raise RuntimeError(str(len(question)))


def find_what_fails(_: Deps) -> tuple[Task, ...]:
    return (partial(fail_with, question=SECRET),)


@pytest.mark.parametrize("broken", [look_nowhere, fail, find_what_fails])
def test_a_look_or_a_task_that_fails_keeps_nothing_else_from_being_done(
    deps: Deps,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: Look,
) -> None:
    at(clock, DAY_BEFORE)
    monkeypatch.setattr(ticking, "LOOKS", (broken, *ticking.LOOKS))

    with caplog.at_level(logging.ERROR):
        tick(deps)

    assert AGENDA in keys(deps)
    assert any("incident" in record.message for record in caplog.records)
    assert SECRET not in caplog.text


def test_who_does_not_tick_looks_at_nothing_but_the_lease(deps: Deps, clock: FakeClock) -> None:
    tick(deps)
    at(clock, DAY_BEFORE)

    with asked_of(Engine) as asked:
        assert tick(deps, holder="two") is None

    assert [sql for sql in asked if "leases" not in sql] == []
    assert tick(deps)
    assert AGENDA in keys(deps)


def test_what_another_replica_did_since_the_look_is_not_done_again(
    deps: Deps, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(clock, DAY_BEFORE)
    take = ticking._take_lease

    def take_late(own: Deps, holder: str, now: datetime) -> bool:
        for look in ticking.LOOKS:  # the other one, between the look and the lease
            for task in look(own):
                task(own)
        return take(own, holder, now)

    monkeypatch.setattr(ticking, "_take_lease", take_late)

    assert tick(deps) == 0
    assert keys(deps).count(AGENDA) == 1
