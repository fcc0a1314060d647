"""What the sandbox sends, received by the SDK's own Socket Mode client and by Bolt."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.sandbox.cast import demo_cast
from bot.sandbox.person import NotPossible
from bot.sandbox.server import Sandbox
from tests.sandbox import shapes

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Go"},
    "close": {"type": "plain_text", "text": "No"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}
BUTTON: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "press",
                "value": "v",
                "text": {"type": "plain_text", "text": "Press"},
            }
        ],
    }
]


@dataclass
class Client:
    """A client that keeps what it receives, and acks unless told not to."""

    slack: Sandbox
    received: list[SocketModeRequest] = field(default_factory=list)
    is_acking: bool = True
    answer: dict[str, Any] = field(default_factory=dict)
    is_greeted: bool = False

    @property
    def web(self) -> WebClient:
        return WebClient(self.slack.bot_token, base_url=self.slack.api_url, retry_handlers=[])

    def take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.received.append(request)
        if self.is_acking:
            payload = self.answer or None
            client.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload=payload)
            )

    def hear(
        self, _client: BaseSocketModeClient, message: dict[str, Any], _raw: str | None
    ) -> None:
        self.is_greeted |= message.get("type") == "hello"

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [r.payload for r in self.received if r.payload.get("type", r.type) == kind]


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(cast=demo_cast()) as found:
        yield found


@pytest.fixture
def client(slack: Sandbox) -> Iterator[Client]:
    kept = Client(slack)
    socket = SocketModeClient(slack.app_token, web_client=kept.web)
    socket.receive_buffer_size = 65_536
    socket.socket_mode_request_listeners.append(kept.take)
    socket.message_listeners.append(kept.hear)
    socket.connect()
    # One that is closed as it begins to read never ends.
    assert slack.wait(lambda: kept.is_greeted)
    yield kept
    socket.close()


def test_a_command_has_the_shape_slack_gives_it(client: Client) -> None:
    client.slack.person("hugo").command("/x", "words", channel="produit")

    request = client.received[0]
    assert request.type == "slash_commands"
    assert shapes.missing(request.payload, shapes.SLASH_COMMAND) == set()
    assert shapes.missing(request.to_dict(), shapes.ENVELOPE) == set()
    assert request.accepts_response_payload


def test_a_shortcut_has_the_shape_slack_gives_it(client: Client) -> None:
    client.slack.person("hugo").shortcut("start")

    assert shapes.missing(client.received[0].payload, shapes.SHORTCUT) == set()


def test_a_click_has_the_shape_slack_gives_it(client: Client) -> None:
    channel = client.slack.channel_id("produit")
    posted = client.web.chat_postMessage(channel=channel, text="t", blocks=BUTTON)

    client.slack.person("hugo").click("produit", posted["ts"], "press")

    assert shapes.missing(client.of("block_actions")[0], shapes.BLOCK_ACTIONS) == set()


def test_a_submission_has_the_shape_slack_gives_it(client: Client) -> None:
    hugo = client.slack.person("hugo")
    hugo.command("/x")
    trigger = client.received[0].payload["trigger_id"]
    client.web.views_open(trigger_id=trigger, view=MODAL)

    hugo.submit({"name": "Hugo"})

    sent = client.of("view_submission")[0]
    assert shapes.missing(sent, shapes.VIEW_SUBMISSION) == set()
    assert sent["view"]["state"]["values"]["name"]["value"] == {
        "type": "plain_text_input",
        "value": "Hugo",
    }
    assert hugo.views == []


def test_a_message_gives_an_event_and_a_mention_gives_two(client: Client) -> None:
    hugo = client.slack.person("hugo")

    hugo.write("produit", "bonjour")
    hugo.write("produit", "<@U0BOT> bonjour")

    assert client.slack.wait(lambda: len(client.of("event_callback")) == 3)
    sent = client.of("event_callback")
    assert shapes.missing(sent[0], shapes.EVENT) == set()
    assert sorted(e["event"]["type"] for e in sent) == ["app_mention", "message", "message"]
    assert len({event["event_id"] for event in sent}) == 3


def test_nothing_is_heard_where_the_app_is_not(client: Client) -> None:
    client.slack.person("hugo").write("general", "entre nous")
    client.slack.person("hugo").dm("karim", "entre nous")
    client.slack.person("hugo").write("produit", "à tous")

    assert client.slack.wait(lambda: len(client.received) == 1)
    assert client.received[0].payload["event"]["text"] == "à tous"


def test_an_event_without_ack_comes_again_with_its_id(client: Client) -> None:
    client.is_acking = False
    client.slack.person("hugo").write("produit", "bonjour")
    assert client.slack.wait(lambda: len(client.received) == 2, 10)
    client.is_acking = True
    time.sleep(3.5)  # the second try is given up, and the third one planned

    client.slack.clock.advance(timedelta(seconds=61))

    assert client.slack.wait(lambda: len(client.received) == 3, 10)
    assert len({request.payload["event_id"] for request in client.received}) == 1
    assert client.received[2].retry_attempt == 2


def test_a_command_without_ack_warns_the_person_and_is_not_sent_again(client: Client) -> None:
    client.is_acking = False

    ack = client.slack.person("hugo").command("/x")

    assert not ack.is_acked
    assert ack.delay_s >= 3
    assert client.slack.world.warnings[0]["to"] == "U0HUGO"
    assert len(client.received) == 1


def test_a_trigger_serves_once_and_three_seconds(client: Client) -> None:
    hugo = client.slack.person("hugo")
    hugo.command("/x")
    hugo.command("/x")
    first, second = (request.payload["trigger_id"] for request in client.received)
    client.web.views_open(trigger_id=first, view=MODAL)

    assert refusal(client, "views.open", trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    time.sleep(3.1)
    assert refusal(client, "views.open", trigger_id=second, view=MODAL) == "expired_trigger_id"
    assert refusal(client, "views.open", trigger_id="x", view=MODAL) == "invalid_trigger_id"


def refusal(client: Client, method: str, **args: object) -> str:
    try:
        client.web.api_call(method, json=args)
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


def test_errors_keep_the_form_and_update_changes_it(client: Client) -> None:
    hugo = client.slack.person("hugo")
    hugo.command("/x")
    client.web.views_open(trigger_id=client.received[0].payload["trigger_id"], view=MODAL)

    client.answer = {"response_action": "errors", "errors": {"name": "No"}}
    hugo.submit({"name": "Hugo"})
    assert hugo.views[0]["state"]["values"]["name"]["value"]["value"] == "Hugo"
    client.answer = {"response_action": "errors", "errors": {"nowhere": "No"}}
    with pytest.raises(NotPossible):
        hugo.submit()
    changed = MODAL | {"title": {"type": "plain_text", "text": "Again"}}
    client.answer = {"response_action": "update", "view": changed}
    hugo.submit()
    assert hugo.views[0]["title"]["text"] == "Again"
    client.answer = {"response_action": "clear"}
    hugo.submit()
    assert hugo.views == []


def test_a_required_field_is_refused_before_it_is_sent(client: Client) -> None:
    hugo = client.slack.person("hugo")
    hugo.command("/x")
    client.web.views_open(trigger_id=client.received[0].payload["trigger_id"], view=MODAL)

    with pytest.raises(NotPossible):
        hugo.submit()

    assert client.of("view_submission") == []


def test_a_closed_view_is_told_and_cannot_be_updated(client: Client) -> None:
    hugo = client.slack.person("hugo")
    hugo.command("/x")
    opened = client.web.views_open(trigger_id=client.received[0].payload["trigger_id"], view=MODAL)[
        "view"
    ]
    assert refusal(client, "views.update", view_id=opened["id"], hash="old", view=MODAL) == (
        "hash_conflict"
    )

    hugo.close_view()

    assert len(client.of("view_closed")) == 1
    assert refusal(client, "views.update", view_id=opened["id"], view=MODAL) == "not_found"


def test_slash_commands_do_not_work_in_threads(client: Client) -> None:
    with pytest.raises(NotPossible):
        client.slack.person("hugo").command("/x", thread_ts="1.0")


def test_bolt_itself_goes_from_the_command_to_the_message(slack: Sandbox) -> None:
    web = WebClient(slack.bot_token, base_url=slack.api_url)
    app = App(client=web, signing_secret="unused", token_verification_enabled=False)

    @app.command("/x")
    def on_command(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("form")
    def on_form(ack: Any, view: dict[str, Any], client: WebClient) -> None:
        ack()
        name = view["state"]["values"]["name"]["value"]["value"]
        client.chat_postMessage(channel=slack.channel_id("produit"), text=name, blocks=BUTTON)

    @app.action("press")
    def on_press(ack: Any, respond: Any) -> None:
        ack()
        respond("Pressé")

    handler = SocketModeHandler(app, slack.app_token, web_client=web)
    handler.connect()  # type: ignore[no-untyped-call]
    slack.wait(lambda: slack.hub.count_sockets() == 1)
    hugo = slack.person("hugo")
    hugo.command("/x")
    hugo.wait_view()
    hugo.submit({"name": "Hugo"})
    assert slack.wait(lambda: len(slack.messages("produit")) == 1)
    hugo.click("produit", slack.messages("produit")[0]["ts"], "press")
    assert slack.wait(lambda: len(hugo.ephemerals("produit")) == 1)
    handler.close()  # type: ignore[no-untyped-call]
