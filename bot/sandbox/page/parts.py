"""What one person sees, in parts that can be compared: only what changed goes to their window."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta

from bot.sandbox import payloads
from bot.sandbox.state import Channel, Json, World

NEWS = timedelta(days=1)
"""How much of what happened before the first window opened is shown as unread."""


@dataclass
class Marks:
    """What people have read, and what their client forgot. Hold the world's lock.

    `opened_ts` is when the first window opened: the private messages before it are gone, as
    Slack's are after a reload.
    """

    opened_ts: str = ""
    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def open(self, world: World) -> None:
        """Note that a window opened; only the first one counts."""
        if not self.opened_ts:
            self.opened_ts = f"{world.clock.now().timestamp():.6f}"

    def read(self, user: str, channel: str, ts: str) -> None:
        """Note that somebody read a conversation up to `ts`; never back."""
        self._read[user, channel] = max(ts, self.read_up_to(user, channel))

    def read_up_to(self, user: str, channel: str) -> str:
        """Return the ts of the last message somebody read in a conversation."""
        before = float(self.opened_ts or 0) - NEWS.total_seconds()
        return self._read.get((user, channel), f"{max(before, 0):.6f}")


def parts(world: World, user: str, marks: Marks) -> dict[str, Json]:
    """Return everything `user` sees, by key. Hold the world's lock.

    Keys: `me`, `people`, `home`, `views`, `channel:<id>`, `message:<channel>:<ts>`,
    `private:<channel>:<ts>`. The values are copies as deep as what may change.
    """
    found: dict[str, Json] = {
        "me": _member(world, user),
        "people": {"all": [_member(world, one) for one in world.people]},
        "views": {"stack": _views(world, user)},
    }
    if user in world.homes:
        found["home"] = _view(world, payloads.view(world, world.homes[user]))
    for room in world.channels.values():
        if user in room.members and not room.is_archived:
            found[f"channel:{room.id}"] = _channel(room, user, marks)
            found.update(_messages(room, user, marks))
    return found


def changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> Json:
    """Return the difference of two sets of parts: what to put and what to drop."""
    put = {key: value for key, value in after.items() if before.get(key) != value}
    return {"put": put, "drop": [key for key in before if key not in after]}


def _messages(room: Channel, user: str, marks: Marks) -> Iterator[tuple[str, Json]]:
    for message in room.messages:
        yield f"message:{room.id}:{message['ts']}", _message(message)
    for message in room.ephemerals:
        if message["to"] == user and message["ts"] >= marks.opened_ts:
            yield f"private:{room.id}:{message['ts']}", _message(message)


def _message(message: Json) -> Json:
    copied = {key: value for key, value in message.items() if key not in {"metadata", "team"}}
    # Reactions are the one thing that changes in place.
    if "reactions" in copied:
        copied["reactions"] = deepcopy(copied["reactions"])
    return copied


def _member(world: World, user: str) -> Json:
    known = world.people[user]
    member = known.member
    return {
        "id": user,
        "handle": member.handle,
        "name": member.name,
        "title": member.title,
        "locale": member.locale,
        "zone": member.zone,
        "is_deleted": known.is_deleted,
    }


def _channel(room: Channel, user: str, marks: Marks) -> Json:
    others = sorted(room.members - {user}) if room.kind == "im" else []
    return {
        "id": room.id,
        "name": room.name,
        "kind": room.kind,
        "with": (others or [user])[0] if room.kind == "im" else None,
        "members": sorted(room.members),
        "read": marks.read_up_to(user, room.id),
    }


def _views(world: World, user: str) -> list[Json]:
    stack = world.stacks.get(user, [])
    return [_view(world, payloads.view(world, world.views[one])) for one in stack]


def _view(world: World, view: Json) -> Json:
    kept = {key: value for key, value in view.items() if key != "private_metadata"}
    body = world.views[view["id"]].body
    return deepcopy(kept | {"submit_disabled": body.get("submit_disabled", False)})
