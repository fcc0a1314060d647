"""The clock bar's desk: where the clock can go, and what happened meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.demo.cache import History
from bot.domain.calendar import Calendar
from tests.demo.conftest import Demonstration, demonstration

pytest.importorskip("bot.sandbox.page", reason="the desk is the page's")

from bot.demo.desk import DemoDesk

NINE = time(9, 0)


@pytest.fixture(scope="module")
def demo(history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(history, tmp_path_factory.mktemp("demo")) as found:
        yield found


@pytest.fixture
def desk(demo: Demonstration, calendar: Calendar) -> DemoDesk:
    return DemoDesk(demo.stage, calendar)


def test_the_clock_goes_where_the_desk_says(
    demo: Demonstration, desk: DemoDesk, calendar: Calendar
) -> None:
    before = demo.slack.clock.now()
    keys = [jump.key for jump in desk.jumps()]
    assert keys == ["hour", "morning"]

    desk.jump("hour")
    after_an_hour = demo.slack.clock.now()
    desk.jump("morning")
    morning = demo.slack.clock.now()

    assert timedelta(minutes=59) < after_an_hour - before < timedelta(minutes=61)
    assert calendar.local_date(morning) > calendar.local_date(before)
    assert calendar.is_open(morning)
    assert (morning - calendar.instant(calendar.local_date(morning), NINE)).total_seconds() < 30


def test_a_jump_tells_what_happened_and_to_whom(demo: Demonstration, desk: DemoDesk) -> None:
    thomas = demo.slack.person("thomas")
    written = [m["ts"] for m in demo.slack.messages("produit") if m["user"] == "U0HUGO"]
    thomas.message_shortcut("message.arbitrate", "produit", written[-1])
    hugo = demo.slack.person("hugo")
    assert demo.slack.wait(lambda: "draft.open" in str(hugo.dms()[-1]), 10)
    told = hugo.dms()[-1]
    at = datetime.fromtimestamp(float(told["ts"]), UTC) - timedelta(microseconds=1)

    happened = desk._since(at)

    direct = demo.slack.world.direct("U0HUGO", "U0BOT").id
    said = [
        (room.name, m["text"])
        for room in demo.slack.world.channels.values()
        for m in room.messages
        if m["ts"] > told["ts"]
    ]
    assert [(one.channel, one.ts, one.user) for one in happened] == [
        (direct, told["ts"], "U0HUGO")
    ], said


def test_a_place_the_desk_does_not_offer_is_refused(demo: Demonstration, desk: DemoDesk) -> None:
    with pytest.raises(KeyError):
        desk.jump("next_sync")


def test_the_guide_has_only_what_is_built(demo: Demonstration, desk: DemoDesk) -> None:
    assert desk.guide() == ("raise", "decide")
