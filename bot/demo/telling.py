"""Tells the story: each beat is done in the small Slack as a person does it, by hand."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, assert_never

from bot.demo.stage import PATIENCE_S, Stage, Stuck
from bot.demo.story import Agenda, Asking, Beat, Saying, Step, Story
from bot.demo.ways import WAYS
from bot.sandbox.hub import Ack
from bot.sandbox.person import PersonDriver
from bot.sandbox.state import Json

CHANNEL = "arbitrages"
_REQUEST = re.compile(r"\{(\w+)\}")
_PERSON = re.compile(r"@([a-z]+)\b")
_ROOM = re.compile(r"#([a-z-]+)\b")
_ADDRESS = re.compile(r"https?://[^\s)]+")

Moved = Callable[[int, int], None]


class Teller:
    """Tells a story once. `numbers` are the requests' by name; `places` the messages' by name."""

    def __init__(self, stage: Stage, agenda: Agenda) -> None:
        self.stage = stage
        self.agenda = agenda
        self.numbers: dict[str, int] = {}
        self.cards: dict[str, str] = {}
        self.places: dict[str, tuple[str, str]] = {}
        self._shown: set[tuple[str, str]] = set()

    def tell(self, story: Story, moved: Moved = lambda _done, _all: None) -> None:
        """Tell all of it; `moved` hears how many beats are done, of how many. Raises Stuck."""
        for done, beat in enumerate(story.beats, start=1):
            self._at(self.agenda.instant(beat.when))
            self._do(beat)
            moved(done, len(story.beats))
        self.stage.settle()
        self._at(self.agenda.end)

    def _at(self, instant: datetime) -> None:
        self.stage.go_to(instant)

    def _do(self, beat: Beat) -> None:
        match beat:
            case Saying():
                self._say(beat)
            case Asking():
                self._ask(beat)
            case Step():
                self._step(beat)
            case _:
                assert_never(beat)

    # Messages

    def _say(self, beat: Saying) -> None:
        person = self.stage.slack.person(beat.who)
        thread_ts = self._thread(beat.thread)
        words = self.markup(beat.words)
        if beat.file:
            name, content = beat.file
            ts = person.share(beat.room, name, content.encode(), words, thread_ts=thread_ts)
        else:
            ts = person.write(beat.room, words, thread_ts=thread_ts)
        if beat.name:
            self.places[beat.name] = (beat.room, ts)
        for emoji, people in beat.liked.items():
            for handle in people:
                self.stage.slack.person(handle).react(beat.room, ts, emoji)
        for name in _REQUEST.findall(beat.words):
            self._wait_shown(beat, thread_ts or ts, name)

    def _thread(self, name: str) -> str | None:
        """Return the message that a thread hangs on: a named one, or a request's card."""
        if not name:
            return None
        return self.cards.get(name) or self.places[name][1]

    def _wait_shown(self, beat: Saying, root: str, name: str) -> None:
        """Wait for the reply that shows a request somebody named; once per thread."""
        room = self.stage.slack.world.channel_named(beat.room)
        is_there = self.stage.slack.world.bot_user in room.members
        if not is_there or (root, name) in self._shown or beat.thread == name:
            return
        self._shown.add((root, name))
        number = re.compile(rf"\bARB-{self.numbers[name]}\b")
        self.stage.wait(
            lambda: any(
                m.get("thread_ts") == root and "bot_id" in m and number.search(m["text"])
                for m in self.stage.slack.messages(beat.room)
            ),
            f"{name} shown in {beat.room}",
        )

    def markup(self, words: str) -> str:
        """Return words as Slack's own client sends them: mentions, addresses, requests named."""
        told = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        told = _ADDRESS.sub(lambda found: f"<{found[0]}>", told)
        told = _REQUEST.sub(lambda found: f"ARB-{self.numbers[found[1]]}", told)
        world = self.stage.slack.world
        people = {person.member.handle: user for user, person in world.people.items()}
        rooms = {room.name: room.id for room in world.channels.values()}
        told = _PERSON.sub(lambda found: _tag("@", people.get(found[1])) or found[0], told)
        return _ROOM.sub(lambda found: _tag("#", rooms.get(found[1])) or found[0], told)

    # Requests

    def _ask(self, beat: Asking) -> None:
        person = self.stage.slack.person(beat.who)
        before = len(self._cards())
        WAYS[beat.way](self.stage, person, beat, self.places.get(beat.about))
        _wait_view(person, lambda view: view["callback_id"] == "request.submit")
        self._fill(person, self._answers(beat))
        _check(person.submit(), beat.request)
        self.stage.wait(lambda: len(self._cards()) > before, f"the card of {beat.request}")
        self.stage.settle()
        found = self._cards()
        self.cards[beat.request] = str(found[-1]["ts"])
        self.numbers[beat.request] = len(found)

    def _cards(self) -> list[dict[str, Any]]:
        found = self.stage.slack.messages(CHANNEL)
        return [m for m in found if key_of(m).startswith("card:")]

    def _fill(self, person: PersonDriver, fields: Mapping[str, Any]) -> None:
        """Fill a request's form as its fields appear: a debt's frame, one more option."""
        for block, value in fields.items():
            if block.startswith("option") and block not in _blocks_of(person.views[-1]):
                person.press("option.add")
            _wait_field(person, block)
            person.fill({block: value})

    def _answers(self, beat: Asking | Step) -> dict[str, Any]:
        """Return what is typed in a form: days counted, people and requests looked up."""
        return dict(self._answer(beat, key, value) for key, value in beat.fields.items())

    def _answer(self, beat: Asking | Step, key: str, value: Any) -> tuple[str, Any]:
        if key in _DATES:
            return _DATES[key], self.agenda.days_after(beat.when, value).isoformat()
        if key in {"person", "owner"}:
            return key, self.stage.slack.world.person_named(value).member.id
        if key == "supersedes":
            return key, _REQUEST.sub(lambda found: str(self.numbers[found[1]]), value)
        return key, value

    # What becomes of them

    def _step(self, beat: Step) -> None:
        person = self.stage.slack.person(beat.who)
        told = len(person.ephemerals(CHANNEL))
        panel = self._panel(beat.request)
        if beat.reply:
            self._reply(person, beat)
        else:
            _check(person.click(CHANNEL, panel["ts"], f"request.{beat.move}"), beat.request)
        if beat.is_refused:
            self.stage.wait(lambda: len(person.ephemerals(CHANNEL)) > told, "a refusal")
            return
        if beat.move not in INSTANT:
            form = "decision.submit" if beat.move == "decide" else f"request.{beat.move}.submit"
            _wait_view(person, lambda view: view["callback_id"] == form)
            _check(person.submit(self._answers(beat)), beat.request)
        self.stage.settle()

    def _reply(self, person: PersonDriver, beat: Step) -> None:
        """Decide by a word in the thread, and the private offer that answers it."""
        told = len(person.ephemerals(CHANNEL))
        person.write(CHANNEL, self.markup(beat.reply), thread_ts=self.cards[beat.request])
        self.stage.wait(lambda: len(person.ephemerals(CHANNEL)) > told, "an offer to record")
        person.click(CHANNEL, person.ephemerals(CHANNEL)[-1]["ts"], "reply.record")

    def _panel(self, request: str) -> dict[str, Any]:
        return self.stage.slack.messages(CHANNEL, self.cards[request])[1]


INSTANT = frozenset({"resume", "schedule", "unschedule"})
_DATES = {
    "needed_in": "needed_by",
    "due_in": "due_on",
    "review_in": "review_on",
    "shift_in": "shift_to",
}


def key_of(message: Mapping[str, Any]) -> str:
    """Return what names a message of the bot's, empty for those of people."""
    return str(message.get("metadata", {}).get("event_payload", {}).get("key", ""))


def _tag(kind: str, known: str | None) -> str:
    """Return a mention of somebody or of a channel; empty when there is no such one."""
    return f"<{kind}{known}>" if known else ""


def _wait_field(person: PersonDriver, block: str) -> None:
    _wait_view(person, lambda view: block in _blocks_of(view))


def _wait_view(person: PersonDriver, condition: Callable[[Json], bool]) -> None:
    person.wait_view(condition, PATIENCE_S)


def _check(ack: Ack, request: str) -> None:
    """Raise Stuck unless the bot took what was done to `request`."""
    if not ack.is_acked:
        raise Stuck(f"no answer about {request}")
    if ack.body:
        raise Stuck(f"refused about {request}: {ack.body}")


def _blocks_of(view: Mapping[str, Any]) -> set[str]:
    return {block.get("block_id", "") for block in view["blocks"]}
