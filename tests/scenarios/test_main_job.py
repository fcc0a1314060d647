"""From /arbitrage to a recorded decision, as people live it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.sandbox.person import NotPossible
from tests.scenarios.conftest import Company, words


def test_a_request_goes_from_the_command_to_the_decision(office: Company) -> None:
    card = office.file(title="Faut-il livrer l’export ?")

    office.decide("claire", card)

    office.wait(lambda: "En premier" in words(office.cards()[0]))
    office.wait(lambda: any("En premier" in words(m) for m in office.person("hugo").dms()))
    office.wait(lambda: "request.reopen" in words(office.panel(card)))
    office.wait(lambda: len(office.slack.messages("arbitrages", card)) == 3)
    thread = office.slack.messages("arbitrages", card)
    assert "request.decide" not in words(thread[1])
    assert sum("Tranché par" in words(m) for m in thread) == 2  # the card and its line


def test_the_form_names_the_decider_as_the_question_is_picked(small_office: Company) -> None:
    hugo = small_office.person("hugo")
    hugo.command("/arbitrage", "Quelle base de données ?", channel="produit")
    hugo.wait_view()

    hugo.fill({"question": "architecture"})
    view = hugo.wait_view(lambda v: "U0KARIM" in str(v["blocks"]))

    assert view["state"]["values"]["title"]["value"]["value"] == "Quelle base de données ?"


def test_a_small_request_of_one_squad_goes_to_its_pm(small_office: Company) -> None:
    fields: dict[str, Any] = {
        "squads": ["checkout"],
        "option1_label": "Le faire",
        "option1_cost": "3",
    }

    card = small_office.file(**fields)

    assert "<@U0LEA>, à vous de trancher" in words(small_office.panel(card))


def test_ten_deciders_at_once_make_one_decision(office: Company) -> None:
    card = office.file()
    panel = office.panel(card)["ts"]
    claire = office.person("claire")
    claire.click("arbitrages", panel, "request.decide")
    claire.wait_view()
    claire.fill({"rationale": "Douze comptes.", "counterpart": "Le panier."})
    with office.slack.world.lock:
        view = claire._view()
        bodies = [claire.submission(view) for _ in range(10)]
    for number, body in enumerate(bodies):
        body["view"]["id"] = f"V{number}"  # ten forms open on ten screens

    with ThreadPoolExecutor(10) as threads:
        acks = list(threads.map(lambda b: office.slack.hub.send("interactive", b), bodies))

    assert all(ack.is_acked for ack in acks)
    refused = [ack for ack in acks if ack.body.get("response_action") == "errors"]
    assert len(refused) == 9
    assert all("déjà tranché" in str(ack.body["errors"]) for ack in refused)
    office.wait(lambda: "Tranché par" in words(office.cards()[0]))
    thread = office.slack.messages("arbitrages", card)
    office.wait(lambda: len(office.slack.messages("arbitrages", card)) == 3)
    assert len(thread) <= 3


def test_a_submission_sent_sixteen_times_files_one_request(office: Company) -> None:
    hugo = office.person("hugo")
    hugo.command("/arbitrage", "Une seule fois ?", channel="produit")
    hugo.wait_view()
    hugo.fill({"question": "first", "impact": "retention"})
    with office.slack.world.lock:
        body = hugo.submission(hugo._view())

    with ThreadPoolExecutor(16) as threads:
        acks = list(threads.map(lambda _: office.slack.hub.send("interactive", body), range(16)))

    assert all(ack.is_acked and ack.body == {} for ack in acks)
    hugo.close_view()
    office.file(title="Une autre, pour finir ?")
    office.wait(lambda: len(office.cards()) == 2)
    assert [m["text"].split(" · ")[0] for m in office.cards()] == ["ARB-1", "ARB-2"]


def test_somebody_else_clicking_is_told_who_decides(small_office: Company) -> None:
    card = small_office.file()

    small_office.click("ines", card, "request.decide")

    ines = small_office.person("ines")
    small_office.wait(lambda: bool(ines.ephemerals("arbitrages")))
    assert "<@U0CLAIRE>" in words(ines.ephemerals("arbitrages")[0])
    assert ines.views == []


def test_evidence_asked_pauses_and_given_resumes(small_office: Company) -> None:
    card = small_office.file()
    claire, hugo = small_office.person("claire"), small_office.person("hugo")

    small_office.click("claire", card, "request.ask_evidence")
    claire.wait_view()
    claire.submit({"what": "Quels comptes ?"})
    small_office.wait(lambda: any("Quels comptes" in words(m) for m in hugo.dms()))
    asked = next(m for m in hugo.dms() if "Quels comptes" in words(m))
    direct = small_office.slack.world.direct("U0HUGO", "U0BOT").id
    hugo.click(direct, asked["ts"], "request.give_evidence")
    hugo.wait_view()
    hugo.submit({"evidence": "Douze comptes, liste jointe."})

    small_office.wait(lambda: "Douze comptes" in words(small_office.cards()[0]))
    small_office.wait(lambda: "request.decide" in words(small_office.panel(card)))


def test_two_deciders_who_disagree_are_shown_side_by_side(small_office: Company) -> None:
    card = small_office.file(question="bet")

    small_office.decide("claire", card, verdict="accept", rationale="Le marché s’ouvre.")
    small_office.wait(lambda: "encore attendue" in words(small_office.cards()[0]))
    small_office.decide("karim", card, verdict="refuse", rationale="La plateforme ne tient pas.")

    small_office.wait(lambda: "Deux positions" in words(small_office.cards()[0]))
    shown = words(small_office.cards()[0])
    assert "Le marché" in shown
    assert "La plateforme ne tient pas" in shown
    assert "Roadmap Sync" in shown


def test_a_request_climbs_and_comes_down(small_office: Company) -> None:
    fields: dict[str, Any] = {
        "squads": ["checkout"],
        "option1_label": "Le faire",
        "option1_cost": "3",
    }
    card = small_office.file(**fields)
    lea, claire = small_office.person("lea"), small_office.person("claire")

    small_office.click("lea", card, "request.refer_up")
    lea.wait_view()
    lea.submit({"why": "Touche aussi le contrat cadre."})
    small_office.wait(lambda: "<@U0CLAIRE>, à vous" in words(small_office.panel(card)))
    small_office.click("claire", card, "request.hand_down")
    claire.wait_view()
    claire.submit({"why": "Le cadre est clair, à toi."})

    small_office.wait(lambda: "<@U0LEA>, à vous" in words(small_office.panel(card)))


def test_a_decision_is_delegated_but_not_upwards(small_office: Company) -> None:
    card = small_office.file()
    claire = small_office.person("claire")
    small_office.click("claire", card, "request.delegate")
    claire.wait_view()

    refused = claire.submit({"person": "U0HUGO"})
    accepted = claire.submit({"person": "U0INES"})

    assert "déposé la demande" in refused.body["errors"]["person"]
    assert accepted.body == {}
    small_office.wait(lambda: "<@U0INES> pour <@U0CLAIRE>" in words(small_office.panel(card)))


def test_agenda_objection_cost_and_withdrawal(small_office: Company) -> None:
    card = small_office.file(option1_label="Le faire", option1_cost="8")
    lea, karim, hugo = (small_office.person(p) for p in ("lea", "karim", "hugo"))

    small_office.click("lea", card, "request.object")
    lea.wait_view()
    lea.submit({"impact_of": "Deux semaines de retard sur le panier."})
    small_office.click("karim", card, "request.confirm_cost")
    karim.wait_view()
    karim.submit()
    small_office.wait(lambda: "coût confirmé par <@U0KARIM>" in words(small_office.cards()[0]))
    small_office.click("claire", card, "request.schedule")
    small_office.wait(lambda: "Au prochain Roadmap Sync" in words(small_office.cards()[0]))
    small_office.wait(lambda: "request.unschedule" in words(small_office.panel(card)))
    small_office.click("claire", card, "request.unschedule")
    small_office.wait(lambda: "request.schedule" in words(small_office.panel(card)))
    small_office.click("hugo", card, "request.withdraw")
    hugo.wait_view()
    hugo.submit()

    small_office.wait(lambda: "Retirée" in words(small_office.cards()[0]))
    thread = " ".join(words(m) for m in small_office.slack.messages("arbitrages", card))
    assert "Deux semaines de retard" in thread


def test_a_decision_is_reopened_in_sight_of_all(small_office: Company) -> None:
    card = small_office.file()
    small_office.decide("claire", card)
    small_office.wait(lambda: "request.reopen" in words(small_office.panel(card)))
    hugo = small_office.person("hugo")

    small_office.click("hugo", card, "request.reopen")
    hugo.wait_view()
    hugo.submit({"why": "Le client principal est parti."})

    small_office.wait(lambda: "Rouverte" in words(small_office.cards()[0]))
    small_office.wait(lambda: "request.decide" in words(small_office.panel(card)))


def test_contradicting_a_strategy_means_superseding_it(small_office: Company) -> None:
    bet = small_office.file(question="bet", title="Miser sur les grands comptes ?")
    small_office.decide("claire", bet, verdict="accept")
    small_office.wait(lambda: "encore attendue" in words(small_office.cards()[0]))
    small_office.decide("karim", bet, verdict="accept")
    small_office.wait(lambda: "Décidée" in words(small_office.cards()[0]))

    card = small_office.file(title="Servir d’abord les petits comptes ?")
    claire = small_office.person("claire")
    small_office.click("claire", card, "request.decide")
    view = claire.wait_view()
    assert "supersedes" in {block.get("block_id") for block in view["blocks"]}
    with pytest.raises(NotPossible, match="supersedes"):
        claire.submit({"rationale": "La base installée porte tout.", "counterpart": "Le reste."})
    claire.submit({"supersedes": "1"})

    small_office.wait(lambda: "Remplacée par ARB-2" in words(small_office.cards()[0]))


def test_a_rationale_by_taste_is_asked_about_once(small_office: Company) -> None:
    card = small_office.file()
    claire = small_office.person("claire")
    small_office.click("claire", card, "request.decide")
    claire.wait_view()

    first = claire.submit({"rationale": "Je le sens pas.", "counterpart": "Le panier."})
    view = claire.wait_view()
    second = claire.submit()

    assert first.body["response_action"] == "update"
    assert "parle d’une préférence" in str(view["blocks"])
    assert second.body == {}
    small_office.wait(lambda: "Tranché par" in words(small_office.cards()[0]))


def test_a_similar_request_is_shown_before_filing(small_office: Company) -> None:
    small_office.file(title="Passer l’export comptable avant le panier ?")
    lea = small_office.person("lea")
    lea.command("/arbitrage", "Faut-il l’export comptable avant le panier ?", channel="produit")
    lea.wait_view()

    lea.fill({"question": "first"})

    lea.wait_view(lambda v: "semblable" in str(v["blocks"]) and "ARB-1" in str(v["blocks"]))


def test_an_english_speaker_reads_english_in_forms_and_direct_messages(
    small_office: Company,
) -> None:
    john = small_office.person("john")
    john.command("/arbitrage", "Should we ship?", channel="produit")

    view = john.wait_view(lambda v: v["title"]["text"] == "New request")

    assert view["submit"]["text"] == "File"
    john.submit({"question": "first", "impact": "retention"})
    small_office.wait(lambda: any("Your request" in words(m) for m in john.dms()))
    assert "En attente de décision" in words(small_office.cards()[0])
