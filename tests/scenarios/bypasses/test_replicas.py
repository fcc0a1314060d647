"""Two bots on one PostgreSQL: a bypass is one line, and its author sees one nudge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import build
from tests.detecting import detect, learner
from tests.scenarios.bypasses.watching import (
    ASKED,
    choose,
    ledger,
    let_pass,
    nudges,
    send_event,
    wait_nudged,
    watched,
)
from tests.scenarios.conftest import Company


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def pair(database_url: str, tmp_path: Path) -> Iterator[Company]:
    with watched(database_url, tmp_path) as found:
        second = build(found.settings, detect=detect, learner=learner())
        second.start()
        try:
            assert found.slack.wait(lambda: found.slack.hub.count_sockets() == 2)
            yield found
        finally:
            second.stop()


def test_the_same_message_given_to_both_is_one_nudge(pair: Company) -> None:
    choose(pair, "nudge", "produit")
    ts = pair.person("hugo").write("produit", ASKED)
    message = next(m for m in pair.slack.messages("produit") if m["ts"] == ts)
    again = message | {"channel": "C0PRODUIT", "channel_type": "channel"}

    for _ in range(8):
        send_event(pair, again, "EvAGAIN")
    wait_nudged(pair, "hugo")

    let_pass(pair)
    assert len([line for line in ledger(pair) if line.channel == "C0PRODUIT"]) == 1
    assert len(nudges(pair, "hugo")) == 1


def test_two_messages_of_one_person_given_to_both_are_one_nudge(pair: Company) -> None:
    choose(pair, "nudge", "produit")
    hugo = pair.person("hugo")

    for number in range(8):
        hugo.write("produit", f"{ASKED} ({number})")
    wait_nudged(pair, "hugo")
    pair.wait(lambda: len(ledger(pair)) == 8)

    let_pass(pair)
    assert len(nudges(pair, "hugo")) == 1
    assert len([line for line in ledger(pair) if line.nudged_at]) == 1
