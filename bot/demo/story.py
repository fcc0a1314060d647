"""The story of six weeks, as data: who does what, and when. Read from `chapters/*.toml`.

A time is `"12 09:40"`: twelve working days before the last one, at 09:40 in the charter's zone.
Holidays are no working days, so the story starts earlier when there is one.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

from bot.domain.calendar import Calendar

LAST = "0 09:40"
EARLIER = timedelta(minutes=30)
FORTNIGHT = date(2026, 1, 14)
"""A Wednesday after a Product Review: the next Roadmap Sync is six days ahead."""

_TIME = re.compile(r"(\d{1,2}) (\d{2}):(\d{2})")


class BadStory(ValueError):
    """A chapter that cannot be told."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A message. `thread` and `name` are names of messages; `file` is a name and its content.

    `liked` is who reacts, by emoji. `bypass` is what the bot does of one that asks for an
    arbitration there: "nudged", or "counted" when its author was nudged a short while ago.
    """

    when: str
    who: str
    room: str
    words: str
    name: str = ""
    thread: str = ""
    liked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file: tuple[str, str] | None = None
    bypass: str = ""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A request being filed. `way` is how its form is reached; `about` the message it is about,
    which `helper` saw first.

    `fields` are the form's, by block; those that end with `_in` count working days from then.
    """

    when: str
    who: str
    request: str
    way: str
    room: str
    about: str = ""
    helper: str = ""
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody does to a request with the button `move`; `fields` answer its form."""

    when: str
    who: str
    request: str
    move: str
    fields: Mapping[str, Any]
    is_refused: bool = False
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Something else that somebody does with the bot: `what` names it; `fields` answer its form.

    `request`, or among the fields `about`, a message, is what it is about, if anything.
    """

    when: str
    who: str
    what: str
    request: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


Beat = Saying | Asking | Step | Doing


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything that happens, in order, and the state each request ends in.

    `meets` are what is said of a request in rituals, each time it is on the agenda of one;
    `nothing` is what is said, by language, when nothing is on it.
    """

    beats: tuple[Beat, ...]
    ends: Mapping[str, str]
    meets: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    nothing: Mapping[str, str] = field(default_factory=dict)

    def starts_at(self, agenda: "Agenda") -> datetime:
        """Return when the time of a workspace starts, where the story is to be lived."""
        return agenda.instant(self.beats[0].when) - EARLIER


def read_story() -> Story:
    """Return the story of the chapters. Raises BadStory."""
    beats: list[Beat] = []
    ends: dict[str, str] = {}
    meets: dict[str, tuple[Mapping[str, Any], ...]] = {}
    nothing: dict[str, str] = {}
    folder = resources.files("bot.demo").joinpath("chapters")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            chapter = tomllib.loads(file.read_text(encoding="utf-8"))
            beats += [_saying(one) for one in chapter.get("says", ())]
            nothing |= chapter.get("nothing", {})
            beats += [_doing(one) for one in chapter.get("does", ())]
            for name, told in chapter.get("asks", {}).items():
                beats += _life(name, told)
                ends[name] = told["ends"]
                meets[name] = tuple(told.get("meets", ()))
    ordered = sorted(beats, key=lambda beat: _order(beat.when))
    return Story(beats=tuple(ordered), ends=ends, meets=meets, nothing=nothing)


def _doing(told: Mapping[str, Any]) -> Doing:
    known = {"at", "who", "do", "request"}
    return Doing(
        when=told["at"],
        who=told["who"],
        what=told["do"],
        request=told.get("request", ""),
        fields={key: value for key, value in told.items() if key not in known},
    )


def _saying(told: Mapping[str, Any]) -> Saying:
    likes = (one.split(": ") for one in told.get("liked", "").split("; ") if one)
    return Saying(
        when=told["at"],
        who=told["who"],
        room=told["in"],
        words=told["say"],
        name=told.get("name", ""),
        thread=told.get("thread", ""),
        liked={emoji: tuple(people.split(", ")) for emoji, people in likes},
        file=(told["file"], told["holds"]) if "file" in told else None,
        bypass=told.get("bypass", ""),
    )


def _life(name: str, told: Mapping[str, Any]) -> Iterator[Beat]:
    asked = told["asked"]
    yield Asking(
        when=asked["at"],
        who=asked["who"],
        request=name,
        way=asked.get("by", "command"),
        room=asked.get("in", "produit"),
        about=asked.get("about", ""),
        helper=asked.get("helper", ""),
        fields=told["form"],
    )
    for step in told.get("then", ()):
        yield step_of(name, step)


def step_of(request: str, told: Mapping[str, Any]) -> Step:
    """Return a step of a request as it is written; without a time it follows at once."""
    known = {"at", "who", "do", "refused", "reply"}
    return Step(
        when=told.get("at", ""),
        who=told["who"],
        request=request,
        move=told["do"],
        fields={key: value for key, value in told.items() if key not in known},
        is_refused=told.get("refused", False),
        reply=told.get("reply", ""),
    )


def _order(when: str) -> tuple[int, time]:
    before, wall = _split(when)
    return -before, wall


def _split(when: str) -> tuple[int, time]:
    found = _TIME.fullmatch(when)
    if not found:
        raise BadStory(f"not a time: {when}")
    before, hour, minute = (int(part) for part in found.groups())
    return before, time(hour, minute)


class Agenda:
    """Turns the story's times into instants. The last day is a Wednesday on which people work,
    the day after a Product Review.
    """

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self._calendar = calendar
        self.last = _last_wednesday(calendar, now)
        self._days = [self.last]

    def instant(self, when: str) -> datetime:
        """Return when `when` is, aware UTC. Raises BadStory."""
        before, wall = _split(when)
        return self._calendar.instant(self.day(before), wall)

    @property
    def end(self) -> datetime:
        """When the story ends and the demonstration starts."""
        return self.instant(LAST)

    def day(self, before: int) -> date:
        """Return the day that is so many whole working days before the last."""
        while len(self._days) <= before:
            day = self._days[-1] - timedelta(days=1)
            while not self._is_whole(day):
                day -= timedelta(days=1)
            self._days.append(day)
        return self._days[before]

    def days_after(self, instant: datetime, count: int) -> date:
        """Return the working day that comes `count` working days after `instant`'s."""
        day = self._calendar.local_date(instant)
        for _ in range(count):
            day = self._calendar.next_working_day(day + timedelta(days=1))
        return day

    def _is_whole(self, day: date) -> bool:
        """Tell whether `day` is worked from morning to evening, as its weekday is."""
        hours = self._calendar.hours_on(day)
        return bool(hours) and hours == self._calendar.week[day.isoweekday() - 1]


def _last_wednesday(calendar: Calendar, now: datetime) -> date:
    """Return the last Wednesday of a fortnight whose story has ended by `now`."""
    _, wall = _split(LAST)
    day = calendar.local_date(now)
    while (
        (day - FORTNIGHT).days % 14 != 0
        or not calendar.is_working_day(day)
        or not calendar.is_working_day(day - timedelta(days=1))
        or calendar.instant(day, wall) > now
    ):
        day -= timedelta(days=1)
    return day
