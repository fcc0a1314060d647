"""A bare Bolt app with listeners that do nothing, as its own process: the other side.

`python -m benchmarks.bare default` waits for acks as Bolt does by default, `inline` as we do.
"""

import os
import signal
import sys
import threading
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

EMPTY = {
    "type": "modal",
    "callback_id": "request.submit",
    "title": {"type": "plain_text", "text": "Empty"},
    "submit": {"type": "plain_text", "text": "File"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}


def make_app(client: WebClient, *, is_inline: bool) -> App:
    """Return an app that answers what we measure, and does nothing else."""
    app = App(
        client=client,
        signing_secret="unused",
        token_verification_enabled=False,
        process_before_response=is_inline,
    )

    def on_command(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=EMPTY)

    def on_noop(ack: Ack) -> None:
        ack()

    app.command("/arbitrage")(on_command)
    app.command("/noop")(on_noop)
    app.view("request.submit")(on_noop)
    app.view("decision.submit")(on_noop)
    return app


def main() -> None:
    """Serve until SIGTERM."""
    client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = make_app(client, is_inline=sys.argv[1] == "inline")
    handler = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=client)
    handler.connect()  # type: ignore[no-untyped-call]
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    stopping.wait()


if __name__ == "__main__":
    main()
