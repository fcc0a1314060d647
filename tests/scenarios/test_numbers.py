"""Numbers opened, the audit and its poll, as people meet them through the socket."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.sandbox.hands import NotPossible
from tests.scenarios.conftest import Company, words
from tests.scenarios.test_memory import later, shown, tops
from tests.ticks import queue_digests

SHOW, QUESTIONS = "metrics.open", ("roles", "rituals", "channel")


def asked(office: Company, who: str, command: str) -> dict[str, Any]:
    """What the bot answers in private to a command."""
    person = office.person(who)
    before = len(person.ephemerals())
    person.command("/arbitrage", command, channel="produit")
    office.wait(lambda: len(person.ephemerals()) > before)
    return dict(person.ephemerals()[-1])


def poll_of(office: Company) -> dict[str, Any]:
    """The message of the poll."""
    office.wait(lambda: any("gouvernance tient" in words(m) for m in tops(office)))
    return next(m for m in tops(office) if "gouvernance tient" in words(m))


def vote(office: Company, who: str, answer: str, question: str = "roles") -> None:
    """Click one of the three buttons of a question."""
    message, person = poll_of(office), office.person(who)
    value = next(
        str(element["value"])
        for block in message["blocks"]
        for element in block.get("elements", [])
        if f"|{question}|" in str(element.get("value"))
    )
    before = len(thanked(office, who))
    assert person.click("arbitrages", message["ts"], f"poll.{answer}", value=value).is_acked
    office.wait(lambda: len(thanked(office, who)) > before)


def thanked(office: Company, who: str) -> list[str]:
    """What somebody was told in private of their answers."""
    told = [words(message) for message in office.person(who).ephemerals()]
    return [said for said in told if "sans votre nom" in said]


def test_a_number_opens_on_its_definition_its_n_and_its_requests(small_office: Company) -> None:
    for number in range(10):
        small_office.file(title=f"Question numéro {number} ?")
    message = asked(small_office, "ines", "stats")
    ines = small_office.person("ines")

    ines.click("produit", message["ts"], SHOW, value="filed")
    ines.wait_view()
    first = shown(ines)
    ines.press("metrics.later")
    ines.wait_view(lambda view: "numéro 0" in str(view["blocks"]))

    assert "n = 10" in first
    assert "quoi qu’elles soient devenues" in first
    assert "numéro 9" in first
    assert "numéro 1 ?" not in first
    assert "De 9 à 10, sur 10" in shown(ines)
    ines.press("journal.open")
    page = ines.wait_view(lambda view: view["callback_id"] == "journal.open")
    assert "est déposée" in str(page["blocks"])


def test_every_button_of_the_numbers_opens_something(small_office: Company) -> None:
    card = small_office.file(title="Un export ?")
    small_office.decide("claire", card)
    small_office.file(title="Un panier ?")
    message = asked(small_office, "ines", "stats")
    ines = small_office.person("ines")
    buttons = [b["accessory"]["value"] for b in message["blocks"] if "accessory" in b]

    assert len(buttons) > 14
    for value in ("times", "decided", "rate:bypassed", "waiting:arbitration", "seat:cpo"):
        assert value in buttons
        assert ines.click("produit", message["ts"], SHOW, value=value).is_acked
        ines.wait_view(lambda view: view["callback_id"] == SHOW)
        ines.close_view()


def test_who_left_a_private_channel_opens_no_number(small_office: Company) -> None:
    small_office.file(title="Un secret ?")
    message = asked(small_office, "ines", "stats")
    ines = small_office.person("ines")
    room = small_office.slack.world.channel_named("arbitrages")
    room.kind = "group"
    room.members.discard("U0INES")
    small_office.bot._kit.audience._rooms.clear()

    before = len(ines.ephemerals())
    ines.click("produit", message["ts"], SHOW, value="filed")
    small_office.wait(lambda: len(ines.ephemerals()) > before)

    assert ines.views == []
    assert "reste" in words(ines.ephemerals()[-1])


def test_a_poll_from_its_opening_to_its_results(office: Company) -> None:
    deps = office.bot._kit.deps
    handle = _handle(office)
    page = asked(office, handle, "audit")
    assert "Personne n’a encore" in words(page)
    assert office.person(handle).click("produit", page["ts"], "audit.poll_open").is_acked

    for who in ("hugo", "ines", "lea", "claire"):
        vote(office, who, "yes")
    vote(office, "hugo", "no")
    vote(office, "thomas", "partly")
    vote(office, "thomas", "no", "channel")
    running = asked(office, handle, "audit")
    assert "sur 5)" not in words(running)
    assert office.person(handle).click("produit", running["ts"], "audit.poll_close").is_acked
    office.wait(lambda: "totaux" in words(poll_of(office)))

    told = words(poll_of(office))
    assert "(3 sur 5)" in told
    assert "(1 sur 5)" in told
    assert "Moins de 5 réponses" in told
    assert "poll.yes" not in told
    with deps.read() as session:
        kept = session.execute(text("SELECT count(*) FROM ballots")).scalar()
        clicks = session.execute(text("SELECT key FROM received")).scalars().all()
    assert kept == 0
    assert not any("poll." in key for key in clicks)
    assert "(3 sur 5)" in words(asked(office, "ines", "audit"))


def _handle(office: Company) -> str:
    """The handle of a steward, as the bot knows them."""
    from bot.services.requests import charter_of  # noqa: PLC0415  # only here

    charter = charter_of(office.bot._kit.deps)
    (steward, *_) = charter.stewards
    return str(steward).removeprefix("U0").lower()


def test_only_stewards_open_and_close_a_poll(small_office: Company) -> None:
    handle = _handle(small_office)
    other = next(who for who in ("hugo", "ines") if who != handle)
    page = asked(small_office, other, "audit")

    with pytest.raises(NotPossible):
        small_office.person(other).click("produit", page["ts"], "audit.poll_open")
    small_office.person(other).click("produit", page["ts"], "audit.poll_open", forged=True)
    small_office.wait(lambda: len(small_office.person(other).ephemerals()) == 2)

    assert "garants" in words(small_office.person(other).ephemerals()[-1])
    assert not any("gouvernance tient" in words(m) for m in tops(small_office))


def test_the_audit_as_markdown_is_a_click_away(small_office: Company) -> None:
    page = asked(small_office, "ines", "audit")
    ines = small_office.person("ines")

    ines.click("produit", page["ts"], "audit.markdown")
    ines.wait_view()

    assert "# L’audit de la gouvernance" in shown(ines)
    assert "## 1. Peut-on dire" in shown(ines)


def test_two_weeks_and_an_empty_one_tell_everything_once(small_office: Company) -> None:
    queue_digests(small_office.bot._kit.deps)
    told: list[str] = []
    for title in ("Un export ?", "Un panier ?", ""):
        if title:
            small_office.decide("claire", small_office.file(title=title))
        before = len(tops(small_office))
        later(small_office, days=7)
        small_office.wait(lambda n=before: len(tops(small_office)) > n)  # type: ignore[misc]
        told.append(words(tops(small_office)[-1]))

    assert ["Un export" in said for said in told] == [True, False, False]
    assert ["Un panier" in said for said in told] == [False, True, False]
