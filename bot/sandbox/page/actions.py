"""What people do in the page: each action drives the same hands that tests do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from bot.sandbox.api import ApiError
from bot.sandbox.desk import Desk
from bot.sandbox.hands import NotPossible
from bot.sandbox.hub import Ack
from bot.sandbox.page.parts import Marks
from bot.sandbox.person import PersonDriver
from bot.sandbox.state import Json, World


class BadAction(ValueError):
    """An action that the page does not offer, or told wrongly."""


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One action of one person. `body` is what their window sent: not to be trusted.

    `moving` is held while the clock moves: two windows move it one after the other.
    """

    person: PersonDriver
    marks: Marks
    desk: Desk | None
    moving: Lock
    body: Mapping[str, Any]

    @property
    def world(self) -> World:
        """The workspace."""
        return self.person.world

    def text(self, name: str, *, most: int = 40_000) -> str:
        """Return a text of the body. Raises BadAction."""
        value = self.body.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise BadAction(f"{name} must be a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """Return a text of the body, None when it has none. Raises BadAction."""
        return None if self.body.get(name) is None else self.text(name)

    def check_view(self) -> None:
        """Check that the action is about the modal on top. Raises NotPossible."""
        stack = self.world.stacks.get(self.person.id, [])
        if not stack or stack[-1] != self.text("view"):
            raise NotPossible("that form is no longer open")


def do(name: str, doing: Doing) -> Json:
    """Do an action and return what the window must know.

    Raises BadAction, and what the hands raise: NotPossible, ApiError, KeyError, ValueError.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise BadAction(f"no action {name}")
    told = action(doing)
    doing.world.note_change()
    return told


def _acked(ack: Ack | None) -> Json:
    if ack is None:
        return {}
    return {"is_acked": ack.is_acked, "errors": ack.body.get("errors") or {}}


def _write(doing: Doing) -> Json:
    words, thread = doing.text("text"), doing.text_or_none("thread")
    if not words.strip():
        raise BadAction("nothing to send")
    if doing.body.get("to") is not None:
        channel, ts = doing.person.dm(doing.text("to"), words)
    else:
        channel = doing.text("channel")
        ts = doing.person.write(channel, words, thread_ts=thread)
    with doing.world.lock:
        doing.marks.read(doing.person.id, channel, ts)
    return {"channel": channel, "ts": ts}


def _command(doing: Doing) -> Json:
    ack = doing.person.command(
        doing.text("name"), doing.text("text"), channel=doing.text("channel")
    )
    return _acked(ack)


def _shortcut(doing: Doing) -> Json:
    callback = doing.text("callback")
    if doing.body.get("ts") is None:
        return _acked(doing.person.shortcut(callback))
    channel, ts = doing.text("channel"), doing.text("ts")
    return _acked(doing.person.message_shortcut(callback, channel, ts))


def _click(doing: Doing) -> Json:
    action, choice = doing.text("action"), doing.body.get("choice")
    value = None if doing.body.get("value") is None else doing.text("value")
    if doing.body.get("channel") is not None:
        channel, ts = doing.text("channel"), doing.text("ts")
        return _acked(doing.person.click(channel, ts, action, value=value, choice=choice))
    is_home = doing.body.get("view") is None
    if not is_home:
        doing.check_view()
    return _acked(doing.person.press(action, in_home=is_home, value=value, choice=choice))


def _values(doing: Doing) -> Mapping[str, Any]:
    values = doing.body.get("values")
    if not isinstance(values, dict):
        raise BadAction("values must be by field")
    return values


def _fill(doing: Doing) -> Json:
    doing.check_view()
    doing.person.fill(_values(doing))
    return {}


def _submit(doing: Doing) -> Json:
    doing.check_view()
    return _acked(doing.person.submit(_values(doing)))


def _close(doing: Doing) -> Json:
    doing.check_view()
    return _acked(doing.person.close_view())


def _look_up(doing: Doing) -> Json:
    doing.check_view()
    return {"options": doing.person.look_up(doing.text("block"), doing.text("words"))}


def _home(doing: Doing) -> Json:
    doing.person.open_home()
    return {}


def _react(doing: Doing) -> Json:
    doing.person.react(doing.text("channel"), doing.text("ts"), doing.text("name", most=80))
    return {}


def _unreact(doing: Doing) -> Json:
    channel, ts = doing.text("channel"), doing.text("ts")
    doing.person.react(channel, ts, doing.text("name", most=80), is_off=True)
    return {}


def _read(doing: Doing) -> Json:
    with doing.world.lock:
        doing.marks.read(doing.person.id, doing.text("channel"), doing.text("ts"))
    return {}


def _dismiss(doing: Doing) -> Json:
    with doing.world.lock:
        room = doing.world.channel_named(doing.text("channel"))
        ts, user = doing.text("ts"), doing.person.id
        room.ephemerals[:] = [m for m in room.ephemerals if m["ts"] != ts or m["to"] != user]
    return {}


def _jump(doing: Doing) -> Json:
    if doing.desk is None:
        raise BadAction("there is no clock to move")
    with doing.moving:
        happened = doing.desk.jump(doing.text("key"))
    mine = [one for one in happened if one.user in {None, doing.person.id}]
    told = [{"at": one.at.timestamp(), "channel": one.channel, "ts": one.ts} for one in mine]
    return {"happened": told, "others": len(happened) - len(mine)}


ACTIONS: dict[str, Callable[[Doing], Json]] = {
    "write": _write,
    "command": _command,
    "shortcut": _shortcut,
    "click": _click,
    "fill": _fill,
    "submit": _submit,
    "close": _close,
    "look-up": _look_up,
    "home": _home,
    "react": _react,
    "unreact": _unreact,
    "read": _read,
    "dismiss": _dismiss,
    "jump": _jump,
}

REFUSALS = (BadAction, NotPossible, ApiError, KeyError, ValueError)
"""What an action raises when it cannot be done; anything else is a defect."""
