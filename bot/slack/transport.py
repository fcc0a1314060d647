"""How Slack reaches the app: Socket Mode, or HTTP with signed bodies."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

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

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token, web_client=app.client)
        self._client: SocketModeClient = self._handler.client
        self._client.receive_buffer_size = BUFFER_BYTES
        self._client.socket_mode_request_listeners[:] = [self._handle]
        self._idle = threading.Condition()
        self._under_way = 0
        self._is_closing = False

    def start(self) -> None:
        """Connect; calls arrive in threads from then on. Raises SlackApiError."""
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt's own

    @property
    def is_connected(self) -> bool:
        """Tell whether the socket is open."""
        return bool(self._client.is_connected())

    def stop(self) -> None:
        """Ack what was received, then close: Slack sends what follows elsewhere, or again."""
        with self._idle:
            self._idle.wait_for(self._is_idle, timeout=DRAIN_WITHIN_S)
            self._is_closing = True
        self._handler.close()  # type: ignore[no-untyped-call]  # Bolt's own

    def _is_idle(self) -> bool:
        return self._under_way == 0 and self._client.message_queue.empty()

    def _handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._idle:
            if self._is_closing:
                return  # not acked: Slack sends it again
            self._under_way += 1
        try:
            self._handler.handle(client, request)  # type: ignore[arg-type]  # Bolt's own client
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()


def dispatch(app: App, body: str, headers: Mapping[str, str]) -> HttpAnswer:
    """Answer one HTTP call of Slack; Bolt checks its signature."""
    request = BoltRequest(body=body, headers={name: [value] for name, value in headers.items()})
    answer = app.dispatch(request)
    first = {name: values[0] for name, values in answer.headers.items() if values}
    return HttpAnswer(status=answer.status, headers=first, body=answer.body or "")
