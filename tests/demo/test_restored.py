"""A workspace put back from its history: everything in it works as if it had never stopped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cache import History
from bot.demo.doing import key_of
from tests.demo.living import Demonstration, demonstration

URGENT = "Faut-il basculer sur le second prestataire de paiement ce soir ?"
LATE = "Should the guided tour ship before the new dashboard?"
FIRST = "Faut-il passer l’export comptable avant la refonte du panier ?"


@pytest.fixture(scope="module")
def demo(history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(history, tmp_path_factory.mktemp("demo")) as found:
        yield found


def card(demo: Demonstration, title: str) -> dict[str, Any]:
    shown = title.replace("?", "").strip()
    return next(
        m for m in demo.slack.messages("arbitrages") if shown in m["text"] and "blocks" in m
    )


def thread(demo: Demonstration, title: str) -> list[dict[str, Any]]:
    return demo.slack.messages("arbitrages", card(demo, title)["ts"])


def test_a_button_of_an_old_card_decides(demo: Demonstration) -> None:
    karim, panel = demo.slack.person("karim"), thread(demo, URGENT)[1]

    assert karim.click("arbitrages", panel["ts"], "request.decide").is_acked
    karim.wait_view(lambda view: view["callback_id"] == "decision.submit")
    ack = karim.submit(
        {
            "option": "0",
            "rationale": "140 clients par nuit.",
            "counterpart": "Rien.",
            "supersedes": "0",
        }
    )

    assert (ack.is_acked, ack.body) == (True, {})
    assert demo.slack.wait(lambda: "140 clients par nuit" in str(card(demo, URGENT)), 15)
    lea = demo.slack.person("lea")
    assert demo.slack.wait(lambda: "140 clients par nuit" in str(lea.dms()[-1]), 15)


def test_the_wrong_person_is_still_refused(demo: Demonstration) -> None:
    ines = demo.slack.person("ines")
    before = len(ines.ephemerals("arbitrages"))

    ines.click("arbitrages", thread(demo, LATE)[1]["ts"], "request.decide")

    assert demo.slack.wait(lambda: len(ines.ephemerals("arbitrages")) > before, 10)
    assert "<@U0CLAIRE>" in str(ines.ephemerals("arbitrages")[-1])


def test_an_old_decision_is_reopened(demo: Demonstration) -> None:
    hugo = demo.slack.person("hugo")
    hugo.click("arbitrages", thread(demo, FIRST)[1]["ts"], "request.reopen")
    hugo.wait_view()
    hugo.submit({"why": "Deux clients sont partis."})

    assert demo.slack.wait(lambda: "Rouverte" in str(card(demo, FIRST)), 15)


def test_a_new_request_takes_the_next_number(demo: Demonstration, history: History) -> None:
    count = sum(
        key_of(m).startswith("card:")
        for room in history.world["channels"]
        if room["name"] == "arbitrages"
        for m in room["messages"]
    )
    lea = demo.slack.person("lea")
    lea.command("/arbitrage", "Une nouvelle question ?", channel="produit")
    lea.wait_view(lambda view: view["callback_id"] == "request.submit")
    lea.fill({"question": "problem", "impact": "retention", "squads": ["checkout"]})

    assert lea.submit().body == {}
    assert demo.slack.wait(
        lambda: (
            f"ARB-{count + 1} " in demo.slack.messages("arbitrages")[-2]["text"]
            or f"ARB-{count + 1} " in demo.slack.messages("arbitrages")[-1]["text"]
        ),
        15,
    )


def test_homes_and_threads_answer(demo: Demonstration) -> None:
    claire = demo.slack.person("claire")
    claire.open_home()
    assert demo.slack.wait(lambda: claire.home is not None and LATE[:20] in str(claire.home), 10)

    claire.write("arbitrages", "OK, go.", thread_ts=card(demo, LATE)["ts"])

    assert demo.slack.wait(lambda: "Enregistrer" in str(claire.ephemerals("arbitrages")[-1:]), 10)


def test_a_file_shared_long_ago_is_still_there(demo: Demonstration) -> None:
    shared = [m for m in demo.slack.messages("produit") if "files" in m]

    kept = demo.slack.world.files[shared[0]["files"][0]["id"]]
    assert kept.content is not None
    assert "Neuf entretiens" in kept.content.decode()


def test_no_id_is_given_twice(history: History, tmp_path: Path) -> None:
    known = {
        value
        for room in history.world["channels"]
        for m in room["messages"]
        for value in (m["ts"], m.get("client_msg_id"))
    }
    with demonstration(history, tmp_path) as demo:
        ts = demo.slack.person("hugo").write("produit", "encore moi")
        message = demo.slack.messages("produit")[-1]

        assert ts not in known
        assert message["client_msg_id"] not in known
