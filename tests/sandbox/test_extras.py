"""Files, reactions and selects that search: the rest of what apps may do."""

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.cast import demo_cast
from bot.sandbox.person import NotPossible
from bot.sandbox.server import Sandbox
from tests.sandbox.test_delivery import MODAL


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(cast=demo_cast()) as found:
        yield found


@pytest.fixture
def web(slack: Sandbox) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def test_a_file_is_uploaded_then_shared(slack: Sandbox, web: WebClient) -> None:
    place = web.files_getUploadURLExternal(filename="chart.png", length=4)
    assert code_of(web, place["file_id"]) == "file_not_found"
    with urllib.request.urlopen(place["upload_url"], b"\x89PNG", timeout=5) as answer:
        assert answer.status == 200

    web.files_completeUploadExternal(
        files=[{"id": place["file_id"], "title": "Courbe"}], channel_id="C0PRODUIT"
    )

    shared = slack.messages("produit")[0]["files"][0]
    assert (shared["title"], shared["size"]) == ("Courbe", 4)


def code_of(web: WebClient, file_id: str) -> str:
    with pytest.raises(SlackApiError) as caught:
        web.files_completeUploadExternal(files=[{"id": file_id, "title": "t"}])
    return str(caught.value.response["error"])


def test_files_and_reactions_need_their_scopes(slack: Sandbox, web: WebClient) -> None:
    slack.world.scopes.discard("files:write")
    with pytest.raises(SlackApiError, match="missing_scope"):
        web.files_getUploadURLExternal(filename="x", length=1)
    with pytest.raises(SlackApiError, match="missing_scope"):
        web.reactions_add(channel="C0PRODUIT", timestamp="1.0", name="eyes")


def test_a_reaction_is_added_once(slack: Sandbox, web: WebClient) -> None:
    slack.world.scopes.add("reactions:write")
    hugo = slack.person("hugo")
    ts = hugo.write("produit", "bonjour")
    hugo.react("produit", ts, "eyes")

    web.reactions_add(channel="C0PRODUIT", timestamp=ts, name="eyes")

    assert slack.messages("produit")[0]["reactions"] == [
        {"name": "eyes", "users": ["U0HUGO", "U0BOT"], "count": 2}
    ]
    with pytest.raises(SlackApiError, match="already_reacted"):
        web.reactions_add(channel="C0PRODUIT", timestamp=ts, name="eyes")


def test_a_select_that_searches_asks_the_app(slack: Sandbox, web: WebClient) -> None:
    app = App(client=web, signing_secret="unused", token_verification_enabled=False)
    searching = MODAL | {
        "blocks": [
            {
                "type": "input",
                "block_id": "who",
                "label": {"type": "plain_text", "text": "Who"},
                "element": {"type": "external_select", "action_id": "search"},
            }
        ]
    }

    @app.command("/x")
    def on_command(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=searching)

    @app.options("search")
    def on_search(ack: Any, payload: dict[str, Any]) -> None:
        found = {"text": {"type": "plain_text", "text": payload["value"]}, "value": "v"}
        ack(options=[found])

    handler = SocketModeHandler(app, slack.app_token, web_client=web)
    handler.connect()  # type: ignore[no-untyped-call]
    slack.wait(lambda: slack.hub.count_sockets() == 1)
    hugo = slack.person("hugo")
    hugo.command("/x")
    hugo.wait_view()

    assert hugo.look_up("who", "cla")[0]["text"]["text"] == "cla"
    handler.close()  # type: ignore[no-untyped-call]


def test_the_app_and_the_workspace_say_who_they_are(slack: Sandbox, web: WebClient) -> None:
    slack.world.usergroups["S0PM"] = ["U0LEA", "U0JOHN"]

    assert web.bots_info()["bot"]["user_id"] == "U0BOT"
    assert web.usergroups_list()["usergroups"][0]["id"] == "S0PM"
    assert web.usergroups_users_list(usergroup="S0PM")["users"] == ["U0LEA", "U0JOHN"]


def test_a_person_shares_a_file_where_they_are(slack: Sandbox) -> None:
    ts = slack.person("hugo").share("produit", "notes.md", b"# Notes", "Voici.")

    message = slack.messages("produit")[0]
    assert (message["ts"], message["text"], message["subtype"]) == (ts, "Voici.", "file_share")
    assert (message["files"][0]["name"], message["files"][0]["size"]) == ("notes.md", 7)
    with pytest.raises(NotPossible):
        slack.person("hugo").share(slack.world.direct("U0LEA", "U0INES").id, "notes.md", b"x")


def test_it_is_quiet_once_every_event_was_tried(slack: Sandbox) -> None:
    assert slack.hub.is_quiet

    slack.person("hugo").write("produit", "bonjour")

    assert slack.wait(lambda: slack.hub.is_quiet, 5)
