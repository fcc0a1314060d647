"""HTTP mode: the same bot behind a public address, every call signed."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import Bot, build
from bot.sandbox.cast import demo_cast
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from tests.builders import CHARTER_FILE


@dataclass(frozen=True)
class Served:
    slack: Sandbox
    bot: Bot
    url: str


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Sandbox(cast=demo_cast()) as slack:
        settings = Settings(
            slack_mode="http",
            slack_bot_token=slack.bot_token,
            slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.api_url,
            database_url=f"sqlite:///{tmp_path / 'a.db'}",
            charter_file=CHARTER_FILE,
            http_port=0,
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
        )
        bot = build(settings)
        bot.start()
        url = f"http://127.0.0.1:{bot.http_port}"
        slack.hub.http_url = f"{url}/slack/events"
        try:
            yield Served(slack, bot, url)
        finally:
            bot.stop()


def test_a_request_is_filed_over_http(served: Served) -> None:
    hugo = served.slack.person("hugo")

    assert hugo.command("/arbitrage", "Par HTTP ?", channel="produit").status == 200
    hugo.wait_view()
    assert hugo.submit({"title": "x" * 200, "question": "first", "impact": "retention"}).body[
        "errors"
    ]
    assert hugo.submit({"title": "Par HTTP ?"}).is_acked

    assert served.slack.wait(lambda: len(served.slack.messages("arbitrages")) == 2)


def test_a_call_that_slack_did_not_sign_is_refused(served: Served) -> None:
    body = b"command=%2Farbitrage&text=x&user_id=U0CLAIRE&team_id=T0SANDBOX"
    for headers in ({}, served.slack.hub.signature("another body")):
        call = urllib.request.Request(f"{served.url}/slack/events", body, headers)

        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(call, timeout=5)

        caught.value.close()
        assert caught.value.code == 401


def test_health_readiness_and_metrics_are_served(served: Served) -> None:
    def get(path: str) -> str:
        with urllib.request.urlopen(f"{served.url}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    assert get("/healthz") == "ok\n"
    assert get("/readyz") == "ready\n"
    scraped = get("/metrics")
    assert "arbitrage_outbox_waiting 0.0" in scraped
    assert "arbitrage_requests_filed " in scraped
    assert 'arbitrage_rate_out_of{rate="proximity"} ' in scraped
