"""The clock bar's desk: where the clock can go, and what happened meanwhile."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

from bot.demo.doing import CHANNEL, key_of
from bot.demo.stage import QUIET_WITHIN_S, SOON, Stage, Stuck
from bot.domain.calendar import Calendar
from bot.domain.ids import RitualId
from bot.sandbox.desk import Happening, Jump
from bot.sandbox.state import Channel, Json, World

MORNING = time(9, 0)
SYNC = RitualId("roadmap_sync")
STEPS = ("raise", "decide", "bypass", "agenda", "digest")
"""The steps of the guide that are built."""

LANDMARKS = {"agenda": f"agenda:{SYNC}", "digest": "digest:"}
"""What the post that a step leads to is called, by how its key starts."""


class DemoDesk:
    """Moves the workspace's clock and the bot's together, one jump at a time."""

    def __init__(self, stage: Stage, calendar: Calendar) -> None:
        self._stage = stage
        self._calendar = calendar
        self._lock = threading.Lock()
        self._opened_at = stage.slack.clock.now()

    def jumps(self) -> Sequence[Jump]:
        """Return where the clock can go now; only what is possible."""
        now = self._stage.slack.clock.now()
        found = [
            Jump(key="hour", at=now + timedelta(hours=1)),
            Jump(key="morning", at=self._next_morning(now)),
        ]
        coming = {
            "next_post": self._stage.next_said(),
            "next_sync": self._stage.next_agenda(SYNC),
            "next_digest": self._stage.next_digest(),
        }
        found += [Jump(key=key, at=at) for key, at in coming.items() if at and at > now + SOON]
        return found

    def jump(self, key: str) -> Sequence[Happening]:
        """Move the clock, wait until the bot is quiet, return what happened, oldest first.

        What is due on the way is done at its own time.

        Raises KeyError for a key that `jumps` does not offer.
        """
        with self._lock:
            clock = self._stage.slack.clock
            before = clock.now()
            to = {found.key: found.at for found in self.jumps()}[key] or before
            with suppress(Stuck):
                self._stage.go_to(to, QUIET_WITHIN_S)
            # A bot that is down stops nobody's clock.
            clock.advance(max(timedelta(), to - clock.now()))
            self._stage.slack.world.note_change()
            self._stage.settles()
            return self._since(before)

    def guide(self) -> Sequence[str]:
        """Return the steps of the guide that are built."""
        return STEPS

    def landmarks(self) -> Mapping[str, Happening]:
        """Return the last post that each step leads to, of those since the desk was opened."""
        world = self._stage.slack.world
        found: dict[str, Happening] = {}
        with world.lock:
            room = world.channel_named(CHANNEL)
            for message in room.messages:
                at = _at(message)
                for step, start in LANDMARKS.items():
                    if at > self._opened_at and key_of(message).startswith(start):
                        ts = str(message["ts"])
                        found[step] = Happening(at=at, channel=room.id, ts=ts, user=None)
        return found

    def _next_morning(self, now: datetime) -> datetime:
        day = self._calendar.local_date(now)
        if now >= self._calendar.instant(day, MORNING):
            day += timedelta(days=1)
        return self._calendar.instant(self._calendar.next_working_day(day), MORNING)

    def _since(self, instant: datetime) -> list[Happening]:
        world = self._stage.slack.world
        with world.lock:
            found = [one for room in world.channels.values() for one in _happened(room, world)]
        return sorted((one for one in found if one.at > instant), key=lambda one: one.at)


def _happened(room: Channel, world: World) -> Iterator[Happening]:
    """Yield every message of a conversation; `user` is who alone can see it."""
    humans = sorted(room.members - {world.bot_user})
    reader = humans[0] if room.kind == "im" and len(humans) == 1 else None
    for message in (*room.messages, *room.ephemerals):
        user = message.get("to", reader)
        yield Happening(at=_at(message), channel=room.id, ts=str(message["ts"]), user=user)


def _at(message: Json) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)
