"""Which listener answers a payload: found by its id, in one look-up."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.slack.addresses import Kind, address_of
from bot.slack.errors import OldControl

BoltListener = Callable[[dict[str, Any], Ack, Respond], None]
Registrar = Callable[[BoltListener], None]

ANY = re.compile("")


class Switchboard:
    """Listeners by kind and id, behind one Bolt listener a kind.

    Bolt asks its listeners one after the other, 30 µs each: the last of sixty would wait 2 ms.
    """

    def __init__(self) -> None:
        self._listeners: dict[tuple[Kind, str], BoltListener] = {}

    def command(self, name: str) -> Registrar:
        """Register the listener of a slash command."""
        return self._registrar(Kind.COMMAND, name)

    def shortcut(self, callback_id: str) -> Registrar:
        """Register the listener of a shortcut, on a message or anywhere."""
        return self._registrar(Kind.SHORTCUT, callback_id)

    def action(self, action_id: str) -> Registrar:
        """Register the listener of a button or a select."""
        return self._registrar(Kind.ACTION, action_id)

    def view(self, callback_id: str) -> Registrar:
        """Register the listener of a submitted form."""
        return self._registrar(Kind.VIEW, callback_id)

    def view_closed(self, callback_id: str) -> Registrar:
        """Register the listener of a form that was closed."""
        return self._registrar(Kind.VIEW_CLOSED, callback_id)

    def event(self, name: str) -> Registrar:
        """Register the listener of an event."""
        return self._registrar(Kind.EVENT, name)

    def _registrar(self, kind: Kind, name: str) -> Registrar:
        def register(listener: BoltListener) -> None:
            if (kind, name) in self._listeners:
                raise ValueError(f"two listeners for {kind} {name}: only one would run")
            self._listeners[kind, name] = listener

        return register

    def bind(self, app: App) -> None:
        """Let Bolt call the listeners; events first, there are most of them."""
        app.event(ANY)(self._on_event)
        for binder in (app.action, app.view, app.view_closed, app.command, app.shortcut):
            binder(ANY)(self._on_call)

    def _on_event(self, body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        listener = self._listeners.get(address_of(body))
        ack() if listener is None else listener(body, ack, respond)

    def _on_call(self, body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        listener = self._listeners.get(address_of(body))
        if listener is None:
            raise OldControl
        listener(body, ack, respond)
