"""Requests made outside the channel, in the story: noticed, answered, counted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from bot.db import bypasses
from bot.db.bypass_tables import bypasses as rows
from bot.db.engine import Database
from bot.demo.cache import History
from bot.demo.story import Agenda, Asking, Saying, Story
from bot.domain.bypass import BypassNumbers, Origin, add_up, message_key
from bot.domain.ids import ChannelId, WorkspaceId
from bot.sandbox.cast import demo_cast
from bot.slack import ids

WORKSPACE = WorkspaceId("T0SANDBOX")
MENTION = re.compile(r"<@U0([A-Z]+)>")


@pytest.fixture
def ledger(lived: Database) -> list[Row[Any]]:
    with lived.read() as session:
        return list(session.execute(select(rows).order_by(rows.c.at)))


@pytest.fixture
def numbers(lived: Database, story: Story, agenda: Agenda) -> BypassNumbers:
    """What the six weeks count."""
    since, until = agenda.instant(story.beats[0].when), agenda.end + timedelta(hours=1)
    with lived.read() as session:
        groups = bypasses.tallies(session, WORKSPACE, (since, until), agenda.end)
    return add_up(groups, (), since=since, until=until)


def words_by_key(history: History) -> dict[str, str]:
    """What people wrote, as the story has it, by the key that its bypass has or would have."""
    return {
        message_key(ChannelId(room["id"]), m["ts"]): MENTION.sub(
            lambda found: f"@{found[1].lower()}", m["text"]
        )
        for room in history.world["channels"]
        for m in room["messages"]
    }


def test_what_asks_for_an_arbitration_is_noticed_and_nothing_else(
    story: Story, history: History, ledger: list[Row[Any]]
) -> None:
    said = words_by_key(history)
    sayings = [beat for beat in story.beats if isinstance(beat, Saying)]

    noticed = [said[line.key] for line in ledger if line.origin == Origin.CHANNEL]
    nudged = [said[line.key] for line in ledger if line.nudged_at]

    assert noticed == [beat.words for beat in sayings if beat.bypass]
    assert nudged == [beat.words for beat in sayings if beat.bypass == "nudged"]


def test_near_misses_are_said_where_the_bot_reads(story: Story) -> None:
    read = {room.name for room in demo_cast().rooms if room.has_bot} - {"arbitrages"}
    asked = [b for b in story.beats if isinstance(b, Saying) and "?" in b.words and b.room in read]

    near = [beat.words for beat in asked if not beat.bypass]
    assert len(near) >= 8
    assert any("valide" in words or "approve" in words for words in near)
    assert any("petit point" in words for words in near)


def test_people_do_everything_with_a_nudge(numbers: BypassNumbers, story: Story) -> None:
    opened = [b for b in story.beats if isinstance(b, Asking) and b.way == "nudge"]
    tally = numbers.all.tally

    assert tally.opened == len(opened) == 2
    assert tally.dismissed == 2
    # Left without an answer, or a request by another way.
    assert tally.nudged > tally.opened + tally.dismissed
    assert tally.converted >= 5
    assert tally.pending == 1


def test_bypasses_come_from_everywhere_and_are_declared(numbers: BypassNumbers) -> None:
    assert set(numbers.origins) == {Origin.CHANNEL, Origin.CORRIDOR, Origin.MEETING}
    assert len(numbers.channels) >= 4
    assert len(numbers.weeks) >= 5


def test_somebody_is_nudged_in_english(history: History) -> None:
    private = [m for room in history.world["channels"] for m in room["ephemerals"]]

    told = [m["text"] for m in private if m["to"] == "U0JOHN"]
    assert "The form is open." in " ".join(told)


def test_what_nobody_answered_still_can_be(history: History) -> None:
    private = [m for room in history.world["channels"] for m in room["ephemerals"]]

    waiting = {m["to"] for m in private if ids.NUDGE_OPEN in str(m.get("blocks"))}
    assert {"U0AMINA", "U0INES"} <= waiting
