"""What people do again and again in the story: wait for a form, check an answer, find a message."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.demo.stage import PATIENCE_S, Stuck
from bot.sandbox.hub import Ack
from bot.sandbox.person import PersonDriver
from bot.sandbox.state import Json

CHANNEL = "arbitrages"


def wait_view(person: PersonDriver, condition: Callable[[Json], bool]) -> None:
    """Wait for the form on top to satisfy `condition`. Raises TimeoutError."""
    person.wait_view(condition, PATIENCE_S)


def wait_form(person: PersonDriver, form: str) -> None:
    """Wait for a form by the id of what it submits."""
    wait_view(person, lambda view: view["callback_id"] == form)


def submit(person: PersonDriver, fields: Mapping[str, Any]) -> Ack:
    """Submit the form on top; a decision leaves a live strategy in force when nothing else is said.

    Whether it is asked depends on what was decided by then, and rituals fall on other days each
    year.
    """
    is_asked = "supersedes" in blocks_of(person.views[-1])
    return person.submit({"supersedes": "0", **fields} if is_asked else fields)


def check(ack: Ack, what: str) -> None:
    """Raise Stuck unless the bot took what was done about `what`."""
    if not ack.is_acked:
        raise Stuck(f"no answer about {what}")
    if "errors" in ack.body:
        raise Stuck(f"refused about {what}: {ack.body}")


def key_of(message: Mapping[str, Any]) -> str:
    """Return what names a message of the bot's, empty for those of people."""
    return str(message.get("metadata", {}).get("event_payload", {}).get("key", ""))


def has_button(message: Mapping[str, Any], action: str, value: str = "") -> bool:
    """Tell whether a message has a button, with `value` when it is given."""
    return any(
        element.get("action_id") == action and value in {"", element.get("value")}
        for block in message.get("blocks", ())
        for element in block.get("elements", ())
    )


def blocks_of(view: Mapping[str, Any]) -> set[str]:
    """Return the ids of a form's blocks."""
    return {block.get("block_id", "") for block in view["blocks"]}
