"""The tick itself: one look, one replica, and nothing that one failure keeps from the others."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from bot.db.engine import Database
from bot.services.deps import Deps
from bot.services.schedule.tick import let_go
from bot.services.schedule.tick import tick as one_tick
from tests.builders import NOW, FakeClock
from tests.plans import asked_of
from tests.services.rituals.meetings import at, keys

DAY_BEFORE = timedelta(hours=24)
AGENDA, DIGEST = "agenda", "digest"


def tick(deps: Deps, holder: str = "one") -> int | None:
    return one_tick(deps, holder=holder, machine_now=lambda: NOW)


def kinds(deps: Deps) -> set[str]:
    return {key.partition(":")[0] for key in keys(deps)}


def lose(deps: Deps, table: str) -> None:
    with deps.begin() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO lost"))


@pytest.mark.parametrize(
    ("lost", "done"),
    [
        ("timers", {AGENDA, DIGEST}),  # the first look
        ("artefact_updates", {AGENDA, DIGEST}),
        ("polls", {AGENDA, DIGEST}),  # the last one
        ("subscriptions", {AGENDA}),
        ("turns", {DIGEST}),
        ("prompts", {DIGEST}),  # no look reads it: what queues the agenda does
    ],
)
def test_what_fails_keeps_nothing_else_from_being_done(
    deps: Deps, clock: FakeClock, caplog: pytest.LogCaptureFixture, lost: str, done: set[str]
) -> None:
    tick(deps)  # says from when digests tell
    lose(deps, lost)
    at(clock, DAY_BEFORE)

    with caplog.at_level(logging.ERROR):
        tick(deps)

    assert kinds(deps) & {AGENDA, DIGEST} == done
    assert any("incident" in record.message for record in caplog.records)
    assert deps.charter.company not in caplog.text, "its name alone, never what it was given"


def test_who_does_not_tick_looks_at_nothing_but_the_lease(deps: Deps, clock: FakeClock) -> None:
    tick(deps)
    at(clock, DAY_BEFORE)

    with asked_of(Engine) as asked:
        assert tick(deps, holder="two") is None

    assert [sql for sql in asked if "leases" not in sql] == []
    assert tick(deps)
    assert AGENDA in kinds(deps)


def test_what_another_replica_did_since_the_look_is_not_done_again(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, DAY_BEFORE)
    other = replace(deps, database=Database(deps.database.url))
    done: list[int | None] = []

    def tick_meanwhile(*_: object) -> None:
        done.append(tick(other, holder="two"))
        let_go(other, holder="two")

    # As the look's connection is given back, before the lease is asked for.
    event.listen(deps.database.engine, "checkin", tick_meanwhile, once=True)

    assert tick(deps) == 0
    (by_the_other,) = done
    other.database.close()
    assert by_the_other
    assert [key for key in keys(deps) if key.startswith(AGENDA)] == [
        "agenda:roadmap_sync:2026-12-08"
    ]
