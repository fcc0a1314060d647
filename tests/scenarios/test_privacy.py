"""The requests of a private arbitration channel stay with its members, wherever one looks.

Inès is not in it; what she is shown is looked at on every way there is.
"""

from typing import Any

import pytest

from bot.sandbox import payloads
from bot.sandbox.person import PersonDriver
from tests.scenarios.conftest import Company, words
from tests.scenarios.test_memory import later, shown, tops
from tests.ticks import queue_digests

SECRET = "Un secret bien gardé ?"


def home_says(office: Company, person: PersonDriver, said: str) -> str:
    """Wait until somebody's Home says something; return all it says."""
    office.wait(lambda: said in str(person.home and person.home["blocks"]), 30)
    return str(person.home)


def forged(person: PersonDriver, action_id: str, value: str) -> None:
    """Click in one's Home a button that it does not show."""
    with person.world.lock:
        view = person._view(in_home=True)
        button = {"type": "button", "action_id": action_id, "value": value}
        body: dict[str, Any] = person._action("forged", button)
        body |= {"container": {"type": "view", "view_id": view.id}}
        body["view"] = payloads.view(person.world, view)
    assert person._send("interactive", body).is_acked


def secret(office: Company) -> str:
    """File and decide a request in the private channel; return its id."""
    card = office.file(title=SECRET)
    office.decide("claire", card)
    buttons = str(office.panel(card))
    return buttons.partition("'value': '")[2].partition("'")[0]


def test_the_home_of_somebody_outside_shows_none_of_it(private_office: Company) -> None:
    office = private_office
    secret(office)
    ines, thomas = office.person("ines"), office.person("thomas")
    for person in (ines, thomas):
        person.open_home()
        home_says(office, person, "Mes réglages")

    ines.press("home.journal", in_home=True)
    thomas.press("home.journal", in_home=True)
    assert "bien gardé" in home_says(office, thomas, "journal.open")
    assert "bien gardé" not in home_says(office, ines, "Rien ne correspond")
    ines.press("journal.words", in_home=True, choice="secret")
    ines.press("journal.status", in_home=True, choice="decided")
    assert "bien gardé" not in home_says(office, ines, "Rien ne correspond")
    ines.press("home.health", in_home=True)
    assert "metrics.open" not in home_says(office, ines, "reste")


def test_a_page_or_a_number_is_not_opened_by_a_forged_click(private_office: Company) -> None:
    office = private_office
    request = secret(office)
    ines = office.person("ines")
    ines.open_home()
    home_says(office, ines, "Mes réglages")

    for action, value in (
        ("journal.open", request),
        ("metrics.open", "times"),
        ("metrics.open", "evidence"),
        ("digest.preview", "x"),
    ):
        before = len(ines.dms())
        forged(ines, action, value)
        office.wait(lambda n=before: len(ines.dms()) > n)  # type: ignore[misc]

    told = [words(message) for message in ines.dms()]
    assert "n’existe pas" in told[0] or "introuvable" in told[0]
    assert all("reste" in said for said in told[1:])
    assert not any("secret" in said for said in told)
    assert ines.views == []


def test_the_audit_and_the_numbers_stay_with_the_members(private_office: Company) -> None:
    ines = private_office.person("ines")

    for asked in ("audit", "stats"):
        before = len(ines.ephemerals())
        ines.command("/arbitrage", asked, channel="produit")
        private_office.wait(lambda n=before: len(ines.ephemerals()) > n)  # type: ignore[misc]

    assert all("reste" in words(message) for message in ines.ephemerals())


def test_whoever_is_part_of_a_request_reads_it_wherever_it_is(private_office: Company) -> None:
    office = private_office
    request = secret(office)
    office.slack.world.channel_named("arbitrages").members.discard("U0LEA")
    office.bot._kit.audience._rooms.clear()
    lea = office.person("lea")  # the PM of one of its squads is consulted
    lea.open_home()
    home_says(office, lea, "Mes réglages")

    lea.press("home.journal", in_home=True)
    home_says(office, lea, SECRET)
    forged(lea, "journal.open", request)

    assert "a tranché" in str(lea.wait_view()["blocks"])


def test_nothing_in_slack_exports_the_record(private_office: Company) -> None:
    private_office.file(title=SECRET)
    ines = private_office.person("ines")

    ines.command("/arbitrage", "export csv", channel="produit")

    assert ines.wait_view()["callback_id"] == "request.submit"
    assert "secret" not in shown(ines)


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_decision_is_found_after_its_channel_was_renamed_or_archived(
    small_office: Company, is_archived: bool
) -> None:
    office = small_office
    card = office.file(title="Faut-il livrer l’export ?")
    office.decide("claire", card)
    office.wait(lambda: "En premier" in words(office.cards()[0]))
    room = office.slack.world.channel_named("arbitrages")
    link = f"archives/{room.id}/p{card.replace('.', '')}"
    room.name, room.is_archived = "arbitrages-2026", is_archived
    office.bot._kit.audience._rooms.clear()
    ines = office.person("ines")

    ines.command("/arbitrage", "journal export", channel="produit")
    ines.wait_view(lambda view: "livrer l’export" in str(view["blocks"]))
    assert link in shown(ines)
    ines.press("journal.open")

    page = ines.wait_view(lambda view: view["callback_id"] == "journal.open")
    assert link in str(page["blocks"])
    assert "a tranché" in str(page["blocks"])


def test_a_private_channel_keeps_its_journal_to_its_members(private_office: Company) -> None:
    private_office.file(title="Un secret ?")
    ines, karim = private_office.person("ines"), private_office.person("karim")

    karim.command("/arbitrage", "journal", channel="produit")
    ines.command("/arbitrage", "journal secret", channel="produit")
    karim.wait_view()
    ines.wait_view()

    assert "secret" in shown(karim)
    assert "Un secret" not in shown(ines)
    for text in ("stats", "digest", "digest aperçu"):
        before = len(ines.ephemerals())
        ines.command("/arbitrage", text, channel="produit")
        private_office.wait(lambda n=before: len(ines.ephemerals()) > n)  # type: ignore[misc]
        assert "reste" in words(ines.ephemerals()[-1])
    ines.command("/arbitrage", "ARB-1", channel="produit")
    private_office.wait(lambda: len(ines.ephemerals()) == 4)
    assert "n’existe pas" in words(ines.ephemerals()[-1])


def test_somebody_who_left_a_private_channel_gets_no_digest(private_office: Company) -> None:
    queue_digests(private_office.bot._kit.deps)
    lea = private_office.person("lea")
    lea.command("/arbitrage", "digest abonner", channel="produit")
    private_office.wait(lambda: bool(lea.ephemerals()))
    private_office.slack.world.channel_named("arbitrages").members.discard("U0LEA")
    private_office.bot._kit.audience._rooms.clear()

    later(private_office, days=8)
    private_office.wait(lambda: bool(tops(private_office)))

    assert lea.dms() == []


def test_a_private_channel_s_requests_are_named_nowhere_else(private_office: Company) -> None:
    private_office.file(title="Un secret bien gardé ?")
    karim = private_office.person("karim")

    karim.write("produit", "Voir ARB-1")
    karim.write("arbitrages", "Voir ARB-1")
    private_office.wait(lambda: len(tops(private_office)) == 2)
    ts = tops(private_office)[-1]["ts"]
    private_office.wait(lambda: len(private_office.slack.messages("arbitrages", ts)) == 2)

    assert len(private_office.slack.messages("produit")) == 1


@pytest.mark.parametrize(("who", "is_told"), [("karim", True), ("ines", False)])
def test_a_similar_request_is_told_to_those_who_may_read_it(
    private_office: Company, who: str, is_told: bool
) -> None:
    private_office.file(title="Un secret bien gardé ?")
    person = private_office.person(who)
    person.command("/arbitrage", "Un secret bien gardé ?", channel="produit")
    person.wait_view()

    person.fill({"question": "first"})
    view = person.wait_view(lambda view: "U0CLAIRE" in str(view["blocks"]))

    assert ("semblable" in str(view["blocks"])) == is_told
