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
TUESDAY = 2
_TIME = re.compile(r"(\d{1,2}) (\d{2}):(\d{2})")


class BadStory(ValueError):
    """A chapter that cannot be told."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A message. `thread` and `name` are names of messages; `file` is a name and its content.

    `liked` is who reacts, by emoji.
    """

    when: str
    who: str
    room: str
    words: str
    name: str = ""
    thread: str = ""
    liked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file: tuple[str, str] | None = None


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


Beat = Saying | Asking | Step


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything that happens, in order, and the state each request ends in."""

    beats: tuple[Beat, ...]
    ends: Mapping[str, str]


def read_story() -> Story:
    """Return the story of the chapters. Raises BadStory."""
    beats: list[Beat] = []
    ends: dict[str, str] = {}
    folder = resources.files("bot.demo").joinpath("chapters")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            chapter = tomllib.loads(file.read_text(encoding="utf-8"))
            beats += [_saying(one) for one in chapter.get("says", ())]
            for name, told in chapter.get("asks", {}).items():
                beats += _life(name, told)
                ends[name] = told["ends"]
    return Story(beats=tuple(sorted(beats, key=lambda beat: _order(beat.when))), ends=ends)


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
        known = {"at", "who", "do", "refused", "reply"}
        yield Step(
            when=step["at"],
            who=step["who"],
            request=name,
            move=step["do"],
            fields={key: value for key, value in step.items() if key not in known},
            is_refused=step.get("refused", False),
            reply=step.get("reply", ""),
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
    """Turns the story's times into instants. The last day is a Tuesday on which people work."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self._calendar = calendar
        self.last = _last_tuesday(calendar, now)
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

    def days_after(self, when: str, count: int) -> date:
        """Return the working day that comes `count` working days after `when`'s."""
        day = self.day(_split(when)[0])
        for _ in range(count):
            day = self._calendar.next_working_day(day + timedelta(days=1))
        return day

    def _is_whole(self, day: date) -> bool:
        """Tell whether `day` is worked from morning to evening, as its weekday is."""
        hours = self._calendar.hours_on(day)
        return bool(hours) and hours == self._calendar.week[day.isoweekday() - 1]


def _last_tuesday(calendar: Calendar, now: datetime) -> date:
    """Return the last Tuesday whose story has ended by `now`."""
    _, wall = _split(LAST)
    day = calendar.local_date(now)
    while (
        day.isoweekday() != TUESDAY
        or not calendar.is_working_day(day)
        or calendar.instant(day, wall) > now
    ):
        day -= timedelta(days=1)
    return day
