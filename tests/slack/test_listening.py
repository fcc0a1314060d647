"""What a message costs on its way through Bolt: no query when it is no bypass; and other events."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from sqlalchemy import event

from bot.domain.ids import PersonId
from bot.services.deps import Deps
from bot.slack.app import make_app, make_client, make_kit
from bot.slack.kit import Kit
from tests.builders import HUGO, NOW
from tests.detecting import detect, learner

ASKED = "Un petit point rapide pour décaler la v2 ?"
PLACE = {"type": "message", "user": HUGO, "channel": "C0PRODUIT", "channel_type": "channel"}


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def kit(deps: Deps) -> Iterator[Kit]:
    """What listeners are given; nothing here calls Slack."""
    client = make_client("xoxb-none", "http://127.0.0.1:9/api/")
    found = make_kit(deps, client, PersonId("U0BOT"), detect=detect, learner=learner())
    yield found
    found.stop()


@pytest.fixture
def app(kit: Kit) -> App:
    return make_app(kit, signing_secret="")


@pytest.fixture
def asked(deps: Deps) -> list[str]:
    """The queries made from now on."""
    found: list[str] = []
    event.listen(
        deps.database.engine,
        "before_cursor_execute",
        lambda _session, _cursor, sql, *_: found.append(sql),
    )
    return found


def answer(app: App, body: dict[str, Any]) -> int:
    return app.dispatch(BoltRequest(mode="socket_mode", body=body)).status


def of(message: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "event": message}


@pytest.mark.parametrize("where", [{}, {"thread_ts": "1.0"}])
@pytest.mark.parametrize("text", ["C’est prévu pour quand ?", "Je regarde", "", "x" * 40_000])
def test_no_query_is_made_for_a_message_that_is_no_bypass(
    app: App, kit: Kit, asked: list[str], text: str, where: dict[str, str]
) -> None:
    status = answer(app, of(PLACE | where | {"text": text, "ts": "2.0"}))

    kit.stop()
    assert status == 200
    assert asked == []


def test_a_bypass_is_counted_beside_the_ack(app: App, kit: Kit, asked: list[str]) -> None:
    ts = f"{NOW.timestamp():.6f}"

    status = answer(app, of(PLACE | {"text": ASKED, "ts": ts}))

    kit.stop()
    assert status == 200
    assert any("INSERT INTO bypasses" in sql for sql in asked)


def test_an_event_that_none_waits_for_is_acked(app: App, asked: list[str]) -> None:
    assert answer(app, of({"type": "emoji_changed"})) == 200
    assert asked == []


def test_slack_s_check_of_the_address_is_answered(app: App) -> None:
    body = {"type": "url_verification", "challenge": "c", "token": "t"}

    found = app.dispatch(BoltRequest(mode="socket_mode", body=body))

    assert (found.status, found.body) == (200, '{"challenge": "c"}')


def test_what_the_bot_writes_is_answered_by_nothing(app: App, kit: Kit, asked: list[str]) -> None:
    for name in ("message", "app_mention"):
        own = PLACE | {"type": name, "user": "U0BOT", "bot_id": "B0BOT", "text": ASKED, "ts": "2.0"}
        assert answer(app, of(own)) == 200

    kit.stop()
    assert asked == []
