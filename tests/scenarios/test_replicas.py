"""Two bots on one PostgreSQL: each thing is said once, whoever of them says it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import build
from tests.scenarios.conftest import Company, company
from tests.scenarios.test_crashes import keys_posted, time_flies


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def pair(database_url: str, tmp_path: Path) -> Iterator[Company]:
    """A company where two bots are at work."""
    with company(database_url, tmp_path / "clock") as found:
        second = build(found.settings)
        second.start()
        try:
            assert found.slack.wait(lambda: found.slack.hub.count_sockets() == 2)
            yield found
        finally:
            second.stop()


def test_two_replicas_say_each_thing_once(pair: Company) -> None:
    with time_flies(pair.slack):
        cards = [pair.file(title=f"Question {number} ?") for number in range(6)]
        for card in cards:
            pair.decide("claire", card)
        pair.wait(lambda: all("Tranché par" in str(card) for card in pair.cards()), 30)
        hugo = pair.person("hugo")
        pair.wait(lambda: sum("Tranché par" in str(m) for m in hugo.dms()) == len(cards), 30)

    numbers = [card["text"].split(" · ")[0] for card in pair.cards()]
    assert numbers == [f"ARB-{n}" for n in range(1, 7)]
    assert set(keys_posted(pair.slack).values()) == {1}


def test_an_event_given_to_both_is_answered_once(pair: Company) -> None:
    pair.file()
    root = pair.person("lea").write("produit", "Voir ARB-1")
    pair.wait(lambda: len(pair.slack.messages("produit", root)) == 2)

    mention = next(m for m in pair.slack.messages("produit", root) if m.get("user") == "U0LEA")
    for _ in range(6):  # the same event again, to either of them
        pair.slack.hub.queue_event(
            {
                "type": "event_callback",
                "team_id": pair.slack.world.team,
                "api_app_id": pair.slack.world.app_id,
                "event_id": "Ev0AGAIN",
                "event": mention | {"channel": pair.slack.channel_id("produit")},
            }
        )
    pair.file(title="De quoi laisser passer le temps ?")

    assert len(pair.slack.messages("produit", root)) == 2
