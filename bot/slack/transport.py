"""How Slack reaches the app: Socket Mode, or HTTP with signed bodies."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler


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
        self._handler.client.web_client.token = app.client.token

    def start(self) -> None:
        """Connect; calls arrive in threads from then on. Raises SlackApiError."""
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt's own

    @property
    def is_connected(self) -> bool:
        """Tell whether the socket is open."""
        return bool(self._handler.client.is_connected())

    def stop(self) -> None:
        """Close the socket: Slack sends what follows elsewhere, or again later."""
        self._handler.close()  # type: ignore[no-untyped-call]  # Bolt's own


def dispatch(app: App, body: str, headers: Mapping[str, str]) -> HttpAnswer:
    """Answer one HTTP call of Slack; Bolt checks its signature."""
    request = BoltRequest(body=body, headers={name: [value] for name, value in headers.items()})
    answer = app.dispatch(request)
    first = {name: values[0] for name, values in answer.headers.items() if values}
    return HttpAnswer(status=answer.status, headers=first, body=answer.body or "")
