"""Buttons and forms: clicking, filling and submitting, as Slack's own client lets people."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.api import Api
from bot.sandbox.api_views import checked, replace_body, show
from bot.sandbox.cast import Member
from bot.sandbox.hub import Ack, Hub
from bot.sandbox.inputs import SEARCHED, elements_of, is_empty, typed
from bot.sandbox.responses import new_response_url
from bot.sandbox.state import Channel, Json, Trigger, View, World

MOST_OPTIONS = 100


class NotPossible(Exception):
    """Slack's own client would not let a person do that."""


@dataclass(frozen=True)
class Hands:
    """One member's hands on buttons and forms, each click sent as Slack sends it."""

    world: World
    hub: Hub
    api: Api
    member: Member

    @property
    def id(self) -> str:
        """Their user id."""
        return self.member.id

    # Buttons and forms

    def click(
        self,
        channel: str,
        ts: str,
        action_id: str,
        *,
        value: str | None = None,
        choice: Any = None,
        forged: bool = False,
    ) -> Ack:
        """Click a button of a message, or choose in a menu of it.

        `forged` sends a button that the message does not have.
        """
        with self.world.lock:
            room = self._room(channel)
            seen = [m for m in room.ephemerals if m["to"] == self.id] + room.messages
            message = next((m for m in seen if m["ts"] == ts), None)
            if message is None:
                raise NotPossible("no such message")
            blocks = message.get("blocks", [])
            wanted = None if forged else value
            block_id, element = self._element(blocks, action_id, value=wanted, forged=forged)
            is_private = "to" in message
            container = {
                "type": "message",
                "message_ts": ts,
                "channel_id": room.id,
                "is_ephemeral": is_private,
            }
            if choice is not None:
                element = element | typed(element, choice)
            if message.get("thread_ts"):
                container["thread_ts"] = message["thread_ts"]
            body = self._action(block_id, element | ({"value": value} if value else {}))
            body |= {"container": container, "channel": payloads.channel(room)}
            body["message"] = {k: v for k, v in message.items() if k != "to"}
            body["response_url"] = self._response_url(room, message if is_private else None)
        return self._send("interactive", body)

    def press(
        self, action_id: str, *, in_home: bool = False, value: str | None = None, choice: Any = None
    ) -> Ack:
        """Press a button of the modal on top or of the Home, or choose in a menu of it.

        `value` tells buttons that do the same apart; without it, the first is pressed.
        """
        with self.world.lock:
            view = self._view(in_home=in_home)
            blocks = view.body["blocks"]
            block_id, element = self._element(blocks, action_id, value=value, forged=False)
            if choice is not None:
                state = typed(element, choice)
                view.values.setdefault(block_id, {})[action_id] = state
                element = element | state
            body = self._action(block_id, element)
            body |= {"container": {"type": "view", "view_id": view.id}}
            body["view"] = payloads.view(self.world, view)
            if not in_home:
                self.world.triggers[body["trigger_id"]].root = view.root
        return self._send("interactive", body)

    def look_up(self, block_id: str, typed_words: str) -> list[Json]:
        """Type in a select that searches; return the options the app suggests.

        Raises NotPossible for more than a hundred, or none at all but an empty list.
        """
        with self.world.lock:
            view = self._view()
            block = next(b for b in view.body["blocks"] if b.get("block_id") == block_id)
            element = elements_of(block)[0]
            if element["type"] not in SEARCHED:
                raise NotPossible("that select does not search")
            body = payloads.interaction(self.world, self.id, "block_suggestion")
            body |= {"action_id": element["action_id"], "block_id": block_id}
            body |= {"value": typed_words, "container": {"type": "view", "view_id": view.id}}
            body["view"] = payloads.view(self.world, view)
        options: list[Json] = self._send("interactive", body).body.get("options") or []
        if len(options) > MOST_OPTIONS:
            raise NotPossible("more than a hundred options")
        return options

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

    def _element(
        self, blocks: list[Json], action_id: str, *, value: str | None = None, forged: bool
    ) -> tuple[str, Json]:
        for block in blocks:
            for element in elements_of(block):
                is_it = element.get("action_id") == action_id
                if is_it and value in {None, element.get("value")}:
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
