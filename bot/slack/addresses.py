"""What a payload is, and the id of what it comes from."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Payload = Mapping[str, Any]


class Kind(StrEnum):
    """What a payload is, as listeners are registered."""

    COMMAND = "command"
    SHORTCUT = "shortcut"
    ACTION = "action"
    VIEW = "view"
    VIEW_CLOSED = "view_closed"
    EVENT = "event"


def address_of(body: Payload) -> tuple[Kind, str]:
    """Return what a payload is and the id of what it comes from."""
    match body.get("type"):
        case "event_callback":
            return Kind.EVENT, body["event"]["type"]
        case "block_actions":
            return Kind.ACTION, body["actions"][0]["action_id"]
        case "view_submission":
            return Kind.VIEW, body["view"]["callback_id"]
        case "view_closed":
            return Kind.VIEW_CLOSED, body["view"]["callback_id"]
        case "shortcut" | "message_action":
            return Kind.SHORTCUT, body["callback_id"]
        case _:
            return Kind.COMMAND, str(body.get("command", ""))
