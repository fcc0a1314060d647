"""A person at their keyboard: what they see, and what they can do."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.api import Api
from bot.sandbox.api_views import checked, replace_body, show
from bot.sandbox.cast import Member
from bot.sandbox.events import announce, tell
from bot.sandbox.hub import Ack, Hub
from bot.sandbox.inputs import elements_of, is_empty, typed
from bot.sandbox.responses import new_response_url
from bot.sandbox.state import Channel, Json, Trigger, View, World

WAIT_S = 5.0


class NotPossible(Exception):
    """Slack's own client would not let a person do that."""


@dataclass(frozen=True)
class PersonDriver:
    """Acts as one member. Everything it does reaches the app as Slack would send it."""

    world: World
    hub: Hub
    api: Api
    member: Member

    @property
    def id(self) -> str:
        """Their user id."""
        return self.member.id

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
            message: Json = {
                "type": "message",
                "user": self.id,
                "text": text,
                "ts": self.world.new_ts(),
                "team": self.world.team,
                "client_msg_id": self.world.new_id("m"),
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

    def open_home(self) -> None:
        """Open the app's Home."""
        with self.world.lock:
            room = self.world.direct(self.id, self.world.bot_user)
            body: Json = {
                "type": "app_home_opened",
                "user": self.id,
                "channel": room.id,
                "tab": "home",
                "event_ts": self.world.new_ts(),
            }
            if self.id in self.world.homes:
                body["view"] = self.home
            tell(self.world, self.hub, body)

    # Buttons and forms

    def click(
        self,
        channel: str,
        ts: str,
        action_id: str,
        *,
        value: str | None = None,
        forged: bool = False,
    ) -> Ack:
        """Click a button of a message; `forged` sends one that the message does not have."""
        with self.world.lock:
            room = self._room(channel)
            seen = [m for m in room.ephemerals if m["to"] == self.id] + room.messages
            message = next((m for m in seen if m["ts"] == ts), None)
            if message is None:
                raise NotPossible("no such message")
            block_id, element = self._element(message.get("blocks", []), action_id, forged=forged)
            if value is not None and not forged and element.get("value") != value:
                raise NotPossible("the button has another value")
            is_private = "to" in message
            container = {
                "type": "message",
                "message_ts": ts,
                "channel_id": room.id,
                "is_ephemeral": is_private,
            }
            body = self._action(block_id, element | ({"value": value} if value else {}))
            body |= {"container": container, "channel": payloads.channel(room)}
            body["message"] = {k: v for k, v in message.items() if k != "to"}
            body["response_url"] = self._response_url(room, message if is_private else None)
        return self._send("interactive", body)

    def press(self, action_id: str, *, in_home: bool = False) -> Ack:
        """Press a button of the modal on top, or of the Home."""
        with self.world.lock:
            view = self._view(in_home=in_home)
            block_id, element = self._element(view.body["blocks"], action_id, forged=False)
            body = self._action(block_id, element)
            body |= {"container": {"type": "view", "view_id": view.id}}
            body["view"] = payloads.view(self.world, view)
            if not in_home:
                self.world.triggers[body["trigger_id"]].root = view.root
        return self._send("interactive", body)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fill fields of the modal on top, by block id. Inputs that dispatch tell the app."""
        for block_id, value in values.items():
            with self.world.lock:
                view = self._view()
                block = next(
                    (b for b in view.body["blocks"] if b.get("block_id") == block_id), None
                )
                if block is None:
                    raise NotPossible(f"no field {block_id}")
                element = elements_of(block)[0]
                state = typed(element, value)
                view.values[block_id] = {element["action_id"]: state}
                if not block.get("dispatch_action"):
                    continue
                body = self._action(block_id, element | state)
                body |= {"container": {"type": "view", "view_id": view.id}}
                body["view"] = payloads.view(self.world, view)
            self._send("interactive", body)

    def submit(self, values: Mapping[str, Any] | None = None, *, forged: bool = False) -> Ack:
        """Submit the modal on top. Slack's client refuses an empty required field, unless forged.

        Errors keep the form; clear, update and push do what they say.
        """
        self.fill(values or {})
        with self.world.lock:
            view = self._view()
            if not forged:
                self._check_required(view)
            body = self.submission(view)
        ack = self._send("interactive", body)
        self._apply(view, ack)
        return ack

    def submission(self, view: View) -> Json:
        """Return what submitting `view` sends."""
        body = payloads.interaction(self.world, self.id, "view_submission")
        body |= {"trigger_id": self._trigger(), "response_urls": []}
        body["view"] = payloads.view(self.world, view)
        return body

    def close_view(self) -> Ack | None:
        """Close the modal on top; the app hears of it only when it asked to."""
        with self.world.lock:
            view = self._view()
            self.world.stacks[self.id].remove(view.id)
            if not view.body.get("notify_on_close"):
                return None
            body = payloads.interaction(self.world, self.id, "view_closed")
            body |= {"view": payloads.view(self.world, view), "is_cleared": False}
        return self._send("interactive", body)

    # Inside

    def _apply(self, view: View, ack: Ack) -> None:
        if not ack.is_acked:
            return
        with self.world.lock:
            stack = self.world.stacks.get(self.id, [])
            action = ack.body.get("response_action")
            if action == "errors":
                self._check_errors(view, ack.body)
            elif action == "clear":
                stack.clear()
            elif action == "update":
                replace_body(self.api, view, checked(self.api, ack.body["view"]))
            elif action == "push":
                show(self.api, self.id, checked(self.api, ack.body["view"]), view)
            elif view.id in stack:
                stack.remove(view.id)
            self.world.note_change()

    def _check_errors(self, view: View, body: Json) -> None:
        inputs = {b.get("block_id") for b in view.body["blocks"] if b["type"] == "input"}
        errors = body.get("errors")
        if not errors or not set(errors) <= inputs or not all(errors.values()):
            raise NotPossible(f"errors on fields the form does not have: {errors}")

    def _check_required(self, view: View) -> None:
        for block in view.body["blocks"]:
            if block["type"] != "input" or block.get("optional"):
                continue
            state = next(iter(view.values[block["block_id"]].values()))
            if is_empty(state):
                raise NotPossible(f"{block['block_id']} is required")

    def _view(self, *, in_home: bool = False) -> View:
        if in_home:
            if self.id not in self.world.homes:
                raise NotPossible("no Home yet")
            return self.world.homes[self.id]
        stack = self.world.stacks.get(self.id, [])
        if not stack:
            raise NotPossible("no modal is open")
        return self.world.views[stack[-1]]

    def _element(self, blocks: list[Json], action_id: str, *, forged: bool) -> tuple[str, Json]:
        for block in blocks:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block["block_id"], element
        if forged:
            return "forged", {"type": "button", "action_id": action_id, "value": ""}
        raise NotPossible(f"no button {action_id}")

    def _action(self, block_id: str, element: Json) -> Json:
        kept = ("type", "action_id", "text", "value", "style")
        action = {k: v for k, v in element.items() if k in kept or k.startswith("selected_")}
        body = payloads.interaction(self.world, self.id, "block_actions")
        body["trigger_id"] = self._trigger()
        body["actions"] = [{**action, "block_id": block_id, "action_ts": self.world.new_ts()}]
        return body

    def _room(self, channel: str) -> Channel:
        return self.world.channel_named(channel)

    def _trigger(self) -> str:
        trigger_id = f"{self.world.new_id('')}.{self.world.team}"
        self.world.triggers[trigger_id] = Trigger(user=self.id, made_at=time.monotonic())
        return trigger_id

    def _response_url(self, room: Channel, message: Json | None = None) -> str:
        return new_response_url(self.world, self.api.base_url, room.id, self.id, message)

    def _send(self, kind: str, body: Json) -> Ack:
        ack = self.hub.send(kind, body)
        if not ack.is_acked:
            with self.world.lock:
                warning = {"to": self.id, "kind": kind, "at": self.world.clock.now()}
                self.world.warnings.append(warning)
        return ack
