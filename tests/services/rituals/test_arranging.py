"""Arranging an occurrence, on both databases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain import errors, rituals_errors
from bot.domain.ids import RequestId, RitualId
from bot.services import (
    rituals,
    rituals_arrange,
    rituals_run,
)
from bot.services.deps import Deps
from bot.services.rituals_run import Which
from tests.builders import (
    HUGO,
    INES,
    JOHN,
    KARIM,
    LEA,
    FakeClock,
)
from tests.services.rituals.meetings import (
    STARTS,
    SYNC,
    THE_8TH,
    THE_22ND,
    at,
    away,
    keys,
    on_agenda,
    posted,
    running,
    said,
    tick,
)


def test_moving_changes_this_one_and_says_so(deps: Deps, clock: FakeClock) -> None:
    posted(deps)
    at(clock, timedelta(hours=20))
    tick(deps)

    moved = rituals_arrange.move(
        deps, THE_8TH, JOHN, (date(2026, 12, 10), time(15)), why="Salon", key="m"
    )

    assert moved.starts_at == datetime(2026, 12, 10, 14, tzinfo=UTC)
    assert keys(deps) == [
        "agenda_update:roadmap_sync:2026-12-08:v1",
        "ritual_line:roadmap_sync:2026-12-08:v1",
        f"facilitator:moved:roadmap_sync:2026-12-08:v1:{LEA}",
    ]
    coming = rituals.coming(deps, LEA)[0]
    assert (coming.occurrence.starts_at, coming.may_run) == (moved.starts_at, True)


def test_an_occurrence_moved_later_is_announced_for_its_new_time(
    deps: Deps, clock: FakeClock
) -> None:
    clock.at = STARTS - timedelta(days=3)
    tick(deps)
    to = (date(2026, 12, 17), time(10))
    rituals_arrange.move(deps, THE_8TH, LEA, to, why="", key="m")
    said(deps)
    at(clock)
    assert tick(deps) == []

    clock.at = STARTS + timedelta(days=8)

    assert tick(deps) == [
        "agenda:roadmap_sync:2026-12-08",
        f"facilitator:prepare:roadmap_sync:2026-12-08:2026-12-17:{LEA}",
    ]


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2026, 11, 20), rituals_errors.MovedIntoThePast),
        (date(2026, 12, 22), rituals_errors.DayTaken),
        (date(2027, 6, 1), rituals_errors.MovedTooFar),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    deps: Deps, day: date, refusal: type[errors.DomainError]
) -> None:
    with pytest.raises(refusal) as caught:
        rituals_arrange.move(deps, THE_8TH, LEA, (day, time(10)), why="", key="m")

    assert caught.value.field == "moved_to"


def test_cancelling_keeps_the_turn_and_the_agenda(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(days=7))
    request = on_agenda(deps)

    rituals_arrange.cancel(deps, THE_8TH, LEA, "Séminaire", key="c")

    following = rituals.coming(deps, LEA)[0]
    assert following.occurrence.slot == THE_22ND.slot
    assert following.facilitator == LEA
    sheet = rituals.sheet(deps, SYNC, THE_22ND.slot)
    assert [entry.request.id for entry in sheet.agenda.entries] == [request.id]
    said(deps)
    at(clock, timedelta(hours=24))
    assert tick(deps) == []


def test_somebody_else_this_time_leaves_the_order(deps: Deps) -> None:
    rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")

    assert [rituals.sheet(deps, SYNC, w.slot).facilitator for w in (THE_8TH, THE_22ND)] == [
        INES,
        JOHN,
    ]


def test_two_people_swap_their_turns(deps: Deps) -> None:
    rituals_arrange.hand_over(deps, THE_8TH, LEA, JOHN, is_swap=True, key="h")

    assert [rituals.sheet(deps, SYNC, w.slot).facilitator for w in (THE_8TH, THE_22ND)] == [
        JOHN,
        LEA,
    ]
    third = rituals.sheet(deps, SYNC, date(2027, 1, 5)).facilitator
    assert third == LEA  # the order is what it was


def test_who_takes_over_runs_it(deps: Deps, clock: FakeClock) -> None:
    (request,) = running(deps, clock)

    rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")

    with pytest.raises(rituals_errors.NotTheFacilitator):
        rituals_run.carry(deps, THE_8TH, LEA, request.id, "Temps", key="r1")
    rituals_run.carry(deps, THE_8TH, INES, request.id, "Temps", key="r2")


def test_somebody_who_will_be_away_cannot_stand_in(deps: Deps) -> None:
    away(deps, INES, STARTS - timedelta(days=1), 3)

    with pytest.raises(rituals_errors.CannotStandIn):
        rituals_arrange.hand_over(deps, THE_8TH, LEA, INES, is_swap=False, key="h")


def test_only_the_list_and_the_stewards_arrange(deps: Deps) -> None:
    with pytest.raises(rituals_errors.NotInTheRotation):
        rituals_arrange.cancel(deps, THE_8TH, HUGO, "Parce que", key="c")
    rituals_arrange.cancel(deps, THE_8TH, KARIM, "Séminaire", key="c")


def test_a_date_the_rule_does_not_give_is_no_occurrence(deps: Deps) -> None:
    for which in (
        Which(ritual=SYNC, slot=date(2026, 12, 9)),
        Which(ritual=RitualId("tea"), slot=THE_8TH.slot),
    ):
        with pytest.raises(rituals_errors.NoSuchOccurrence):
            rituals_run.start(deps, which, LEA, key="1")


def test_a_request_that_is_no_item_is_refused(deps: Deps, clock: FakeClock) -> None:
    running(deps, clock)

    with pytest.raises(rituals_errors.NotOnAgenda):
        rituals_run.carry(deps, THE_8TH, LEA, RequestId("other"), "?", key="r")
