"""The story lived by the real bot: what became of each request, and the traces that are left."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db import lists, requests
from bot.db.engine import Database
from bot.db.tables import outbox
from bot.demo.cache import History
from bot.demo.doing import key_of
from bot.demo.story import Agenda, Asking, Saying, Step, Story
from bot.domain.calendar import Calendar
from bot.domain.events import Status
from bot.domain.ids import PersonId, WorkspaceId
from bot.domain.request import Request
from bot.services.audit import verify

WORKSPACE = WorkspaceId("T0SANDBOX")


def filed(story: Story) -> list[str]:
    """The requests' names in the order of their numbers."""
    return [beat.request for beat in story.beats if isinstance(beat, Asking)]


def found(database: Database, number: int) -> Request:
    with database.read() as session:
        request = requests.find(session, WORKSPACE, number)
    assert request is not None
    return request


def messages(history: History) -> list[dict[str, Any]]:
    return [m for room in history.world["channels"] for m in room["messages"]]


def test_every_request_ends_in_the_state_it_says(story: Story, lived: Database) -> None:
    ends = {
        name: str(found(lived, number).status) for number, name in enumerate(filed(story), start=1)
    }

    assert ends == dict(story.ends)
    with lived.read() as session:
        assert requests.count_by_workspace(session) == ((WORKSPACE, len(ends)),)


def test_every_title_is_the_one_that_was_asked(story: Story, lived: Database) -> None:
    asked = [beat for beat in story.beats if isinstance(beat, Asking)]

    for number, beat in enumerate(asked, start=1):
        assert found(lived, number).content.title == beat.fields["title"].replace("\u00a0", " ")


def test_who_waits_for_whom_this_morning(lived: Database) -> None:
    with lived.read() as session:
        waiting = {
            person: len(
                [
                    one
                    for one in lists.inbox(session, WORKSPACE, PersonId(f"U0{person.upper()}"))
                    if one.status is Status.OPEN
                ]
            )
            for person in ("claire", "karim", "lea", "john", "thomas", "amina", "ines", "hugo")
        }

    assert waiting == {
        "claire": 4, "karim": 2, "lea": 1, "john": 0, "thomas": 0, "amina": 0, "ines": 0, "hugo": 0
    }  # fmt: skip


def test_one_request_is_late_and_one_is_urgent(
    story: Story, lived: Database, agenda: Agenda
) -> None:
    opened = [
        request
        for number in range(1, len(story.ends) + 1)
        if (request := found(lived, number)).status is Status.OPEN
    ]

    late = [r.content.title for r in opened if r.due_at and r.due_at < agenda.end]
    urgent = [r.content.title for r in opened if r.content.is_urgent]
    assert late == ["Should the guided tour ship before the new dashboard?"]
    assert urgent == ["Faut-il basculer sur le second prestataire de paiement ce soir ?"]


def test_decisions_of_every_kind_were_taken(story: Story, lived: Database) -> None:
    known = [found(lived, number) for number in range(1, len(story.ends) + 1)]
    decisions = [r.decision for r in known if r.decision]

    assert {str(d.terms.verdict) for d in decisions} == {
        "accept",
        "refuse",
        "first",
        "cut",
        "shift",
    }
    assert any(d.is_self_decided for d in decisions)
    assert any(len(d.positions) == 2 for d in decisions)
    assert any(r.splits for r in known)
    assert any(r.past_decisions for r in known)
    assert any(d.positions[0].on_behalf_of for d in decisions)
    assert any(r.source for r in known)
    assert {str(r.route.layer) for r in known} == {"vision", "strategy", "arbitration", "execution"}


def test_nothing_is_posted_twice_and_nothing_is_left_to_post(
    history: History, lived: Database
) -> None:
    keys = Counter(
        m["metadata"]["event_payload"]["key"] for m in messages(history) if "metadata" in m
    )
    with lived.read() as session:
        states = Counter(session.execute(select(outbox.c.state)).scalars())
        openings = select(func.count()).where(
            outbox.c.key.like("agenda:%:opening"), outbox.c.error == "no_occurrence"
        )
        dropped = session.execute(openings).scalar_one()

    assert [key for key, count in keys.items() if count > 1] == []
    # An agenda that is said again when a meeting opens has nothing to say when it is there.
    assert dropped == states["dead"]
    assert set(states) <= {"sent", "collapsed", "dead"}
    assert states["sent"] >= len(keys)


def test_the_record_holds(story: Story, lived: Database) -> None:
    assert verify(lived) == (len(story.ends), ())


def test_nobody_speaks_out_of_hours_and_time_never_goes_back(
    history: History, calendar: Calendar, agenda: Agenda
) -> None:
    for room in history.world["channels"]:
        stamps = [m["ts"] for m in room["messages"]]
        assert stamps == sorted(stamps)
        # An agenda wakes nobody: it is there a day before, be that day a holiday.
        for ts in [m["ts"] for m in room["messages"] if not key_of(m).startswith("agenda:")]:
            # Posts are a second apart: the last of a beat may come a little after the hour.
            at = datetime.fromtimestamp(float(ts), UTC)
            assert calendar.is_open(at) or calendar.is_open(at - timedelta(minutes=2)), ts
    ended = datetime.fromisoformat(history.world["now"])
    assert agenda.end <= ended < agenda.end + timedelta(minutes=1)


def test_every_word_of_the_story_is_said(story: Story, history: History) -> None:
    said = [m for m in messages(history) if "bot_id" not in m and "subtype" not in m]
    written = [b for b in story.beats if isinstance(b, Saying) and not b.file]
    replies = [b for b in story.beats if isinstance(b, Step) and b.reply]

    # A direct message to the app and its mention are two more.
    assert len(said) == len(written) + len(replies) + 2
    assert sum("files" in m for m in messages(history)) == sum(
        bool(b.file) for b in story.beats if isinstance(b, Saying)
    )


def test_refusals_are_private_and_kind(story: Story, history: History) -> None:
    private = [m for room in history.world["channels"] for m in room["ephemerals"]]
    refused = [b for b in story.beats if isinstance(b, Step) and b.is_refused]

    told = [m for m in private if "Votre avis compte dans le fil" in m["text"]]
    assert len(told) == len(refused)


def test_an_english_speaker_is_told_in_english(history: History) -> None:
    rooms = history.world["channels"]
    johns = next(r for r in rooms if r["kind"] == "im" and "U0JOHN" in r["members"])

    assert any("Your request" in str(m) for m in johns["messages"])
    assert not any("Votre demande" in str(m) for m in johns["messages"])


def test_no_sentence_speaks_of_nobody(history: History) -> None:
    assert [m["text"] for m in messages(history) if "personne de trancher" in m["text"]] == []


def test_the_world_is_plain_json(history: History) -> None:
    assert json.loads(json.dumps(history.world)) == history.world


@pytest.mark.parametrize("secret", ["xoxb-", "xapp-"])
def test_no_token_is_kept(history: History, secret: str) -> None:
    assert secret not in json.dumps(history.world)
    assert secret.encode() not in history.database
