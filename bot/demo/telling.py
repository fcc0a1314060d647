"""Tells the story: each beat is done in the small Slack as a person does it, by hand."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from bot.demo.deeds import DEEDS
from bot.demo.doing import CHANNEL, blocks_of, check, key_of, submit, wait_form, wait_view
from bot.demo.meetings import Meetings
from bot.demo.nudged import count_bypasses, find_nudge
from bot.demo.stage import Stage
from bot.demo.story import Agenda, Asking, Beat, Doing, Saying, Step, Story, step_of
from bot.demo.ways import WAYS
from bot.sandbox.person import PersonDriver

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
        self._outcomes: Mapping[str, tuple[Mapping[str, Any], ...]] = {}

    def tell(self, story: Story, moved: Moved = lambda _done, _all: None) -> None:
        """Tell all of it; `moved` hears how many beats are done, of how many. Raises Stuck."""
        start = self.stage.slack.clock.now()
        self._outcomes = story.meets
        meetings = Meetings(self.stage, self, story.nothing)
        planned = meetings.planned(start, self.agenda.end)
        for done, beat in enumerate(story.beats, start=1):
            at = self.agenda.instant(beat.when)
            while planned and planned[0].starts_at <= at:
                meetings.hold(planned.pop(0))
            self.stage.go_to(at)
            self._do(beat)
            moved(done, len(story.beats))
        self.stage.go_to(self.agenda.end)
        self.stage.settle()

    def said_of(self, number: int) -> Sequence[Mapping[str, Any]]:
        """Return what is said in rituals of the request that has a number, each time."""
        return self._outcomes[self._named(number)]

    def follow(self, number: int, told: Mapping[str, Any]) -> None:
        """Do what somebody does to a request after it was treated in a ritual."""
        self._step(step_of(self._named(number), told))

    def _named(self, number: int) -> str:
        return next(request for request, given in self.numbers.items() if given == number)

    def _do(self, beat: Beat) -> None:
        match beat:
            case Saying():
                self._say(beat)
            case Asking():
                self._ask(beat)
            case Step():
                self._step(beat)
            case Doing():
                self._other(beat)
            case _:
                assert_never(beat)

    # Messages

    def _say(self, beat: Saying) -> None:
        person = self.stage.slack.person(beat.who)
        thread_ts = self._thread(beat.thread)
        words = self.markup(beat.words)
        counted = count_bypasses(self.stage) if beat.bypass else 0
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
        if beat.bypass:
            self._wait_noticed(beat, ts, counted)

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

    def _wait_noticed(self, beat: Saying, ts: str, counted: int) -> None:
        """Wait until the bot has counted a bypass, and nudged its author when it does."""
        self.stage.wait(lambda: count_bypasses(self.stage) > counted, f"counted: {beat.words}")
        person, place = self.stage.slack.person(beat.who), (beat.room, ts)
        if beat.bypass == "nudged":
            self.stage.wait(lambda: find_nudge(person, place) is not None, f"seen: {beat.words}")

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
        wait_form(person, "request.submit")
        self._fill(person, self.answers(beat.fields))
        check(person.submit(), beat.request)
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
            if block.startswith("option") and block not in blocks_of(person.views[-1]):
                person.press("option.add")
            _wait_field(person, block)
            person.fill({block: value})

    def answers(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is typed in a form: days counted, people and requests looked up."""
        return dict(self._answer(key, value) for key, value in fields.items())

    def _answer(self, key: str, value: Any) -> tuple[str, Any]:
        if key in _DATES:
            now = self.stage.slack.clock.now()
            return _DATES[key], self.agenda.days_after(now, value).isoformat()
        if key in {"person", "owner"}:
            return key, self.stage.slack.world.person_named(value).member.id
        if key == "about":
            return key, self.places[value]
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
            check(person.click(CHANNEL, panel["ts"], f"request.{beat.move}"), beat.request)
        if beat.is_refused:
            self.stage.wait(lambda: len(person.ephemerals(CHANNEL)) > told, "a refusal")
            return
        if beat.move not in INSTANT:
            form = "decision.submit" if beat.move == "decide" else f"request.{beat.move}.submit"
            wait_form(person, form)
            check(submit(person, self.answers(beat.fields)), beat.request)
        self.stage.settle()

    def _other(self, beat: Doing) -> None:
        person = self.stage.slack.person(beat.who)
        fields = self.answers(beat.fields)
        DEEDS[beat.what](self.stage, person, fields, self.numbers.get(beat.request))
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
    "away_in": "away_from",
    "back_after": "away_to",
}


def _tag(kind: str, known: str | None) -> str:
    """Return a mention of somebody or of a channel; empty when there is no such one."""
    return f"<{kind}{known}>" if known else ""


def _wait_field(person: PersonDriver, block: str) -> None:
    wait_view(person, lambda view: block in blocks_of(view))
