"""What is not counted, what is counted once, and when nobody is nudged."""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.person import NotPossible
from tests.scenarios.bypasses.watching import (
    ASKED,
    ASKED_TOO,
    ledger,
    let_pass,
    nudges,
    send_event,
    wait_counted,
    wait_nudged,
)
from tests.scenarios.conftest import Company


def test_nobody_is_nudged_twice_a_day(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    hugo.write("produit", ASKED)
    wait_nudged(nudging, "hugo")

    second = hugo.write("produit", ASKED_TOO)
    assert wait_counted(nudging, "produit", second).nudged_at is None
    nudging.slack.clock.advance(timedelta(seconds=25 * 3600))
    third = hugo.write("produit", ASKED_TOO)

    assert wait_counted(nudging, "produit", third).nudged_at is not None
    nudging.wait(lambda: len(nudges(nudging, "hugo")) == 2)


def test_a_thread_has_one_nudge_at_most(nudging: Company) -> None:
    root = nudging.person("ines").write("produit", "La v2 avance ?")
    nudging.person("hugo").write("produit", ASKED, thread_ts=root)
    nudge = wait_nudged(nudging, "hugo")
    assert nudge["thread_ts"] == root

    ts = nudging.person("john").write("produit", "A quick sync?", thread_ts=root)

    assert wait_counted(nudging, "produit", ts).nudged_at is None


def test_the_arbitration_channel_and_the_threads_of_requests_are_left_alone(
    nudging: Company,
) -> None:
    hugo = nudging.person("hugo")
    source = hugo.write("produit", "Voici l’export")
    hugo.message_shortcut("message.arbitrate", "produit", source)
    hugo.wait_view()
    hugo.submit({"question": "first", "impact": "retention"})
    nudging.wait(lambda: len(nudging.cards()) == 1)

    hugo.write("arbitrages", ASKED)
    hugo.write("arbitrages", ASKED, thread_ts=nudging.cards()[0]["ts"])

    let_pass(nudging)
    assert [line.channel for line in ledger(nudging)] == ["C0TECH"]


def test_the_thread_of_what_became_a_request_is_left_alone(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", ASKED)
    nudge = wait_nudged(nudging, "hugo")
    hugo.click("produit", nudge["ts"], "nudge.open")
    hugo.wait_view()
    hugo.submit({"question": "shift", "impact": "retention"})
    nudging.wait(lambda: len(nudging.cards()) == 1)

    nudging.person("john").write("produit", "A quick sync about it?", thread_ts=ts)

    let_pass(nudging)
    assert {line.channel for line in ledger(nudging)} == {"C0PRODUIT", "C0TECH"}
    assert len(ledger(nudging)) == 2


@pytest.mark.parametrize("who", ["gaspard", "estelle"])
def test_guests_and_people_from_elsewhere_are_not_watched(nudging: Company, who: str) -> None:
    nudging.person(who).write("produit", ASKED)

    let_pass(nudging)
    assert [line.channel for line in ledger(nudging)] == ["C0TECH"]
    assert nudges(nudging, who) == []


def test_a_message_edited_into_a_bypass_counts_once_without_a_nudge(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", "Bonjour à tous")

    hugo.edit("produit", ts, ASKED)
    wait_counted(nudging, "produit", ts)
    hugo.edit("produit", ts, f"{ASKED} Merci !")

    let_pass(nudging)
    assert len([line for line in ledger(nudging) if line.channel == "C0PRODUIT"]) == 1
    assert nudges(nudging, "hugo") == []


def test_an_edit_of_an_old_message_is_not_news(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", "Bonjour à tous")
    nudging.slack.clock.advance(timedelta(seconds=3 * 86_400))

    hugo.edit("produit", ts, ASKED)

    let_pass(nudging)
    assert [line.channel for line in ledger(nudging)] == ["C0TECH"]


def test_a_retry_of_an_event_counts_and_nudges_once(nudging: Company) -> None:
    ts = nudging.person("hugo").write("produit", ASKED)
    wait_nudged(nudging, "hugo")
    message = next(m for m in nudging.slack.messages("produit") if m["ts"] == ts)
    again = message | {"channel": "C0PRODUIT", "channel_type": "channel"}

    nudging.slack.clock.advance(timedelta(seconds=9 * 60))
    send_event(nudging, again, "EvAGAIN")
    send_event(nudging, again, "EvAGAIN")

    let_pass(nudging)
    assert len([line for line in ledger(nudging) if line.channel == "C0PRODUIT"]) == 1
    assert len(nudges(nudging, "hugo")) == 1


def test_a_channel_the_bot_has_left_is_counted_and_nobody_is_told(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", "Bonjour")
    hugo.remove_app("produit")
    late = {"type": "message", "user": "U0HUGO", "text": ASKED, "ts": ts}

    send_event(nudging, late | {"channel": "C0PRODUIT", "channel_type": "channel"}, "EvLATE")

    assert wait_counted(nudging, "produit", ts).nudged_at is not None
    let_pass(nudging)
    assert nudges(nudging, "hugo") == []
    assert nudging.bot.trouble() is None


def test_a_refused_nudge_is_not_tried_again(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", "Bonjour")
    nudging.slack.world.channel_named("produit").members.discard("U0HUGO")
    late = {"type": "message", "user": "U0HUGO", "text": ASKED, "ts": ts}

    for _ in range(3):
        send_event(nudging, late | {"channel": "C0PRODUIT", "channel_type": "channel"}, "EvONE")

    assert wait_counted(nudging, "produit", ts).nudged_at is not None
    let_pass(nudging)
    tried = [call for call in nudging.slack.calls if call["method"] == "chat.postEphemeral"]
    assert len(tried) == 1


def test_slash_words_and_calls_of_the_bot_are_ways_in(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    hugo.write("produit", "/arbitrage un petit point rapide ?")
    hugo.write("produit", "<@U0BOT> un petit point rapide ?")
    with pytest.raises(NotPossible):
        hugo.command("/arbitrage", ASKED, channel="produit", thread_ts="1.0")

    let_pass(nudging)
    assert [line.channel for line in ledger(nudging)] == ["C0TECH"]


WRITTEN_BY_NOBODY: dict[str, dict[str, Any]] = {
    "another bot": {"bot_id": "B0OTHER", "user": "U0OTHER"},
    "an app without a user": {"bot_id": "B0OTHER", "subtype": "bot_message", "user": None},
    "the bot itself": {"user": "U0BOT"},
    "a join": {"subtype": "channel_join"},
    "a topic": {"subtype": "channel_topic"},
    "a deletion": {"subtype": "message_deleted"},
    "a quotation": {
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": ASKED}]}
                ],
            }
        ]
    },
}


def test_what_nobody_asks_is_left_alone(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    for number, changes in enumerate(WRITTEN_BY_NOBODY.values()):
        ts = hugo.write("produit", f"Bonjour {number}")
        message = {"type": "message", "user": "U0HUGO", "text": ASKED, "ts": ts} | changes
        place = {"channel": "C0PRODUIT", "channel_type": "channel"}
        send_event(nudging, message | place, f"EvNOBODY{number}")

    let_pass(nudging)
    assert [line.channel for line in ledger(nudging)] == ["C0TECH"]
    assert nudges(nudging, "hugo") == []
