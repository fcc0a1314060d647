"""The clock bar's desk: where the clock can go, and what happened meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.db import outbox
from bot.db.engine import Database
from bot.demo.cache import History
from bot.demo.desk import DemoDesk
from bot.demo.doing import key_of
from bot.demo.running import database_url
from bot.demo.stage import SOON, Stage
from bot.demo.workspace import Opening, open_workspace
from bot.domain.calendar import Calendar
from bot.domain.posts import Post, PostKind
from bot.sandbox.desk import Happening
from tests.demo.conftest import is_late
from tests.demo.living import Demonstration, demonstration

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
    assert keys == ["hour", "morning", "next_post", "next_sync", "next_digest"]

    desk.jump("hour")
    after_an_hour = demo.slack.clock.now()
    desk.jump("morning")
    morning = demo.slack.clock.now()

    assert timedelta(minutes=59) < after_an_hour - before < timedelta(minutes=61)
    assert calendar.local_date(morning) > calendar.local_date(before)
    assert calendar.is_open(morning)
    assert (morning - calendar.instant(calendar.local_date(morning), NINE)).total_seconds() < 30


def test_a_post_about_to_leave_is_no_place_to_go(history: History, tmp_path: Path) -> None:
    opening = Opening(folder=tmp_path, history=history, locale="fr", port=0)
    with open_workspace(opening) as slack, closing(Database(database_url(tmp_path))) as database:
        stage = Stage(slack=slack, database=database)
        soon = slack.clock.now() + timedelta(seconds=30)
        post = Post(kind=PostKind.LINE, key="soon", channel=stage.deps.channel)
        with database.begin() as session:
            outbox.add(session, stage.deps.workspace, (post,), at=soon)

        assert stage.next_due() == soon
        following = stage.next_said()

    assert following is not None
    assert following > soon + SOON


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
        desk.jump("next_year")


def test_the_guide_has_five_steps(demo: Demonstration, desk: DemoDesk) -> None:
    assert desk.guide() == ("raise", "decide", "bypass", "agenda", "digest")


def keys(demo: Demonstration, happened: Sequence[Happening]) -> list[str]:
    """What names each message that the bot posted meanwhile."""
    said = said_by_place(demo)
    return [said[one.channel, one.ts] for one in happened if (one.channel, one.ts) in said]


def said_by_place(demo: Demonstration) -> dict[tuple[str, str], str]:
    return {
        (room.id, m["ts"]): key_of(m)
        for room in demo.slack.world.channels.values()
        for m in room.messages
    }


def test_jumping_a_week_says_each_thing_once_in_its_time(
    demo: Demonstration, desk: DemoDesk
) -> None:
    digest = next(jump for jump in desk.jumps() if jump.key == "next_digest")

    to_digest = keys(demo, desk.jump("next_digest"))
    agenda = next(jump for jump in desk.jumps() if jump.key == "next_sync")
    to_agenda = keys(demo, desk.jump("next_sync"))

    assert digest.at is not None
    assert agenda.at is not None
    assert [key for key in to_digest if key.startswith("digest:C")] == [
        f"digest:C0ARBITRAGES:{digest.at.isoformat()}"
    ]
    assert len([key for key in to_agenda if key.startswith("agenda:roadmap_sync")]) == 1
    assert agenda.at - digest.at == timedelta(hours=1)
    said = said_by_place(demo)
    seen = {step: said[one.channel, one.ts] for step, one in desk.landmarks().items()}
    assert seen == {
        "digest": f"digest:C0ARBITRAGES:{digest.at.isoformat()}",
        "agenda": next(key for key in to_agenda if key.startswith("agenda:roadmap_sync")),
    }
    assert not [
        m for room in demo.slack.world.channels.values() for m in room.messages if is_late(m)
    ]
    assert len(set(to_digest + to_agenda)) == len(to_digest + to_agenda)
