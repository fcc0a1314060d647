"""The App Home, as people meet it: its tabs, what they can do there, and when it is redrawn."""

from collections.abc import Callable
from datetime import timedelta

from bot.sandbox import payloads
from bot.sandbox.person import PersonDriver
from bot.services.homes import is_open
from bot.services.requests import FileRequest, file_request
from tests.builders import CLAIRE, HUGO, LEA, some_fields
from tests.scenarios.conftest import Company, words


def home_of(office: Company, who: str, said: str = "home.today") -> PersonDriver:
    """Open somebody's Home, and wait until it says something."""
    person = office.person(who)
    person.open_home()
    shows(office, person, said)
    return person


def shows(office: Company, person: PersonDriver, said: str) -> None:
    office.wait(lambda: said in str(person.home and person.home["blocks"]), 30)


def to(office: Company, person: PersonDriver, tab: str, said: str) -> None:
    """Turn to a tab, and wait until it says something."""
    assert person.press(f"home.{tab}", in_home=True).is_acked
    shows(office, person, said)


def forge(person: PersonDriver, action_id: str, value: str = "x") -> None:
    """Click what the Home does not show, as somebody with their own client may."""
    with person.world.lock:
        view = person._view(in_home=True)
        button = {"type": "button", "action_id": action_id, "value": value}
        body = person._action("forged", button)
        body |= {"container": {"type": "view", "view_id": view.id}}
        body["view"] = payloads.view(person.world, view)
    assert person._send("interactive", body).is_acked


def many_filed(office: Company, count: int) -> None:
    """File so many requests at once: nobody waits for their cards."""
    for number in range(count):
        fields = some_fields(title=f"Question numéro {number} ?")
        command = FileRequest(key=f"many:{number}", draft="", fields=fields, by=HUGO)
        file_request(office.bot.deps, command)


def told(person: PersonDriver) -> Callable[[str], bool]:
    return lambda said: any(said in words(message) for message in person.dms())


def test_each_tab_shows_what_it_says(office: Company) -> None:
    card = office.file(title="Faut-il livrer l’export ?")
    office.decide("claire", card)
    lea = home_of(office, "lea", "Mes réglages")

    to(office, lea, "journal", "livrer l’export")
    to(office, lea, "health", "Semaine après semaine")
    assert "█" in str(lea.home)
    to(office, lea, "charter", "CPO tranche")
    to(office, lea, "settings", "Conservation")
    to(office, lea, "today", "Mes réglages")


def test_somebody_who_decides_does_so_from_their_home(small_office: Company) -> None:
    office = small_office
    office.file(title="Faut-il livrer l’export ?")
    claire = home_of(office, "claire", "livrer l’export")

    assert claire.press("request.decide", in_home=True).is_acked
    claire.wait_view(lambda view: view["callback_id"] == "decision.submit")
    claire.submit({"rationale": "Douze comptes.", "counterpart": "Le panier attend."})

    shows(office, claire, "Rien n’attend votre décision")
    office.wait(lambda: "En premier" in words(office.cards()[0]))


def test_the_home_before_somebody_follows_what_happens(office: Company) -> None:
    claire, hugo = home_of(office, "claire"), home_of(office, "hugo")

    card = office.file(title="Faut-il livrer l’export ?")
    shows(office, claire, "livrer l’export")
    shows(office, hugo, "livrer l’export")
    office.decide("claire", card)

    shows(office, claire, "Rien n’attend votre décision")
    shows(office, hugo, ":white_check_mark:")
    assert claire.dms() == []


def test_a_home_that_was_left_is_not_redrawn(small_office: Company) -> None:
    office, deps = small_office, small_office.bot.deps
    claire, lea, karim = (home_of(office, who) for who in ("claire", "lea", "karim"))
    claire.open_home(tab="messages")
    to(office, lea, "journal", "Quels mots")
    office.wait(lambda: not is_open(deps, CLAIRE) and not is_open(deps, LEA))

    office.file(title="Faut-il livrer l’export ?")
    office.file(title="Et ensuite ?", question="architecture")
    shows(office, karim, "Et ensuite")

    assert "livrer l’export" not in str(claire.home)
    assert "livrer l’export" not in str(lea.home)
    claire.open_home()
    shows(office, claire, "livrer l’export")


def test_what_one_does_elsewhere_is_seen_in_the_home(small_office: Company) -> None:
    office = small_office
    hugo = home_of(office, "hugo", "Aucune déclarée")

    assert hugo.press("absence.open", in_home=True).is_acked
    hugo.wait_view()
    hugo.submit({"away_from": "2027-03-01", "away_to": "2027-03-05"})

    shows(office, hugo, "mars 2027")


def test_the_journal_is_searched_in_the_home(small_office: Company) -> None:
    office = small_office
    office.decide("claire", office.file(title="Un export comptable ?"))
    office.file(title="Une tuile ?", squads=["checkout"])
    ines = home_of(office, "ines")
    to(office, ines, "journal", "Une tuile")

    assert ines.press("journal.words", in_home=True, choice="exports COMPTABLES").is_acked
    office.wait(lambda: "tuile" not in str(ines.home))
    assert "Un export" in str(ines.home)
    ines.press("journal.open", in_home=True)
    page = ines.wait_view(lambda view: view["callback_id"] == "journal.open")
    assert "a tranché" in str(page["blocks"])
    ines.close_view()
    ines.press("journal.clear", in_home=True)
    shows(office, ines, "Une tuile")
    ines.press("journal.status", in_home=True, choice="open")
    office.wait(lambda: "Un export" not in str(ines.home))
    assert "Une tuile" in str(ines.home)


def test_the_journal_turns_its_pages_in_the_home(small_office: Company) -> None:
    office = small_office
    many_filed(office, 12)
    ines = home_of(office, "ines")
    to(office, ines, "journal", "numéro 11")

    ines.press("journal.older", in_home=True)
    shows(office, ines, "numéro 1 ?")
    assert "numéro 11" not in str(ines.home)
    ines.press("journal.newer", in_home=True)

    shows(office, ines, "numéro 11")


def test_a_search_is_found_again_for_an_hour_then_the_home_starts_afresh(
    small_office: Company,
) -> None:
    office = small_office
    office.file(title="Un export ?")
    office.file(title="Une tuile ?")
    ines = home_of(office, "ines")
    to(office, ines, "journal", "Une tuile")
    ines.press("journal.words", in_home=True, choice="tuile")
    office.wait(lambda: "Un export" not in str(ines.home))
    before = ines.home

    ines.open_home()
    office.wait(lambda: ines.home["hash"] != before["hash"])  # type: ignore[index]  # it is published
    assert "Une tuile" in str(ines.home)
    assert "Un export" not in str(ines.home)

    office.slack.clock.advance(timedelta(hours=2))
    ines.open_home()
    shows(office, ines, "Mes réglages")


def test_a_long_list_is_a_click_away(small_office: Company) -> None:
    office = small_office
    many_filed(office, 16)
    hugo = home_of(office, "hugo", "Mes demandes (16)")
    assert "numéro 0" not in str(hugo.home)

    assert hugo.press("home.all", in_home=True).is_acked

    assert "numéro 0" in str(hugo.wait_view()["blocks"])


def test_the_settings_are_for_stewards_even_for_a_forged_click(small_office: Company) -> None:
    office = small_office
    hugo = home_of(office, "hugo")
    assert "home.settings" not in str(hugo.home)

    for action in ("home.settings", "detection.open", "upcoming.open"):
        before = len(hugo.dms())
        forge(hugo, action)
        office.wait(lambda n=before: len(hugo.dms()) > n)  # type: ignore[misc]

    assert all("<@U0LEA>" in words(message) for message in hugo.dms())
    assert "Conservation" not in str(hugo.home)
    assert hugo.views == []


def test_a_forged_decision_from_a_home_is_refused(small_office: Company) -> None:
    office = small_office
    office.file(title="Faut-il livrer l’export ?")
    hugo = home_of(office, "hugo", "journal.open")
    value = next(
        block["accessory"]["value"]
        for block in hugo.home["blocks"]  # type: ignore[index]  # it is published
        if block.get("accessory", {}).get("action_id") == "journal.open"
    )

    forge(hugo, "request.decide", value)

    office.wait(lambda: told(hugo)("<@U0CLAIRE>"))
    assert hugo.views == []


def test_an_unknown_list_is_an_old_button(small_office: Company) -> None:
    hugo = home_of(small_office, "hugo")

    forge(hugo, "home.all", "elsewhere")

    small_office.wait(lambda: bool(hugo.dms()))


def test_a_guest_is_told_why_their_home_is_empty(small_office: Company) -> None:
    home_of(small_office, "gaspard", "réservé aux membres")


def test_stewards_choose_modes_of_detection_from_the_home_which_shows_them(
    small_office: Company,
) -> None:
    office = small_office
    lea = home_of(office, "lea")
    to(office, lea, "settings", "Détection")
    assert lea.press("detection.open", in_home=True).is_acked
    lea.wait_view(lambda view: view["callback_id"] == "detection.submit")

    ack = lea.submit({"channels": ["C0PRODUIT"], "mode": "off"})

    assert "C’est fait" in str(ack.body["view"]["blocks"])
    office.wait(lambda: "Ne rien faire · <#C0PRODUIT>" in str(lea.home).replace("\\xa0", " "))
    assert lea.dms() == []
