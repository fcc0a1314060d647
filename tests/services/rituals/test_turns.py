"""Turns of facilitation go on from what happened, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

from bot.db import people
from bot.db import turns as rows
from bot.domain.ids import PersonId, RitualId
from bot.domain.rotation import Kept
from bot.services import rituals, rituals_arrange, rituals_run
from bot.services.deps import Deps
from bot.services.rituals_run import Which
from tests.builders import INES, JOHN, KARIM, LEA, WORKSPACE, FakeClock, a_charter
from tests.services.rituals.meetings import STARTS, SYNC, THE_8TH, THE_22ND, at, away, tick

THE_5TH = date(2027, 1, 5)
PAST = STARTS - timedelta(days=14)
"""The Roadmap Sync before: it was John's turn."""


def turns(deps: Deps) -> list[PersonId | None]:
    days = (THE_8TH.slot, THE_22ND.slot, THE_5TH)
    return [rituals.sheet(deps, SYNC, day).facilitator for day in days]


def test_an_absence_told_afterwards_changes_no_turn_that_was_announced(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, timedelta(hours=24))
    assert tick(deps)
    assert turns(deps) == [LEA, JOHN, LEA]

    away(deps, JOHN, PAST - timedelta(hours=2), 1)

    assert turns(deps)[:2] == [LEA, JOHN]


def test_who_really_ran_it_had_the_turn_whatever_is_told_later(
    deps: Deps, clock: FakeClock
) -> None:
    away(deps, LEA, STARTS - timedelta(hours=2), 1)
    at(clock, timedelta(hours=24))
    tick(deps)
    at(clock)
    rituals_run.start(deps, THE_8TH, JOHN, key="s")
    rituals_run.close(deps, THE_8TH, JOHN, key="c")
    assert turns(deps) == [JOHN, LEA, LEA]

    with deps.begin() as session:
        people.remove_absence(session, WORKSPACE, f"{LEA}{STARTS - timedelta(hours=2)}")
    clock.advance(days=1)
    away(deps, JOHN, STARTS - timedelta(hours=2), 1)

    assert turns(deps) == [JOHN, LEA, LEA]


def test_a_steward_who_steps_in_takes_nobodys_turn(deps: Deps, clock: FakeClock) -> None:
    for person in (LEA, JOHN):
        away(deps, person, STARTS - timedelta(hours=2), 1)
    at(clock, timedelta(hours=24))
    tick(deps)
    at(clock)

    rituals_run.start(deps, THE_8TH, KARIM, key="s")

    assert turns(deps) == [KARIM, LEA, JOHN]


def test_somebody_else_this_time_has_it_for_whose_turn_it_was(deps: Deps, clock: FakeClock) -> None:
    rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")
    at(clock)

    rituals_run.start(deps, THE_8TH, INES, key="s")
    away(deps, LEA, STARTS - timedelta(hours=2), 1)

    assert turns(deps) == [INES, JOHN, LEA]


def test_rituals_read_together_keep_their_own_turns(deps: Deps, clock: FakeClock) -> None:
    deps = replace(deps, charter=a_charter())
    at(clock, timedelta(hours=24))
    tick(deps)
    before = {c.ritual.id: c for c in rituals.coming(deps, KARIM)}
    first, *others = deps.charter.rituals

    for ritual in others:
        which = Which(ritual=ritual.id, slot=before[ritual.id].occurrence.slot)
        rituals_arrange.hand_over(deps, which, KARIM, INES, is_swap=False, key=ritual.id)

    after = {c.ritual.id: c.facilitator for c in rituals.coming(deps, KARIM)}
    assert after == {first.id: before[first.id].facilitator} | {r.id: INES for r in others}
    assert len(others) > 1


def test_turns_kept_are_read_by_ritual(deps: Deps) -> None:
    review, council = RitualId("product_review"), RitualId("tech_council")
    with deps.begin() as session:
        rows.keep(session, WORKSPACE, (SYNC, THE_5TH), LEA)
        rows.keep(session, WORKSPACE, (review, THE_5TH), None)
        kept = rows.kept(session, WORKSPACE, [SYNC, review, council])

    assert kept == {
        SYNC: {THE_5TH: Kept(person=LEA)},
        review: {THE_5TH: Kept(person=None)},
        council: {},
    }
