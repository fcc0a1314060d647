"""Time in the story: rituals, digests, reminders, each once and when its rule says."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from bot import config
from bot.db import rituals
from bot.db.engine import Database
from bot.db.tables import events
from bot.demo.cache import History
from bot.demo.doing import key_of
from bot.demo.story import Agenda, Story
from bot.domain.calendar import Calendar
from bot.domain.ids import WorkspaceId
from bot.domain.rituals import Occurrence, Stage
from bot.domain.rituals_plan import between
from bot.domain.rituals_posts import name
from tests.builders import CHARTER_FILE
from tests.demo.conftest import is_late

WORKSPACE = WorkspaceId("T0SANDBOX")
DAY = timedelta(hours=24)
AT_MOST = timedelta(seconds=90)
"""How long a post may wait for those before it."""


def messages(history: History) -> list[dict[str, Any]]:
    return [m for room in history.world["channels"] for m in room["messages"]]


def posted(history: History, kind: str) -> dict[str, datetime]:
    """When each post of a kind was said, by what its key says after the kind."""
    return {
        key_of(m).removeprefix(f"{kind}:"): datetime.fromtimestamp(float(m["ts"]), UTC)
        for m in messages(history)
        if key_of(m).startswith(f"{kind}:")
    }


@pytest.fixture
def planned(agenda: Agenda, story: Story) -> list[Occurrence]:
    """What the charter's rules put in the six weeks."""
    charter = config.load(CHARTER_FILE).charter
    start = agenda.instant(story.beats[0].when)
    return [
        occurrence
        for ritual in charter.rituals
        for occurrence in between(ritual, charter.calendar, (), start, agenda.end)
    ]


def kept(database: Database, planned: Occurrence) -> Occurrence:
    with database.read() as session:
        found = rituals.get(session, WORKSPACE, planned.ritual, planned.slot)
    assert found is not None, name(planned)
    return found


def test_an_agenda_is_posted_a_day_before_when_people_work(
    calendar: Calendar, story: Story, history: History, agenda: Agenda, planned: list[Occurrence]
) -> None:
    installed, said = agenda.instant(story.beats[0].when), posted(history, "agenda")
    known = {name(one): one.starts_at for one in planned if one.starts_at - DAY > installed}

    waits = {key: said[key] - (starts_at - DAY) for key, starts_at in known.items()}

    assert len(waits) >= 6
    early = {key: wait for key, wait in waits.items() if not timedelta() <= wait <= AT_MOST}
    # A day before is a holiday: it is there the last working day.
    for key, wait in early.items():
        assert not calendar.is_open(known[key] - DAY)
        assert -4 * DAY < wait < timedelta()
        assert calendar.is_open(said[key])


def test_every_ritual_ended_or_was_called_off(
    history: History, lived: Database, planned: list[Occurrence]
) -> None:
    ended = [kept(lived, one) for one in planned]

    assert {one.stage for one in ended} == {Stage.CLOSED, Stage.CANCELLED}
    closed = [one for one in ended if one.stage is Stage.CLOSED]
    assert all(item.outcome for one in closed for item in one.items)
    assert set(posted(history, "minutes")) == {name(one) for one in closed}
    assert all(one.why for one in ended if one.stage is Stage.CANCELLED)
    assert {one.ritual for one in closed} == {"roadmap_sync", "product_review", "tech_council"}
    talked = [name(one) for one in closed if one.is_only_discussion]
    assert len(talked) == 2, talked  # one carried over, one asked for evidence


def test_facilitators_take_turns(lived: Database, planned: list[Occurrence]) -> None:
    hosts = [
        one.run_by
        for one in (kept(lived, one) for one in planned)
        if one.ritual == "roadmap_sync" and one.run_by
    ]

    assert len(hosts) >= 3
    assert all(first != then for first, then in pairwise(hosts))


def test_a_digest_went_out_each_week_to_the_channel_and_its_subscribers(
    history: History, calendar: Calendar
) -> None:
    said = posted(history, "digest")

    readers = {key.split(":")[0] for key in said}
    assert readers == {"C0ARBITRAGES", "U0LEA", "U0JOHN"}
    assert len([key for key in said if key.startswith("C0")]) >= 5
    for key, at in said.items():
        reader, slot = key.split(":", 1)
        # John reads it in his own morning.
        hours = calendar.in_zone("Europe/London") if reader == "U0JOHN" else calendar
        assert at - hours.next_open(datetime.fromisoformat(slot)) <= AT_MOST, key


def test_nothing_was_said_late(history: History) -> None:
    assert [key_of(m) for m in messages(history) if is_late(m)] == []


def test_one_request_alone_met_silence(history: History) -> None:
    said = [m["text"] for m in messages(history) if key_of(m).startswith("line:")]
    lines = [words for words in said if "Pas de réponse de" in words]

    assert len(lines) == 1
    assert "ira au prochain Roadmap Sync" in lines[0]


def test_a_deputy_decided_for_somebody_away(history: History) -> None:
    said = [m["text"] for m in messages(history) if key_of(m).startswith("line:")]

    assert any("Pendant l’absence de <@U0KARIM>" in words for words in said)
    assert any("<@U0AMINA> pour <@U0KARIM>" in str(m) for m in messages(history))


def test_what_was_delivered_is_known(lived: Database, story: Story) -> None:

    with lived.read() as session:
        kinds = list(session.execute(select(events.c.kind)).scalars())

    assert kinds.count("delivered") >= 8
