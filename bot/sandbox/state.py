"""The workspace: people, channels, messages, views. Kept in memory, behind one lock."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.cast import Cast, Member, Room
from bot.sandbox.clock import SandboxClock

Json = dict[str, Any]

BOT_SCOPES = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:write,"
    "groups:history,groups:read,im:history,im:write,usergroups:read,users:read,users:read.email"
)
TRIGGER_LIFE_S = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE_S = 1800.0


@dataclass
class Person:
    """A member and what can change about them."""

    member: Member
    is_deleted: bool = False


@dataclass
class Channel:
    """A conversation: `kind` is channel, group (private), im."""

    id: str
    name: str
    kind: str
    members: set[str]
    is_archived: bool = False
    messages: list[Json] = field(default_factory=list)
    ephemerals: list[Json] = field(default_factory=list)


@dataclass
class File:
    """An upload: `content` is None until its bytes came."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None


@dataclass
class View:
    """An open modal or a published home."""

    id: str
    body: Json
    user: str
    root: str
    previous: str | None = None
    hash: str = ""
    values: dict[str, dict[str, Json]] = field(default_factory=dict)


@dataclass
class Trigger:
    """A trigger id: lives three seconds of real time, unless told otherwise, and serves once."""

    user: str
    made_at: float
    is_used: bool = False
    root: str | None = None


@dataclass
class ResponseUrl:
    """A response_url: five uses in thirty minutes. `message` is what it may replace."""

    channel: str
    user: str
    made_at: datetime
    uses: int = 0
    message: Json | None = None


@dataclass(frozen=True)
class Tokens:
    """What the app identifies itself with."""

    bot: str
    app: str
    signing_secret: str


class World:
    """Everything that Slack remembers. Hold `lock` while reading or changing it."""

    def __init__(self, cast: Cast, clock: SandboxClock) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.clock = clock
        self.team, self.app_id, self.bot_user, self.bot_id = (
            "T0SANDBOX",
            "A0SANDBOX",
            "U0BOT",
            "B0BOT",
        )
        self.url = "https://sandbox.slack.com/"
        made = secrets.token_hex(12)
        self.tokens = Tokens(f"xoxb-{made}", f"xapp-{made}", secrets.token_hex(16))
        self.scopes = set(BOT_SCOPES.split(","))
        self.is_revoked = False
        self.trigger_life_s = TRIGGER_LIFE_S
        # Types of blocks that this workspace does not have (yet).
        self.unknown_blocks: frozenset[str] = frozenset()
        self.people = {member.id: Person(member) for member in cast.people}
        self.channels = {room.id: self._channel(room) for room in cast.rooms}
        self.usergroups: dict[str, list[str]] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.responses: list[Json] = []
        self.warnings: list[Json] = []
        self.calls: list[Json] = []
        self.count = 0
        self.last_ts = 0

    def _channel(self, room: Room) -> Channel:
        by_handle = {person.member.handle: id_ for id_, person in self.people.items()}
        members = {by_handle[handle] for handle in room.members} or set(self.people)
        if room.has_bot:
            members = members | {self.bot_user}
        kind = "group" if room.is_private else "channel"
        return Channel(id=room.id, name=room.name, kind=kind, members=members)

    def new_id(self, prefix: str) -> str:
        """Return an id that was never given."""
        self.count += 1
        return f"{prefix}{self.count:08X}"

    def new_ts(self) -> str:
        """Return a message's ts: the clock's, in microseconds, never twice."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self.last_ts = max(now, self.last_ts + 1)
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def person_named(self, who: str) -> Person:
        """Return a person by handle or id. Raises KeyError."""
        if who in self.people:
            return self.people[who]
        for person in self.people.values():
            if person.member.handle == who:
                return person
        raise KeyError(who)

    def channel_named(self, name: str) -> Channel:
        """Return a channel by name or id. Raises KeyError."""
        if name in self.channels:
            return self.channels[name]
        for channel in self.channels.values():
            if channel.name == name.removeprefix("#") and channel.kind != "im":
                return channel
        raise KeyError(name)

    def direct(self, one: str, other: str) -> Channel:
        """Return the direct conversation of two people, opened if need be."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == {one, other}:
                return channel
        opened = Channel(id=self.new_id("D"), name="", kind="im", members={one, other})
        self.channels[opened.id] = opened
        return opened

    def message(self, channel: Channel, ts: str) -> Json | None:
        """Return a message of a channel, None when there is none."""
        return next((m for m in channel.messages if m["ts"] == ts), None)

    def forget_passing(self) -> None:
        """Forget what Slack forgets by itself: open modals, triggers, response_urls, calls."""
        with self.lock:
            self.stacks, self.triggers, self.response_urls = {}, {}, {}
            self.views = {view.id: view for view in self.homes.values()}
            self.responses, self.warnings, self.calls = [], [], []

    def note_change(self) -> None:
        """Rouse whoever waits for a change."""
        with self.lock:
            self.changed.notify_all()
