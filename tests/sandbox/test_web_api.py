"""The Web API's refusals, limits, pages and faults, met through the SDK's own client."""

from collections.abc import Iterator
from datetime import timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.cast import demo_cast
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.server import Sandbox

TEXT: dict[str, Any] = {"channel": "C0PRODUIT", "text": "bonjour"}


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(cast=demo_cast()) as found:
        yield found


def client(slack: Sandbox, token: str | None = None) -> WebClient:
    given = slack.bot_token if token is None else token
    return WebClient(given, base_url=slack.api_url, retry_handlers=[])


def refused(slack: Sandbox, method: str, token: str | None = None, **args: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        client(slack, token).api_call(method, json=args)
    return caught.value.response


@pytest.mark.parametrize(
    ("method", "args", "code"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0PRODUIT"}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", TEXT | {"thread_ts": "1.0"}, "thread_not_found"),
        ("chat.postMessage", TEXT | {"blocks": [{"type": "nope"}]}, "invalid_blocks"),
        ("chat.postMessage", TEXT | {"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ("chat.update", TEXT | {"ts": "1.0"}, "message_not_found"),
        ("chat.postEphemeral", TEXT | {"user": "U0NOBODY"}, "user_not_in_channel"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "x@example.com"}, "users_not_found"),
        ("usergroups.users.list", {"usergroup": "S0"}, "no_such_subteam"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("reactions.nope", {}, "unknown_method"),
        ("views.publish", {"user_id": "U0HUGO", "view": {"type": "modal"}}, "invalid_arguments"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
def test_a_wrong_call_has_slacks_error(
    slack: Sandbox, method: str, args: dict[str, Any], code: str
) -> None:
    answer = refused(slack, method, None, **args)

    assert answer.status_code == 200
    assert answer["error"] == code


def test_no_token_and_a_wrong_token_are_told_apart(slack: Sandbox) -> None:
    assert refused(slack, "auth.test", token="")["error"] == "not_authed"
    assert refused(slack, "auth.test", token="xoxb-wrong")["error"] == "invalid_auth"
    slack.world.is_revoked = True
    assert refused(slack, "auth.test")["error"] == "token_revoked"


def test_a_missing_scope_names_what_is_needed_and_provided(slack: Sandbox) -> None:
    slack.world.scopes.discard("chat:write")

    answer = refused(slack, "chat.postMessage", **TEXT)

    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "users:read" in answer["provided"]


def test_an_archived_channel_takes_nothing(slack: Sandbox) -> None:
    slack.world.channel_named("produit").is_archived = True

    assert refused(slack, "chat.postMessage", **TEXT)["error"] == "is_archived"


def test_only_ones_own_messages_are_updated(slack: Sandbox) -> None:
    ts = slack.person("hugo").write("produit", "à moi")

    assert refused(slack, "chat.update", **TEXT, ts=ts)["error"] == "cant_update_message"


def test_blocks_are_refused_with_their_pointers(slack: Sandbox) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]

    answer = refused(slack, "chat.postMessage", **TEXT, blocks=blocks)

    assert "/blocks/0/text/text" in answer["response_metadata"]["messages"][0]


def test_pages_are_small_and_lead_to_the_end(slack: Sandbox) -> None:
    names: list[str] = []
    cursor = ""
    while True:
        page = client(slack).users_list(cursor=cursor or None)
        names += [member["name"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break

    assert len(names) == len(set(names)) == 8


def test_metadata_come_back_only_when_asked_for(slack: Sandbox) -> None:
    metadata = {"event_type": "e", "event_payload": {"key": "k"}}
    client(slack).chat_postMessage(**TEXT, metadata=metadata)

    bare = client(slack).conversations_history(channel="C0PRODUIT")["messages"][0]
    whole = client(slack).conversations_history(channel="C0PRODUIT", include_all_metadata=True)

    assert "metadata" not in bare
    assert whole["messages"][0]["metadata"] == metadata


def test_ts_only_go_up(slack: Sandbox) -> None:
    stamps = [slack.person("hugo").write("produit", "x") for _ in range(50)]

    assert stamps == sorted(set(stamps))


def test_a_channel_takes_about_a_message_a_second(slack: Sandbox) -> None:
    for _ in range(4):
        client(slack).chat_postMessage(**TEXT)

    answer = refused(slack, "chat.postMessage", **TEXT)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    slack.clock.advance(timedelta(seconds=5))
    assert client(slack).chat_postMessage(**TEXT)["ok"]
    slack.limiter.is_on = False
    for _ in range(10):
        client(slack).chat_postMessage(**TEXT)


def test_a_tier_limits_a_method(slack: Sandbox) -> None:
    for _ in range(20):
        client(slack).users_list()

    assert refused(slack, "users.list").status_code == 429


def test_faults_happen_as_told(slack: Sandbox) -> None:
    slack.faults.add(Fault(kind=FaultKind.RATELIMITED, times=1, retry_after_s=7))
    assert refused(slack, "auth.test").headers["Retry-After"] == "7"

    slack.faults.add(Fault(kind=FaultKind.ERROR_500, times=1))
    with pytest.raises(SlackApiError):
        client(slack).auth_test()

    slack.faults.add(Fault(kind=FaultKind.DROP_BEFORE, method="chat.*", times=1))
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        client(slack).chat_postMessage(**TEXT)
    assert slack.messages("produit") == []

    slack.faults.add(Fault(kind=FaultKind.DROP_AFTER, method="chat.*", times=1))
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        client(slack).chat_postMessage(**TEXT)
    assert len(slack.messages("produit")) == 1


def test_a_fault_ends_at_its_time(slack: Sandbox) -> None:
    until = slack.clock.now() + timedelta(minutes=10)
    slack.faults.add(Fault(kind=FaultKind.RATELIMITED, until=until))
    assert refused(slack, "auth.test").status_code == 429

    slack.clock.jump_to(until)

    assert client(slack).auth_test()["ok"]


def test_time_only_goes_forward(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="forward"):
        slack.clock.advance(timedelta(seconds=-1))


def test_a_deactivated_person_is_not_found_by_mail(slack: Sandbox) -> None:
    slack.world.people["U0CLAIRE"].is_deleted = True

    answer = refused(slack, "users.lookupByEmail", email="claire@example.com")

    assert answer["error"] == "users_not_found"
    assert client(slack).users_info(user="U0CLAIRE")["user"]["deleted"]
