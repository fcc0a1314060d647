"""The shared artefacts, as people meet them: in the charter's tab, in a form, in one reminder."""

from datetime import timedelta

from bot.sandbox.person import PersonDriver
from tests.scenarios.conftest import Company, words
from tests.scenarios.test_clocks import CALENDAR, go_to_work, with_button
from tests.scenarios.test_home import forge, home_of, shows, to, told

IMPACTS = "impacts|"


def press(person: PersonDriver, action: str, artefact: str) -> None:
    """Press a button of an artefact in the Home, whatever was said of it last."""
    blocks = (person.home or {})["blocks"]
    buttons = (e for b in blocks for e in (*b.get("elements", ()), b.get("accessory") or {}))
    value = next(
        e["value"]
        for e in buttons
        if e.get("action_id") == action and e["value"].startswith(artefact)
    )
    assert person.press(action, in_home=True, value=value).is_acked


def test_who_keeps_an_artefact_updates_it_in_their_home(small_office: Company) -> None:
    office = small_office
    claire = home_of(office, "claire")
    to(office, claire, "charter", "pas encore confirmé")

    press(claire, "artefact.update", IMPACTS)
    claire.wait_view(lambda view: view["callback_id"] == "artefact.submit")
    typed = {"artefact_words": "Cible : 450 équipes <!channel>.", "artefact_link": "example.com"}
    ack = claire.submit(typed)
    assert ack.body["errors"].keys() == {"artefact_link"}
    kept = claire.views[-1]["state"]["values"]["artefact_words"]["value"]["value"]
    assert kept == typed["artefact_words"]
    assert claire.submit({"artefact_link": "https://example.com/nord"}).body == {}
    shows(office, claire, "mis à jour le")
    press(claire, "artefact.confirm", IMPACTS)
    shows(office, claire, "redit à jour le")

    hugo = home_of(office, "hugo")
    to(office, hugo, "charter", "redit à jour le")
    assert "artefact.update" not in str(hugo.home)
    press(hugo, "artefact.read", IMPACTS)
    opened = str(hugo.wait_view(lambda view: "450" in str(view)))
    assert "la North Star" in opened
    assert "450 équipes &lt;!channel&gt;" in opened
    assert opened.count("<@U0CLAIRE>, CPO") == 2


def test_anybody_else_is_told_in_private_who_can(small_office: Company) -> None:
    office = small_office
    hugo = home_of(office, "hugo")
    to(office, hugo, "charter", "pas encore rempli")

    for action in ("artefact.confirm", "artefact.update"):
        forge(hugo, action, "constraints|0")
        office.wait(lambda: told(hugo)("revient à <@U0KARIM>"))
    forge(hugo, "artefact.read", "lunch|0")

    office.wait(lambda: told(hugo)("n’existe plus"))
    assert hugo.views == []
    assert "pas encore rempli" in str(hugo.home)


def test_a_lapse_is_told_once_and_its_buttons_do_not_outlive_the_answer(
    small_office: Company,
) -> None:
    office, karim = small_office, small_office.person("karim")
    go_to_work(office)
    assert karim.command("/arbitrage", "artefacts", channel="tech").is_acked
    office.wait(lambda: any("artefact.update" in words(m) for m in karim.ephemerals("tech")))
    listed = karim.ephemerals("tech")[-1]["ts"]
    assert karim.click("tech", listed, "artefact.update", value="capacity|0").is_acked
    karim.wait_view(lambda view: view["callback_id"] == "artefact.submit")
    half = karim.submit({"available:checkout": "40", "available:onboarding": "30.5"})
    assert half.body["errors"].keys() == {"engaged:checkout"}
    karim.submit({"engaged:checkout": "38", "engaged:onboarding": "31"})
    assert "C’est noté" in str(karim.views[-1])
    karim.close_view()

    day = CALENDAR.local_date(office.slack.clock.now()) + timedelta(days=70)
    office.slack.clock.jump_to(CALENDAR.spans_on(CALENDAR.next_working_day(day))[0].start)
    office.wait(lambda: len(with_button(karim, "capacity|1")) == 1, 30)
    assert "À reconfirmer depuis" in words(with_button(karim, "capacity|1")[0])
    _click(office, karim, "artefact.confirm")

    office.wait(lambda: any("C’est noté, merci" in words(m) for m in karim.ephemerals()))
    office.wait(lambda: with_button(karim, "capacity|1") == [])
    assert any("Redit à jour" in words(m) for m in karim.dms())


def _click(office: Company, person: PersonDriver, action: str) -> None:
    world = office.slack.world
    room = world.direct(person.id, world.bot_user).id
    message = with_button(person, "capacity|1")[-1]
    assert person.click(room, message["ts"], action).is_acked
