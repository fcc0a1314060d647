"""How Slack reaches the app: Socket Mode, or HTTP with signed bodies."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.traffic import Traffic

DRAIN_WITHIN_S = 3.0
BUFFER_BYTES = 65_536
"""The client's default of 1,024 cuts long messages in pieces it sometimes mislays."""


@dataclass(frozen=True)
class HttpAnswer:
    """What a Slack call is answered over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: str


class SocketMode:
    """The app's socket to Slack; it reconnects by itself."""

    def __init__(self, app: App, app_token: str, traffic: Traffic) -> None:
        self._handler = SocketModeHandler(app, app_token, web_client=app.client)
        self._client: SocketModeClient = self._handler.client
        self._client.receive_buffer_size = BUFFER_BYTES
        self._client.socket_mode_request_listeners[:] = [self._handle]
        self._client.message_listeners.append(_hurry)
        self._traffic = traffic
        self._is_closing = threading.Event()

    def start(self) -> None:
        """Connect; calls arrive in threads from then on. Raises SlackApiError."""
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt's own

    @property
    def is_connected(self) -> bool:
        """Tell whether the socket is open."""
        return bool(self._client.is_connected())

    def stop(self) -> None:
        """Ack what was received, then close: Slack sends what follows elsewhere, or again."""
        self._traffic.wait_quiet(DRAIN_WITHIN_S)
        self._is_closing.set()
        self._traffic.wait_quiet(DRAIN_WITHIN_S)
        self._stop_reading()
        self._stop_waiting()
        self._handler.close()  # type: ignore[no-untyped-call]  # Bolt's own

    def _stop_reading(self) -> None:
        """End the reader and the read under way; the client closes only once both have.

        A read returns after three seconds. A reader that looks at the socket again before it is
        closed forgets that it was to end, and closing waits for it for ever: a loaded machine.
        """
        self._client.current_session_runner.event.set()
        sock = getattr(self._client.current_session, "sock", None)
        if sock is not None:
            with suppress(OSError):  # the other end was first
                sock.shutdown(socket.SHUT_RD)

    def _stop_waiting(self) -> None:
        """Wake who waits for a message, a second at a time, to see that the client is closed."""
        self._client.closed = True
        self._client.message_queue.put(None)

    def _handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._traffic.call():
            if self._is_closing.is_set():
                return  # not acked: Slack sends it again
            self._handler.handle(client, request)  # type: ignore[arg-type]  # Bolt's own client


def _hurry(client: BaseSocketModeClient, message: dict[str, Any], _text: str | None = None) -> None:
    """Send acks at once on each new connection.

    By default a small frame waits for the answer to the one before: 40 ms when acks follow closely.
    """
    session = getattr(client, "current_session", None)
    if message.get("type") == "hello" and session is not None and session.sock is not None:
        session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def dispatch(app: App, traffic: Traffic, body: str, headers: Mapping[str, str]) -> HttpAnswer:
    """Answer one HTTP call of Slack; Bolt checks its signature."""
    request = BoltRequest(body=body, headers={name: [value] for name, value in headers.items()})
    with traffic.call():
        answer = app.dispatch(request)
    first = {name: values[0] for name, values in answer.headers.items() if values}
    return HttpAnswer(status=answer.status, headers=first, body=answer.body or "")
