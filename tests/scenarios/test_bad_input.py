"""Bad input gets a clear sentence where the person is, and loses nothing they typed."""

import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.person import PersonDriver
from bot.sandbox.state import Json
from tests.scenarios.conftest import Company, words


def opened(office: Company, who: str = "hugo", title: str = "Une question ?") -> PersonDriver:
    person = office.person(who)
    person.command("/arbitrage", title, channel="produit")
    person.wait_view()
    person.fill({"question": "first", "impact": "retention"})
    return person


def errors(ack_body: Json) -> dict[str, str]:
    assert ack_body["response_action"] == "errors"
    found: dict[str, str] = ack_body["errors"]
    return found


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"title": "   "}, "title", "Posez votre question"),
        ({"title": "x" * 3000}, "title", "150 caractères au plus"),
        ({"needed_by": "2020-01-01"}, "needed_by", "Cette date est passée"),
        ({"evidence": "x" * 2500}, "evidence", "2000 caractères au plus"),
    ],
)
def test_a_field_says_what_is_wrong_and_keeps_what_was_typed(
    small_office: Company, values: dict[str, Any], field: str, sentence: str
) -> None:
    hugo = opened(small_office)

    ack = hugo.submit({"effect": "Un effet bien décrit"} | values, forged=True)

    assert sentence in errors(ack.body)[field]
    state = hugo.views[-1]["state"]["values"]
    assert state["effect"]["value"]["value"] == "Un effet bien décrit"
    assert small_office.cards() == []


def test_nobody_is_pinged_by_what_people_type(small_office: Company) -> None:
    nasty = "<!channel> <@U0KARIM> &lt;!here&gt; <!subteam^S1> *gras* <https://x.fr|lien>"
    hugo = opened(small_office, title="x")
    everywhere = dict.fromkeys(
        ("title", "effect", "evidence", "consequence", "dependencies", "option1_label"), nasty
    )

    hugo.submit({**everywhere, "option1_cost": "8", "option1_risk": nasty})
    small_office.wait(lambda: len(small_office.arbitrations()) > 1)
    small_office.decide("claire", small_office.cards()[0]["ts"], rationale=nasty)
    small_office.wait(lambda: "Tranché par" in words(small_office.cards()[0]))
    small_office.wait(lambda: any("Tranché" in words(m) for m in hugo.dms()))

    told = small_office.arbitrations() + hugo.dms()
    for message in told:
        shown = str([_mrkdwn(block) for block in message.get("blocks", [])]) + message["text"]
        assert "<!channel>" not in shown
        assert "<!here>" not in shown
        assert "<!subteam" not in shown
        assert "<https://x.fr" not in shown
    card = small_office.cards()[0]
    assert "<@U0KARIM>" in str(card["blocks"][-1])  # consulted, by the rules
    assert "&lt;@U0KARIM&gt;" in str(card["blocks"])


def _mrkdwn(block: Json) -> list[str]:
    elements = [block.get("text"), *block.get("elements", []), *(block.get("fields") or [])]
    return [e["text"] for e in elements if isinstance(e, dict) and e.get("type") == "mrkdwn"]


def test_a_forged_click_is_refused_on_the_server(small_office: Company) -> None:
    card = small_office.file()
    panel, ines = small_office.panel(card)["ts"], small_office.person("ines")
    request_id = next(
        element["value"]
        for block in small_office.panel(card)["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    )

    for action in ("request.decide", "request.resume", "request.schedule", "request.assign"):
        ack = ines.click("arbitrages", panel, action, value=request_id, forged=True)
        assert ack.is_acked

    small_office.wait(lambda: len(ines.ephemerals("arbitrages")) == 4)
    assert ines.views == []
    assert "En attente" in words(small_office.cards()[0])


def test_a_forged_submission_is_refused_on_the_server(small_office: Company) -> None:
    card = small_office.file()
    claire, ines = small_office.person("claire"), small_office.person("ines")
    small_office.click("claire", card, "request.decide")
    claire.wait_view()
    claire.fill({"rationale": "Un", "counterpart": "Deux"})
    with small_office.slack.world.lock:
        body = claire.submission(claire._view())
    body["user"] |= {"id": ines.id, "username": "ines", "name": "ines"}

    ack = small_office.slack.hub.send("interactive", body)

    assert "revient à" in str(errors(ack.body))


def test_an_unknown_button_value_is_answered(small_office: Company) -> None:
    card = small_office.file()
    panel, claire = small_office.panel(card)["ts"], small_office.person("claire")

    claire.click("arbitrages", panel, "request.decide", value="no-such-request", forged=True)

    small_office.wait(lambda: "introuvable" in str(claire.ephemerals("arbitrages")))


def test_a_stale_form_learns_that_it_is_decided(small_office: Company) -> None:
    card = small_office.file()
    claire = small_office.person("claire")
    small_office.click("claire", card, "request.decide")
    claire.wait_view()
    claire.fill({"rationale": "Une longue justification", "counterpart": "Le panier"})
    hugo = small_office.person("hugo")
    small_office.click("hugo", card, "request.withdraw")
    hugo.wait_view()
    hugo.submit()

    ack = claire.submit()

    assert "n’est plus possible" in str(errors(ack.body))
    assert "Une longue justification" in str(claire.views[-1]["state"])


@pytest.mark.parametrize("who", ["gaspard", "estelle"])
def test_guests_and_people_from_elsewhere_are_answered_kindly(
    small_office: Company, who: str
) -> None:
    person = small_office.person(who)

    ack = person.command("/arbitrage", "Puis-je ?", channel="produit")

    assert ack.is_acked
    person.wait_view(lambda view: "réservé aux membres" in str(view["blocks"]))
    person.close_view()
    person.command("/arbitrage", "Et maintenant ?", channel="produit")
    small_office.wait(lambda: "réservé aux membres" in str(person.ephemerals("produit")))
    assert person.views == []


def test_an_unknown_person_is_answered_kindly(small_office: Company) -> None:
    hugo = opened(small_office)
    with small_office.slack.world.lock:
        body = hugo.submission(hugo._view())
    body["user"] |= {"id": "U0NOBODY"}

    ack = small_office.slack.hub.send("interactive", body)

    assert "réservé aux membres" in str(errors(ack.body))


def test_a_channel_that_was_deleted_loses_nothing(small_office: Company) -> None:
    small_office.slack.world.channels[
        small_office.slack.channel_id("arbitrages")
    ].is_archived = True
    hugo, lea = opened(small_office), small_office.person("lea")

    assert hugo.submit().body == {}

    small_office.wait(lambda: any("n’a pas pu être publié" in words(m) for m in lea.dms()))
    hugo.command("/arbitrage", "moi", channel="produit")
    small_office.wait(lambda: "ARB-1" in str(hugo.ephemerals("produit")))


def test_a_revoked_token_loses_nothing(small_office: Company) -> None:
    hugo = opened(small_office)
    small_office.slack.world.is_revoked = True
    assert hugo.submit().body == {}
    assert small_office.cards() == []

    small_office.slack.world.is_revoked = False
    small_office.slack.clock.advance(timedelta(minutes=5))

    small_office.wait(lambda: len(small_office.cards()) == 1)


def test_a_locked_database_is_told_in_the_form(small_office: Company) -> None:
    hugo = opened(small_office)
    path = small_office.settings.database_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    ack = hugo.submit()

    holder.execute("ROLLBACK")
    holder.close()
    assert "La base est occupée" in str(errors(ack.body))
    assert hugo.submit().body == {}


def _sql(office: Company, statement: str) -> None:
    database = sqlite3.connect(office.settings.database_url.removeprefix("sqlite:///"))
    database.execute(statement)
    database.commit()
    database.close()


def test_the_unforeseen_gives_an_incident_number_that_is_in_the_log(
    small_office: Company, caplog: pytest.LogCaptureFixture
) -> None:
    lea = small_office.person("lea")
    lea.dm("app", "On garde l’ancien parcours ?")
    small_office.wait(lambda: len(lea.dms()) == 2)
    _sql(small_office, "UPDATE drafts SET body = replace(body, 'fields', 'felds')")
    direct = small_office.slack.world.direct("U0LEA", "U0BOT").id

    lea.click(direct, lea.dms()[1]["ts"], "draft.open")

    small_office.wait(lambda: "donnez ce numéro" in str(lea.ephemerals(direct)))
    told = lea.ephemerals(direct)[0]["text"]
    incident = told.rstrip(".").split()[-1]
    assert f"incident {incident}" in caplog.text
    assert "ancien parcours" not in caplog.text


def test_a_database_being_changed_is_told_in_the_form(small_office: Company) -> None:
    hugo = opened(small_office)
    _sql(small_office, "ALTER TABLE request_squads RENAME TO elsewhere")

    ack = hugo.submit({"squads": ["checkout"]})

    assert "en cours de mise à jour" in str(errors(ack.body))
    assert "incident" in str(errors(ack.body))
    _sql(small_office, "ALTER TABLE elsewhere RENAME TO request_squads")
    assert hugo.submit().body == {}
    small_office.wait(lambda: len(small_office.cards()) == 1)


def test_a_button_of_an_older_version_is_answered(small_office: Company) -> None:
    small_office.file("hugo")
    hugo = small_office.person("hugo")

    hugo.click("arbitrages", small_office.cards()[0]["ts"], "request.of_old", forged=True)

    small_office.wait(
        lambda: any("n’existe plus" in words(m) for m in hugo.ephemerals("arbitrages"))
    )
