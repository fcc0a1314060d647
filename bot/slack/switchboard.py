"""Which listener answers a payload: found by its id, in one look-up."""

from collections.abc import Callable
from typing import Any, cast

from slack_bolt import Ack, BoltRequest, BoltResponse, Respond
from slack_bolt.middleware import Middleware

from bot.slack.addresses import Kind, address_of
from bot.slack.errors import OldControl

BoltListener = Callable[[dict[str, Any], Ack, Respond], None]
Registrar = Callable[[BoltListener], None]


class Switchboard(Middleware):
    """Listeners by kind and id, called by one Bolt middleware once a signature is verified.

    Bolt asks its own listeners one after the other, 30 µs each: the last of sixty would wait 2 ms.
    Before, it makes what no listener of ours takes, as long again. It leaves out what the bot
    itself writes, too; so do the listeners, which leave out every other bot's.
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

    def names(self, kind: Kind) -> frozenset[str]:
        """Return the ids that have a listener."""
        return frozenset(name for found, name in self._listeners if found is kind)

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt's own
        next: Callable[[], BoltResponse],  # noqa: A002  # Bolt's own
    ) -> BoltResponse | None:
        """Let a payload's listener answer it. An event that none waits for is only acked.

        Raises OldControl when nothing answers a click, a form or a command any more.
        """
        body, context = req.body, req.context
        if body.get("type") == "url_verification":
            return next()
        kind, name = address_of(body)
        listener = self._listeners.get((kind, name))
        if listener is not None:
            # Bolt says that there may be none, and always makes one.
            listener(body, context.ack, cast(Respond, context.respond))
        elif kind is Kind.EVENT:
            context.ack()
        else:
            raise OldControl
        return context.ack.response
