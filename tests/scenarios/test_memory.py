"""The digest, the journal and the numbers, as people meet them."""

from datetime import time, timedelta
from typing import Any

import pytest

from bot.sandbox import payloads
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.inputs import typed
from bot.sandbox.person import PersonDriver
from bot.services import moves, reading
from bot.slack.views.journal import SHOWN_EVENTS
from tests.builders import KARIM
from tests.scenarios.conftest import Company, words
from tests.ticks import queue_digests

NATIVE = ("data_visualization", "data_table")


def tops(office: Company) -> list[dict[str, Any]]:
    """What stands in the channel itself, cards and digests, oldest first."""
    return [m for m in office.arbitrations() if "thread_ts" not in m]


def later(office: Company, **by: float) -> None:
    """Let time pass, to the middle of a working morning, and the digests' tick come."""
    clock, calendar = office.slack.clock, office.bot.deps.charter.calendar
    clock.advance(timedelta(**by))
    day = calendar.next_working_day(calendar.local_date(clock.now()) + timedelta(days=1))
    clock.advance(calendar.instant(day, time(11)) - clock.now())
    queue_digests(office.bot.deps)


def choose(person: PersonDriver, action_id: str, value: Any) -> None:
    """Pick a value in one of the selects of the modal on top."""
    with person.world.lock:
        view = person._view()
        block_id, element = person._element(view.body["blocks"], action_id, forged=False)
        state = typed(element, value)
        view.values[block_id][action_id] = state
        body = person._action(block_id, element | state)
        body["view"] = payloads.view(person.world, view)
    assert person._send("interactive", body).is_acked


def shown(person: PersonDriver) -> str:
    return str(person.views[-1]["blocks"])


def test_a_week_ends_with_a_digest_in_the_channel(office: Company) -> None:
    queue_digests(office.bot._kit.deps)
    card = office.file(title="Faut-il livrer l’export ?")
    office.decide("claire", card)

    later(office, days=8)
    office.wait(lambda: len(tops(office)) == 2)

    told = words(tops(office)[-1])
    assert "Faut-il livrer l’export" in told
    assert "En premier" in told
    assert "Claire" in told
    assert "<@U0CLAIRE>" not in told
    assert all(block in told for block in NATIVE)


def test_each_subscriber_reads_it_in_their_language_about_their_squads(office: Company) -> None:
    queue_digests(office.bot._kit.deps)
    john, lea = office.person("john"), office.person("lea")
    john.command("/arbitrage", "digest subscribe", channel="produit")
    lea.command("/arbitrage", "digest abonner", channel="produit")
    office.wait(lambda: bool(john.ephemerals() and lea.ephemerals()))
    office.file(title="Que faire du paiement ?", squads=["checkout"])

    later(office, days=8)
    office.wait(lambda: any("digest" in words(m) for m in john.dms()))
    office.wait(lambda: any("Le bilan" in words(m) for m in lea.dms()))

    english = next(words(m) for m in john.dms() if "The decision digest" in words(m))
    french = next(words(m) for m in lea.dms() if "Le bilan" in words(m))
    assert "0 requests filed" in english
    assert "1 demande déposée" in french
    assert "Paiement" in french


def test_who_unsubscribes_hears_no_more(small_office: Company) -> None:
    queue_digests(small_office.bot._kit.deps)
    lea = small_office.person("lea")
    lea.command("/arbitrage", "digest", channel="produit")
    small_office.wait(lambda: bool(lea.ephemerals()))
    lea.click("produit", lea.ephemerals()[-1]["ts"], "digest.subscribe")
    lea.wait_view()
    lea.submit()
    assert "C’est noté" in shown(lea)
    lea.close_view()
    lea.command("/arbitrage", "digest", channel="produit")
    small_office.wait(lambda: len(lea.ephemerals()) == 2)
    lea.click("produit", lea.ephemerals()[-1]["ts"], "digest.unsubscribe")
    small_office.wait(lambda: len(lea.ephemerals()) == 3)

    later(small_office, days=8)
    small_office.wait(lambda: bool(tops(small_office)))

    assert lea.dms() == []


def test_a_slack_that_refuses_charts_gets_the_same_in_words(small_office: Company) -> None:
    queue_digests(small_office.bot._kit.deps)
    card = small_office.file()
    small_office.decide("claire", card)
    small_office.slack.world.unknown_blocks = frozenset(NATIVE)

    later(small_office, days=8)
    small_office.wait(lambda: len(tops(small_office)) == 2)

    told = words(tops(small_office)[-1])
    assert not any(block in told for block in NATIVE)
    assert "n = 1" in told
    assert "ce message était prévu" in told
    (picture,) = [b for b in tops(small_office)[-1]["blocks"] if b["type"] == "image"]
    file = small_office.slack.world.files[picture["slack_file"]["id"]]
    assert file.content
    assert file.content.startswith(b"\x89PNG")
    assert "Déposées\u00a0: " in picture["alt_text"]


@pytest.mark.parametrize("trouble", ["scope", "images", "upload"])
def test_where_no_picture_can_be_shown_words_say_it_all(
    small_office: Company, trouble: str
) -> None:
    slack = small_office.slack
    queue_digests(small_office.bot._kit.deps)
    small_office.decide("claire", small_office.file())
    slack.world.unknown_blocks = frozenset(NATIVE)
    if trouble == "scope":
        slack.world.scopes.discard("files:write")
    elif trouble == "images":
        slack.world.unknown_blocks = frozenset({*NATIVE, "image"})
    else:
        slack.faults.add(Fault(kind=FaultKind.ERROR_500, method="files.*"))

    later(small_office, days=8)
    small_office.wait(lambda: len(tops(small_office)) == 2)

    message = tops(small_office)[-1]
    assert "n = 1" in words(message)
    assert [b for b in message["blocks"] if b["type"] == "image"] == []


def test_the_preview_is_private_and_says_what_will_be_said(small_office: Company) -> None:
    hugo = small_office.person("hugo")
    small_office.file(title="Un export ?")

    hugo.command("/arbitrage", "digest aperçu", channel="produit")
    small_office.wait(lambda: bool(hugo.ephemerals()))

    assert "1 demande déposée" in words(hugo.ephemerals()[-1])
    assert len(tops(small_office)) == 1


def test_the_journal_finds_a_decision_by_its_words(office: Company) -> None:
    card = office.file(title="Faut-il livrer l’export comptable ?")
    office.decide("claire", card, rationale="Les clients réclament la facturation.")
    office.file(title="Quel panier ?")
    ines = office.person("ines")

    ines.command("/arbitrage", "journal FACTURATIONS export", channel="produit")
    view = ines.wait_view()

    assert view["callback_id"] == "journal.search"
    assert "export comptable" in shown(ines)
    assert "panier" not in shown(ines)
    ines.press("journal.open")
    page = ines.wait_view(lambda view: view["callback_id"] == "journal.open")
    told = str(page["blocks"])
    assert "est déposée" in told
    assert "a tranché" in told
    assert "réclament la facturation" in told


def test_the_journal_is_searched_filtered_and_cleared_in_place(small_office: Company) -> None:
    card = small_office.file(title="Un export ?")
    small_office.decide("claire", card)
    small_office.file(title="Une tuile ?", squads=["checkout"])
    ines = small_office.person("ines")
    ines.command("/arbitrage", "journal", channel="produit")
    ines.wait_view()
    assert "Un export" in shown(ines)
    assert "Une tuile" in shown(ines)

    choose(ines, "journal.status", "decided")
    ines.wait_view(lambda view: "tuile" not in str(view["blocks"]))
    ines.submit({"words:0": "tuile"})
    assert "Rien ne correspond" in shown(ines)
    ines.press("journal.clear")
    ines.wait_view(lambda view: "Un export" in str(view["blocks"]))

    assert "Une tuile" in shown(ines)


def test_the_journal_turns_its_pages(small_office: Company) -> None:
    for number in range(12):
        small_office.file(title=f"Question numéro {number} ?")
    ines = small_office.person("ines")
    ines.command("/arbitrage", "log numéro", channel="produit")
    ines.wait_view(lambda view: "numéro 11" in str(view["blocks"]))

    ines.press("journal.older")
    ines.wait_view(lambda view: "numéro 1 ?" in str(view["blocks"]))
    assert "numéro 11" not in shown(ines)
    ines.press("journal.newer")

    ines.wait_view(lambda view: "numéro 11" in str(view["blocks"]))


def test_a_long_history_is_read_to_its_beginning(small_office: Company) -> None:
    office, deps = small_office, small_office.bot.deps
    office.file(title="Faut-il livrer l’export ?")
    found = reading.find(deps, 1)
    assert found
    for number in range(SHOWN_EVENTS):
        key = f"objection:{number}"
        moves.object_to(deps, found.request.id, KARIM, f"Objection {number}.", key=key)
    ines = office.person("ines")
    ines.command("/arbitrage", "journal export", channel="produit")
    ines.wait_view()
    ines.press("journal.open")
    page = ines.wait_view(lambda view: view["callback_id"] == "journal.open")
    assert "Objection 199." in str(page["blocks"])
    assert "est déposée" not in str(page["blocks"])

    ines.press("journal.before")

    ines.wait_view(lambda view: "est déposée" in str(view["blocks"]))
    assert "journal.before" not in shown(ines)


def test_the_numbers_open_on_the_requests_behind_them(office: Company) -> None:
    card = office.file(
        title="Petit sujet ?", squads=["checkout"], option1_label="Oui", option1_cost="2"
    )
    office.decide("lea", card)
    ines = office.person("ines")

    ines.command("/arbitrage", "stats", channel="produit")
    office.wait(lambda: bool(ines.ephemerals()))
    message = ines.ephemerals()[-1]
    assert "(1 sur 1)" in words(message)
    ines.click("produit", message["ts"], "metrics.open", value="times")
    ines.wait_view()
    assert "Temps écoulé" in shown(ines)


def test_a_question_that_starts_like_a_command_is_still_a_question(small_office: Company) -> None:
    hugo = small_office.person("hugo")

    hugo.command("/arbitrage", "Bilan carbone : on le publie ?", channel="produit")

    view = hugo.wait_view()
    assert view["callback_id"] == "request.submit"
    assert "Bilan carbone" in str(view["blocks"])
