"""What who facilitates is told, and notes to confirm, lose their buttons, on both databases."""

from datetime import date, time, timedelta

import pytest

from bot.domain.ids import RequestId
from bot.domain.posts import PostKind
from bot.services import decisions, rituals_arrange, rituals_run
from bot.services.deps import Deps
from bot.slack import ids
from tests.builders import CLAIRE, INES, JOHN, LEA, FakeClock, some_terms
from tests.services.desk import Desk
from tests.services.rituals.meetings import STARTS, THE_8TH, at, away, on_agenda, running
from tests.ticks import queue_ritual_posts

PREPARED = timedelta(hours=25)
"""On Monday, when work begins: two days before the start is a Sunday."""
ARRANGING = [ids.RITUAL_HAND_OVER, ids.RITUAL_MOVE, ids.RITUAL_CANCEL]


@pytest.fixture
def desk(deps: Deps) -> Desk:
    return Desk(deps)


def asked(desk: Desk, clock: FakeClock, before: timedelta) -> str:
    """The message to who facilitates that is due `before` the start."""
    at(clock, before)
    queue_ritual_posts(desk.deps)
    desk.deliver()
    return desk.last(PostKind.FACILITATOR)


def buttons(desk: Desk, ts: str) -> list[str]:
    return [action for action, _ in desk.actions(ts)]


def test_a_start_answers_the_reminders_to_prepare_and_to_start(
    desk: Desk, clock: FakeClock
) -> None:
    prepare = asked(desk, clock, PREPARED)
    start = asked(desk, clock, timedelta(minutes=10))
    assert buttons(desk, prepare) == ARRANGING
    assert buttons(desk, start) == [ids.RITUAL_START, ids.RITUAL_HAND_OVER]

    for _ in range(2):
        rituals_run.start(desk.deps, THE_8TH, LEA, key="s")
        desk.deliver()

    assert buttons(desk, prepare) == buttons(desk, start) == []
    assert "<@U0LEA> a démarré ce rituel" in desk.words(start)
    assert sorted(desk.rewritten) == sorted([prepare, start])


def test_a_reminder_to_close_follows_until_it_is_closed(desk: Desk, clock: FakeClock) -> None:
    asked(desk, clock, timedelta(minutes=10))
    late = asked(desk, clock, -timedelta(hours=1, minutes=5))
    assert buttons(desk, late) == [ids.RITUAL_START, ids.RITUAL_MOVE, ids.RITUAL_CANCEL]

    rituals_run.start(desk.deps, THE_8TH, LEA, key="s")
    desk.deliver()
    assert buttons(desk, late) == [ids.RITUAL_CLOSE]
    rituals_run.close(desk.deps, THE_8TH, LEA, key="c")
    desk.deliver()

    assert buttons(desk, late) == []
    assert "<@U0LEA> a clos ce rituel" in desk.words(late)


def test_a_move_a_cancellation_and_another_host_are_said(desk: Desk, clock: FakeClock) -> None:
    first = asked(desk, clock, PREPARED)

    to = (date(2026, 12, 10), time(10))
    rituals_arrange.move(desk.deps, THE_8TH, JOHN, to, why="", key="m")
    desk.deliver()
    moved = desk.last(PostKind.FACILITATOR)
    assert buttons(desk, first) == []
    assert "Déplacé" in desk.words(first)
    assert buttons(desk, moved) == ARRANGING

    rituals_arrange.hand_over(desk.deps, THE_8TH, LEA, INES, is_swap=False, key="h")
    desk.deliver()
    handed = desk.last(PostKind.FACILITATOR)
    assert buttons(desk, moved) == []
    assert "animé par <@U0INES>" in desk.words(moved)
    assert buttons(desk, handed) == ARRANGING

    rituals_arrange.cancel(desk.deps, THE_8TH, JOHN, "Salon", key="c")
    desk.deliver()
    assert buttons(desk, handed) == []
    assert "N’a pas lieu cette fois" in desk.words(handed)
    assert desk.rewritten == [first, moved, handed]


def test_an_absence_passes_the_turn_and_the_buttons_on(desk: Desk, clock: FakeClock) -> None:
    first = asked(desk, clock, PREPARED)
    away(desk.deps, LEA, STARTS - timedelta(hours=2), 1)

    second = asked(desk, clock, timedelta(hours=24))

    assert desk.readers[second] == JOHN
    assert buttons(desk, second) == ARRANGING
    assert buttons(desk, first) == []
    assert "animé par <@U0JOHN>" in desk.words(first)


def test_stewards_have_nothing_more_to_find_once_somebody_takes_it(
    desk: Desk, clock: FakeClock
) -> None:
    for person in desk.deps.charter.rituals[0].rotation:
        away(desk.deps, person, STARTS - timedelta(hours=2), 1)
    at(clock, timedelta(hours=24))
    queue_ritual_posts(desk.deps)
    desk.deliver()
    ts = desk.last(PostKind.ALERT)
    assert buttons(desk, ts) == ARRANGING

    rituals_arrange.hand_over(desk.deps, THE_8TH, LEA, INES, is_swap=False, key="h")
    desk.deliver()

    assert buttons(desk, ts) == []
    assert "<@U0INES>" in desk.words(ts)


def noted(desk: Desk, clock: FakeClock) -> tuple[RequestId, str]:
    """Claire is asked to confirm what Léa heard; the request, and the message."""
    (request,) = running(desk.deps, clock)
    rituals_run.propose(desk.deps, THE_8TH, LEA, request.id, some_terms(), key="p")
    desk.deliver()
    ts = desk.last(PostKind.PROPOSAL, CLAIRE)
    assert buttons(desk, ts) == [ids.PROPOSAL_CONFIRM, ids.PROPOSAL_EDIT]
    return request.id, ts


def test_a_note_that_was_decided_elsewhere_is_confirmed_no_more(
    desk: Desk, clock: FakeClock
) -> None:
    request, ts = noted(desk, clock)
    before = desk.blocks[ts][:2]

    decisions.decide(desk.deps, request, CLAIRE, some_terms(rationale="Autre"), key="d")
    desk.deliver()

    assert buttons(desk, ts) == []
    assert "a tranché" in desk.words(ts)
    assert desk.blocks[ts][:2] == before, "what was heard stays"
    assert desk.rewritten == [ts]


def test_a_note_that_another_replaced_says_so(desk: Desk, clock: FakeClock) -> None:
    request, ts = noted(desk, clock)

    rituals_run.propose(desk.deps, THE_8TH, LEA, request, "Combien ?", key="p2")
    desk.deliver()
    second = desk.last(PostKind.PROPOSAL, CLAIRE)

    assert buttons(desk, ts) == []
    assert "Une autre note a remplacé celle-ci" in desk.words(ts)
    assert "Douze comptes" in desk.words(ts)
    assert buttons(desk, second) == [ids.PROPOSAL_CONFIRM]
    rituals_run.carry(desk.deps, THE_8TH, LEA, request, "Temps", key="c")
    desk.deliver()
    assert buttons(desk, second) == []
    assert "reporté à la prochaine fois" in desk.words(second)


def test_an_agenda_keeps_no_button_of_before(desk: Desk, clock: FakeClock) -> None:
    on_agenda(desk.deps)
    at(clock, timedelta(hours=24))
    queue_ritual_posts(desk.deps)
    desk.deliver()
    ts = desk.last(PostKind.AGENDA)
    assert ids.RITUAL_START in buttons(desk, ts)

    at(clock)
    rituals_run.start(desk.deps, THE_8TH, LEA, key="s")
    desk.deliver()

    assert buttons(desk, ts) == []
