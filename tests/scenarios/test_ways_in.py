"""Every way to raise a request, and what may go wrong on the way."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.person import NotPossible
from tests.scenarios.conftest import Company, words


def private(office: Company, who: str, channel: str | None = None) -> str:
    return " ".join(words(m) for m in office.person(who).ephemerals(channel))


def _shows(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda view: text in str(view["blocks"])


def test_the_command_alone_shows_a_menu(small_office: Company) -> None:
    claire = small_office.person("claire")

    claire.command("/arbitrage", "", channel="general")

    small_office.wait(lambda: "request.new" in private(small_office, "claire", "general"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("aide", "Demander"),
        ("HELP", "Demander"),
        ("moi", "pas encore de demande"),
        ("à trancher", "Rien n’attend"),
        ("inbox", "Rien n’attend"),
        ("qui dette", "Quelle dette traiter"),
        ("charte", "Où va-t-on"),
        ("ARB-12", "n’existe pas encore"),
        ("audit", "gouvernance"),
        ("stats", "Les chiffres"),
    ],
)
def test_words_are_understood(small_office: Company, typed: str, shown: str) -> None:
    small_office.person("claire").command("/arbitrage", typed, channel="produit")

    small_office.wait(lambda: shown in private(small_office, "claire", "produit"))
    assert small_office.person("claire").views == []


def test_one_request_is_shown_by_its_number(small_office: Company) -> None:
    small_office.file(title="Faut-il livrer l’export ?")

    small_office.person("ines").command("/arbitrage", "arb-1", channel="general")

    small_office.wait(lambda: "livrer l’export" in private(small_office, "ines", "general"))


def test_any_other_text_is_a_title(small_office: Company) -> None:
    lea = small_office.person("lea")

    lea.command("/arbitrage", "Aide à la saisie : on la coupe ?", channel="produit")

    view = lea.wait_view()
    assert view["state"]["values"]["title"]["value"]["value"] == "Aide à la saisie : on la coupe ?"


def test_the_shortcuts_and_the_home_open_the_form(small_office: Company) -> None:
    lea = small_office.person("lea")
    lea.shortcut("request.new")
    lea.wait_view()
    lea.close_view()

    lea.open_home()
    small_office.wait(lambda: lea.home is not None)
    lea.press("request.new", in_home=True)

    assert lea.wait_view()["callback_id"] == "request.submit"


def test_the_home_shows_what_to_decide_and_what_was_asked(small_office: Company) -> None:
    small_office.file(title="Faut-il livrer l’export ?")
    claire, hugo = small_office.person("claire"), small_office.person("hugo")

    claire.open_home()
    hugo.open_home()

    small_office.wait(lambda: "livrer l’export" in str(claire.home))
    small_office.wait(lambda: "livrer l’export" in str(hugo.home))
    assert "Rien n’attend" in str(hugo.home)


def test_an_author_turns_their_message_into_a_request(small_office: Company) -> None:
    hugo = small_office.person("hugo")
    ts = hugo.write("produit", "Petit point rapide : on livre l’export ?")

    hugo.message_shortcut("message.arbitrate", "produit", ts)

    view = hugo.wait_view()
    typed = view["state"]["values"]["title"]["value"]["value"]
    assert typed == "Petit point rapide : on livre l’export ?"
    assert "Message" in str(view["blocks"]) or "ce message" in str(view["blocks"])


def test_somebody_elses_message_is_offered_to_its_author(small_office: Company) -> None:
    hugo, karim = small_office.person("hugo"), small_office.person("karim")
    channel, ts = hugo.dm("karim", "petit point rapide ? on bascule la base en juin ?")

    karim.message_shortcut("message.arbitrate", channel, ts)

    small_office.wait(lambda: "draft.open" in " ".join(words(m) for m in hugo.dms()))
    small_office.wait(lambda: "la sienne" in private(small_office, "karim"))
    direct = small_office.slack.world.direct("U0HUGO", "U0BOT").id
    hugo.click(direct, hugo.dms()[0]["ts"], "draft.open")
    assert "on bascule la base" in str(hugo.wait_view()["state"])
    assert karim.views == []


def test_a_mention_in_a_thread_offers_the_form(small_office: Company) -> None:
    hugo = small_office.person("hugo")
    root = hugo.write("produit", "On en est où ?")

    hugo.write("produit", "<@U0BOT> on coupe l’export PDF ?", thread_ts=root)

    small_office.wait(lambda: "draft.open" in private(small_office, "hugo", "produit"))
    offer = hugo.ephemerals("produit")[0]
    assert offer["thread_ts"] == root
    hugo.click("produit", offer["ts"], "draft.open")
    assert "on coupe l’export PDF" in str(hugo.wait_view()["state"])


def test_a_direct_message_to_the_bot_offers_the_form(small_office: Company) -> None:
    ines = small_office.person("ines")

    ines.dm("app", "On garde l’ancien parcours ?")

    small_office.wait(lambda: "draft.open" in " ".join(words(m) for m in ines.dms()))


def test_a_closed_form_keeps_its_draft(small_office: Company) -> None:
    lea = small_office.person("lea")
    lea.command("/arbitrage", "Une question", channel="produit")
    lea.wait_view()
    lea.fill({"effect": "Activation de 32 % à 38 %", "question": "cut"})
    lea.close_view()

    lea.command("/arbitrage", "", channel="produit")
    small_office.wait(lambda: "brouillon" in private(small_office, "lea", "produit"))
    lea.click("produit", lea.ephemerals("produit")[-1]["ts"], "request.new")

    values = lea.wait_view()["state"]["values"]
    assert values["effect"]["value"]["value"] == "Activation de 32 % à 38 %"
    assert values["question"]["question"]["selected_option"]["value"] == "cut"


def test_options_are_added_without_losing_what_is_typed(small_office: Company) -> None:
    lea = small_office.person("lea")
    lea.command("/arbitrage", "Une question", channel="produit")
    lea.wait_view()
    lea.fill({"option1_label": "La première"})

    for count in (2, 3, 4):
        lea.press("option.add")
        wanted = f"option{count}_label"
        lea.wait_view(_shows(wanted))

    assert "La première" in str(lea.wait_view()["state"])
    with pytest.raises(NotPossible):
        lea.press("option.add")


def test_a_decider_who_writes_ok_is_offered_to_record_it(small_office: Company) -> None:
    card = small_office.file()
    claire, ines = small_office.person("claire"), small_office.person("ines")

    ines.write("arbitrages", "ok, go", thread_ts=card)
    claire.write("arbitrages", "Ok, go : douze comptes l’attendent", thread_ts=card)

    small_office.wait(lambda: "reply.record" in private(small_office, "claire", "arbitrages"))
    offer = claire.ephemerals("arbitrages")[0]
    claire.click("arbitrages", offer["ts"], "reply.record")
    view = claire.wait_view()
    rationale = view["state"]["values"]["rationale"]["value"]["value"]
    assert rationale == "Ok, go : douze comptes l’attendent"
    assert private(small_office, "ines", "arbitrages") == ""


def test_a_reference_is_shown_once_in_a_thread(small_office: Company) -> None:
    small_office.file()
    lea = small_office.person("lea")

    root = lea.write("produit", "Voir ARB-1 et ARB-1, et ARB-99")
    lea.write("produit", "ARB-1 encore", thread_ts=root)

    small_office.wait(lambda: len(small_office.slack.messages("produit", root)) == 3)
    small_office.file(title="De quoi laisser passer le temps ?")
    replies = [m for m in small_office.slack.messages("produit", root) if "bot_id" in m]
    assert len(replies) == 1


def test_the_source_message_gets_the_decision(small_office: Company) -> None:
    hugo = small_office.person("hugo")
    ts = hugo.write("produit", "On livre l’export ?")
    hugo.message_shortcut("message.arbitrate", "produit", ts)
    hugo.wait_view()
    hugo.submit({"question": "first", "impact": "retention"})
    small_office.wait(lambda: len(small_office.arbitrations()) > 1)

    small_office.decide("claire", small_office.cards()[0]["ts"])

    small_office.wait(lambda: len(small_office.slack.messages("produit", ts)) == 2)
    assert "En premier" in words(small_office.slack.messages("produit", ts)[1])
