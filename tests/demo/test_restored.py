"""A workspace put back from its history: everything in it works as if it had never stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cache import History
from bot.domain.calendar import Calendar
from tests.demo.conftest import Demonstration, demonstration

URGENT = "Faut-il basculer sur le second prestataire de paiement ce soir ?"
LATE = "Should the guided tour ship before the new dashboard?"
NINE = time(9, 0)
FIRST = "Faut-il passer l’export comptable avant la refonte du panier ?"


@pytest.fixture(scope="module")
def demo(
    history: History, calendar: Calendar, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    with demonstration(history, calendar, tmp_path_factory.mktemp("demo")) as found:
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
        "thread_ts" not in m and "bot_id" in m
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


def test_the_clock_goes_where_the_desk_says(demo: Demonstration, calendar: Calendar) -> None:
    before = demo.slack.clock.now()
    keys = [jump.key for jump in demo.desk.jumps()]
    assert keys == ["hour", "morning"]

    demo.desk.jump("hour")
    after_an_hour = demo.slack.clock.now()
    demo.desk.jump("morning")
    morning = demo.slack.clock.now()

    assert timedelta(minutes=59) < after_an_hour - before < timedelta(minutes=61)
    assert calendar.local_date(morning) > calendar.local_date(before)
    assert calendar.is_open(morning)
    assert (morning - calendar.instant(calendar.local_date(morning), NINE)).total_seconds() < 30


def test_a_jump_tells_what_happened_and_to_whom(demo: Demonstration) -> None:
    thomas = demo.slack.person("thomas")
    written = [m["ts"] for m in demo.slack.messages("produit") if m["user"] == "U0HUGO"]
    thomas.message_shortcut("message.arbitrate", "produit", written[-1])
    hugo = demo.slack.person("hugo")
    assert demo.slack.wait(lambda: "draft.open" in str(hugo.dms()[-1]), 10)
    told = hugo.dms()[-1]
    at = datetime.fromtimestamp(float(told["ts"]), UTC) - timedelta(microseconds=1)

    happened = demo.desk._since(at)

    direct = demo.slack.world.direct("U0HUGO", "U0BOT").id
    assert [(one.channel, one.ts, one.user) for one in happened] == [(direct, told["ts"], "U0HUGO")]


def test_a_place_the_desk_does_not_offer_is_refused(demo: Demonstration) -> None:
    with pytest.raises(KeyError):
        demo.desk.jump("next_sync")


def test_the_guide_has_only_what_is_built(demo: Demonstration) -> None:
    assert demo.desk.guide() == ("raise", "decide")


def test_no_id_is_given_twice(history: History, calendar: Calendar, tmp_path: Path) -> None:
    known = {
        value
        for room in history.world["channels"]
        for m in room["messages"]
        for value in (m["ts"], m.get("client_msg_id"))
    }
    with demonstration(history, calendar, tmp_path) as demo:
        ts = demo.slack.person("hugo").write("produit", "encore moi")
        message = demo.slack.messages("produit")[-1]

        assert ts not in known
        assert message["client_msg_id"] not in known
