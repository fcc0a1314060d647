"""A person at their keyboard: what they see, and what they can do."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox import payloads
from bot.sandbox.api_files import react, unreact
from bot.sandbox.events import announce, tell
from bot.sandbox.hands import Hands, NotPossible
from bot.sandbox.hub import Ack
from bot.sandbox.state import Channel, File, Json

WAIT_S = 5.0


@dataclass(frozen=True)
class PersonDriver(Hands):
    """Acts as one member. Everything it does reaches the app as Slack would send it."""

    # What they see

    @property
    def views(self) -> list[Json]:
        """The modals open before them, the one on top last."""
        with self.world.lock:
            stack = self.world.stacks.get(self.id, [])
            return [payloads.view(self.world, self.world.views[view]) for view in stack]

    @property
    def home(self) -> Json | None:
        """The app's Home as published for them."""
        with self.world.lock:
            found = self.world.homes.get(self.id)
            return payloads.view(self.world, found) if found else None

    def ephemerals(self, channel: str | None = None) -> list[Json]:
        """Return the private messages shown to them, oldest first."""
        with self.world.lock:
            rooms = (
                [self.world.channel_named(channel)]
                if channel
                else list(self.world.channels.values())
            )
            return [m for room in rooms for m in room.ephemerals if m["to"] == self.id]

    def dms(self) -> list[Json]:
        """Return their conversation with the app."""
        with self.world.lock:
            return list(self.world.direct(self.id, self.world.bot_user).messages)

    def wait_view(
        self, condition: Callable[[Json], bool] = lambda _view: True, timeout_s: float = WAIT_S
    ) -> Json:
        """Return the modal on top once it satisfies `condition`. Raises TimeoutError."""
        end = time.monotonic() + timeout_s
        with self.world.changed:
            while True:
                views = self.views
                if views and condition(views[-1]):
                    return views[-1]
                if time.monotonic() > end:
                    raise TimeoutError("no such view")
                self.world.changed.wait(0.05)

    # Messages

    def write(self, channel: str, text: str, *, thread_ts: str | None = None) -> str:
        """Post a message and return its ts; `text` is Slack's markup."""
        with self.world.lock:
            room = self._room(channel)
            if self.id not in room.members:
                raise NotPossible("not in that channel")
            return self._post(room, {"text": text}, thread_ts)

    def share(
        self,
        channel: str,
        name: str,
        content: bytes,
        text: str = "",
        *,
        thread_ts: str | None = None,
    ) -> str:
        """Share a file with a few words; return the message's ts."""
        with self.world.lock:
            room = self._room(channel)
            if self.id not in room.members:
                raise NotPossible("not in that channel")
            made = File(self.world.new_id("F"), name, len(content), title=name, content=content)
            self.world.files[made.id] = made
            told: Json = {"text": text, "files": [payloads.file(made)], "subtype": "file_share"}
            return self._post(room, told, thread_ts)

    def _post(self, room: Channel, told: Json, thread_ts: str | None) -> str:
        message: Json = {
            "type": "message",
            "user": self.id,
            "ts": self.world.new_ts(),
            "team": self.world.team,
            "client_msg_id": self.world.new_id("m"),
            **told,
        }
        if thread_ts:
            message["thread_ts"] = thread_ts
        room.messages.append(message)
        announce(self.world, self.hub, room, message)
        return str(message["ts"])

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Edit one's own message."""
        with self.world.lock:
            room = self._room(channel)
            message = self.world.message(room, ts)
            if message is None or message["user"] != self.id:
                raise NotPossible("not one's own message")
            message["text"] = text
            announce(self.world, self.hub, room, message, subtype="message_changed")

    def dm(self, other: str, text: str) -> tuple[str, str]:
        """Write to somebody in private; return the conversation and the ts. `app` is the app."""
        with self.world.lock:
            is_app = other == "app"
            to = self.world.bot_user if is_app else self.world.person_named(other).member.id
            room = self.world.direct(self.id, to)
        return room.id, self.write(room.id, text)

    def invite_app(self, channel: str) -> None:
        """Invite the app to a channel: it is told that it joined."""
        with self.world.lock:
            room = self._room(channel)
            if self.id not in room.members:
                raise NotPossible("not in that channel")
            room.members.add(self.world.bot_user)
            body: Json = {
                "type": "member_joined_channel",
                "user": self.world.bot_user,
                "channel": room.id,
                "channel_type": "G" if room.kind == "group" else "C",
                "team": self.world.team,
                "inviter": self.id,
            }
            tell(self.world, self.hub, body | {"event_ts": self.world.new_ts()})

    def remove_app(self, channel: str) -> None:
        """Remove the app from a channel: it hears no more of it."""
        with self.world.lock:
            self._room(channel).members.discard(self.world.bot_user)

    def react(self, channel: str, ts: str, name: str, *, is_off: bool = False) -> None:
        """React to a message, or take it back; the app hears of it only with the scope to."""
        with self.world.lock:
            room = self._room(channel)
            message = self.world.message(room, ts)
            if message is None or self.id not in room.members:
                raise NotPossible("no such message")
            (unreact if is_off else react)(message, name, self.id)
            self.world.note_change()
            if self.world.bot_user in room.members and "reactions:read" in self.world.scopes:
                item = {"type": "message", "channel": room.id, "ts": ts}
                kind = "reaction_removed" if is_off else "reaction_added"
                body: Json = {"type": kind, "user": self.id, "reaction": name}
                body |= {"item": item, "item_user": message.get("user")}
                tell(self.world, self.hub, body | {"event_ts": self.world.new_ts()})

    # Commands and shortcuts

    def command(
        self, name: str, text: str = "", *, channel: str = "general", thread_ts: str | None = None
    ) -> Ack:
        """Type a slash command. Slack refuses them in threads."""
        if thread_ts is not None:
            raise NotPossible("slash commands do not work in threads")
        with self.world.lock:
            room = self._room(channel)
            body = payloads.command(self.world, self.id, room, name, text)
            body["trigger_id"] = self._trigger()
            body["response_url"] = self._response_url(room)
        ack = self._send("slash_commands", body)
        if ack.body.get("text") or ack.body.get("blocks"):
            with self.world.lock:
                room.ephemerals.append({**ack.body, "to": self.id, "ts": self.world.new_ts()})
        return ack

    def shortcut(self, callback_id: str) -> Ack:
        """Use a global shortcut."""
        with self.world.lock:
            body = payloads.interaction(self.world, self.id, "shortcut")
            body |= {"callback_id": callback_id, "trigger_id": self._trigger()}
            body["action_ts"] = self.world.new_ts()
        return self._send("interactive", body)

    def message_shortcut(self, callback_id: str, channel: str, ts: str) -> Ack:
        """Use a shortcut on a message, in any conversation they are in."""
        with self.world.lock:
            room = self._room(channel)
            message = self.world.message(room, ts)
            if message is None or self.id not in room.members:
                raise NotPossible("no such message")
            body = payloads.interaction(self.world, self.id, "message_action")
            body |= {
                "callback_id": callback_id,
                "trigger_id": self._trigger(),
                "action_ts": self.world.new_ts(),
                "message_ts": ts,
                "message": dict(message),
                "channel": payloads.channel(room),
                "response_url": self._response_url(room),
            }
        return self._send("interactive", body)

    def open_home(self, *, tab: str = "home") -> None:
        """Open the app on its Home, or on its `messages`."""
        with self.world.lock:
            room = self.world.direct(self.id, self.world.bot_user)
            body: Json = {
                "type": "app_home_opened",
                "user": self.id,
                "channel": room.id,
                "tab": tab,
                "event_ts": self.world.new_ts(),
            }
            if tab == "home" and self.id in self.world.homes:
                body["view"] = self.home
            tell(self.world, self.hub, body)


__all__ = ["NotPossible", "PersonDriver"]
