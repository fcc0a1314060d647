"""A ritual as people live it: announced, run item by item, closed; over the real socket."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.agenda import Coming
from bot.services import rituals
from tests.builders import HUGO, LEA
from tests.scenarios.conftest import Company, words
from tests.ticks import queue_ritual_posts

HANDLES = {LEA: "lea", "U0JOHN": "john"}


def next_sync(office: Company) -> Coming:
    found = rituals.coming(office.bot.deps, HUGO)
    return next(coming for coming in found if coming.ritual.id == "roadmap_sync")


@pytest.fixture(autouse=True)
def looked_up(request: pytest.FixtureRequest) -> None:
    """Everybody the charter names was looked up: the bot does it beside its start."""
    name = "office" if "office" in request.fixturenames else "small_office"
    office: Company = request.getfixturevalue(name)

    def is_done() -> bool:
        found = rituals.coming(office.bot.deps, HUGO)
        return all(len(c.ritual.rotation) == len(c.ritual.facilitators) for c in found)

    office.wait(is_done)


def direct(office: Company, who: str) -> str:
    """The conversation of the bot with somebody."""
    world = office.slack.world
    return world.direct(office.person(who).id, world.bot_user).id


def jump(office: Company, before: timedelta) -> None:
    """Let time pass until `before` the next Roadmap Sync, and the tick that follows."""
    starts_at = next_sync(office).occurrence.starts_at
    if starts_at - before > office.slack.clock.now():
        office.slack.clock.jump_to(starts_at - before)
    queue_ritual_posts(office.bot.deps)


def facilitator(office: Company) -> str:
    person = next_sync(office).facilitator
    assert person
    return HANDLES[person]


def scheduled(office: Company, title: str) -> str:
    card = office.file(title=title)
    office.click("claire", card, "request.schedule")
    office.wait(lambda: "À l’ordre du jour" in words(office.cards()[-1]))
    return card


def agendas(office: Company) -> list[dict[str, Any]]:
    return [
        m
        for m in office.arbitrations()
        if "ordre du jour" in m["text"] and "Roadmap Sync" in m["text"] and "thread_ts" not in m
    ]


def announced(office: Company) -> dict[str, Any]:
    office.wait(lambda: len(agendas(office)) == 1)
    return agendas(office)[0]


def thread(office: Company) -> list[dict[str, Any]]:
    return office.slack.messages("arbitrages", agendas(office)[0]["ts"])


def started(office: Company) -> dict[str, Any]:
    """The Roadmap Sync has started from its facilitator's reminder; the message it is run from."""
    jump(office, timedelta(minutes=10))
    handle = facilitator(office)
    host = office.person(handle)
    office.wait(lambda: any("*Roadmap Sync* commence" in m["text"] for m in host.dms()))
    reminder = next(m for m in host.dms() if "*Roadmap Sync* commence" in m["text"])
    assert host.click(direct(office, handle), reminder["ts"], "ritual.start").is_acked
    office.wait(lambda: any("ritual.close" in words(m) for m in thread(office)))
    return next(m for m in thread(office) if "ritual.close" in words(m))


def test_a_ritual_from_its_agenda_to_its_minutes(office: Company) -> None:
    scheduled(office, "Faut-il livrer l’export ?")
    jump(office, timedelta(hours=24))
    agenda = announced(office)
    assert "Faut-il livrer l’export" in words(agenda)

    scheduled(office, "Faut-il refondre le panier ?")
    office.wait(lambda: "refondre le panier" in words(agendas(office)[0]))
    run = started(office)
    host = office.person(facilitator(office))
    host.click("arbitrages", run["ts"], "item.propose")
    host.wait_view(lambda view: view["callback_id"] == "item.propose.submit")
    heard = {"rationale": "Douze comptes l’attendent.", "counterpart": "Le panier attend."}
    assert host.submit(heard).body == {}
    claire = office.person("claire")
    office.wait(lambda: any("proposal.confirm" in words(m) for m in claire.dms()))
    note = next(m for m in claire.dms() if "proposal.confirm" in words(m))
    assert "Décidée" not in words(office.cards()[0])
    claire.click(direct(office, "claire"), note["ts"], "proposal.confirm")
    office.wait(lambda: any("En premier" in words(m) for m in thread(office)[1:]))
    host.click("arbitrages", run["ts"], "ritual.close")
    office.wait(lambda: any("ARB-2" in m["text"] for m in host.ephemerals("arbitrages")))
    host.click("arbitrages", run["ts"], "item.carry")
    host.wait_view(lambda view: view["callback_id"] == "item.carry.submit")
    host.submit({"why": "Il manque la mesure."})
    office.wait(lambda: "vous pouvez clore" in words(thread(office)[1]))
    host.click("arbitrages", run["ts"], "ritual.close")

    office.wait(lambda: any("compte rendu" in words(m) for m in thread(office)))
    minutes = thread(office)[-1]
    assert "Douze comptes" in words(minutes)
    assert "Il manque la mesure." in words(minutes)
    assert "une discussion de plus" not in words(minutes)
    office.wait(lambda: "Terminé" in words(agendas(office)[0]))
    assert "ritual." not in str(agendas(office)[0]["blocks"])
    assert "item." not in str(thread(office)[1]["blocks"])
    assert len(agendas(office)) == 1


def test_the_agenda_no_longer_moves_once_it_has_started(small_office: Company) -> None:
    scheduled(small_office, "Faut-il livrer l’export ?")
    jump(small_office, timedelta(hours=1))
    announced(small_office)
    started(small_office)

    scheduled(small_office, "Trop tard ?")
    queue_ritual_posts(small_office.bot.deps)
    small_office.wait(lambda: "Trop tard" in words(small_office.cards()[-1]))

    assert "Trop tard" not in words(agendas(small_office)[0])
    assert all("Trop tard" not in words(message) for message in thread(small_office))


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("ritual.start", "l’animation revient à"),
        ("ritual.move", "Organiser ce rituel revient à"),
        ("ritual.hand_over", "Organiser ce rituel revient à"),
        ("ritual.cancel", "Organiser ce rituel revient à"),
    ],
)
def test_whoever_may_not_is_told_kindly_in_private(
    small_office: Company, action: str, sentence: str
) -> None:
    jump(small_office, timedelta(hours=20))
    agenda = announced(small_office)
    hugo = small_office.person("hugo")

    assert hugo.click("arbitrages", agenda["ts"], action).is_acked

    small_office.wait(lambda: bool(hugo.ephemerals("arbitrages")))
    told = hugo.ephemerals("arbitrages")[-1]["text"]
    assert sentence in told
    assert f"<@{next_sync(small_office).facilitator}>" in told
    assert hugo.views == []


def test_somebody_else_cannot_settle_an_item(small_office: Company) -> None:
    scheduled(small_office, "Faut-il livrer l’export ?")
    jump(small_office, timedelta(hours=1))
    announced(small_office)
    run = started(small_office)
    hugo = small_office.person("hugo")

    for action in ("item.propose", "item.carry", "item.evidence", "ritual.close"):
        assert hugo.click("arbitrages", run["ts"], action).is_acked

    small_office.wait(lambda: len(hugo.ephemerals("arbitrages")) == 4)
    told = {message["text"] for message in hugo.ephemerals("arbitrages")}
    assert all("l’animation revient à" in sentence for sentence in told)
    assert hugo.views == []


def test_the_command_shows_what_comes_and_moves_it(small_office: Company) -> None:
    lea = small_office.person("lea")
    lea.command("/arbitrage", "rituels", channel="produit")
    small_office.wait(lambda: bool(lea.ephemerals("produit")))
    answer = lea.ephemerals("produit")[-1]
    assert all(name in words(answer) for name in ("Roadmap Sync", "Product Review", "Tech Council"))

    lea.click("produit", answer["ts"], "ritual.move")
    lea.wait_view(lambda view: view["callback_id"] == "ritual.move.submit")
    refused = lea.submit({"moved_to": "2020-01-01"})
    meets_on = rituals.coming(small_office.bot.deps, LEA)[0].occurrence.starts_at
    to = (meets_on + timedelta(days=1)).date().isoformat()
    moved = lea.submit({"moved_to": to, "moved_at": "15:30", "why": "Salon"})

    assert refused.body["errors"] == {"moved_to": "Ce moment est passé. Choisissez-en un à venir."}
    assert moved.body == {}
    first = [o for o in rituals.coming(small_office.bot.deps, LEA) if o.occurrence.is_moved]
    assert [o.occurrence.why for o in first] == ["Salon"]


def test_the_english_word_works_and_answers_in_english(small_office: Company) -> None:
    john = small_office.person("john")

    john.command("/arbitrage", "rituals", channel="produit")

    small_office.wait(lambda: bool(john.ephemerals("produit")))
    assert "Next rituals" in words(john.ephemerals("produit")[-1])


def test_handing_over_is_told_to_who_takes_it(small_office: Company) -> None:
    jump(small_office, timedelta(hours=20))
    agenda = announced(small_office)
    host = small_office.person(facilitator(small_office))
    host.click("arbitrages", agenda["ts"], "ritual.hand_over")
    host.wait_view(lambda view: view["callback_id"] == "ritual.hand_over.submit")

    refused = host.submit({"person": "U0GUEST", "hand_over": "once"})
    handed = host.submit({"person": "U0INES", "hand_over": "once"})

    assert "ne peut pas prendre part" in refused.body["errors"]["person"]
    assert handed.body == {}
    ines = small_office.person("ines")
    small_office.wait(lambda: any("Vous animez" in words(m) for m in ines.dms()))
    small_office.wait(lambda: "<@U0INES>" in words(agendas(small_office)[0]))
    small_office.wait(lambda: any("Cette fois" in words(m) for m in thread(small_office)))
    assert next_sync(small_office).facilitator == "U0INES"


def test_a_cancelled_ritual_says_so_where_its_agenda_stands(small_office: Company) -> None:
    scheduled(small_office, "Faut-il livrer l’export ?")
    jump(small_office, timedelta(hours=20))
    agenda = announced(small_office)
    host = small_office.person(facilitator(small_office))
    host.click("arbitrages", agenda["ts"], "ritual.cancel")
    host.wait_view(lambda view: view["callback_id"] == "ritual.cancel.submit")

    host.submit({"why": "Séminaire"})

    small_office.wait(lambda: "pas lieu cette fois" in words(agendas(small_office)[0]))
    assert "Séminaire" in words(agendas(small_office)[0])
    small_office.wait(lambda: any("Séminaire" in words(m) for m in thread(small_office)[1:]))
    assert queue_ritual_posts(small_office.bot.deps) == 0


def test_the_home_shows_the_next_rituals_and_my_turn(small_office: Company) -> None:
    person = small_office.person(facilitator(small_office))

    person.open_home()

    small_office.wait(lambda: "ritual.hand_over" in str(person.home))
    assert "Product Review" in str(person.home)


def test_the_decider_corrects_what_was_heard(small_office: Company) -> None:
    scheduled(small_office, "Faut-il livrer l’export ?")
    jump(small_office, timedelta(hours=1))
    announced(small_office)
    run = started(small_office)
    host, claire = small_office.person(facilitator(small_office)), small_office.person("claire")
    host.click("arbitrages", run["ts"], "item.propose")
    host.wait_view()
    by_taste = host.submit({"rationale": "Je préfère ça.", "counterpart": "Le panier."})
    assert by_taste.body["response_action"] == "update"
    host.submit({"rationale": "Mal entendu."})
    small_office.wait(lambda: any("proposal.edit" in words(m) for m in claire.dms()))
    note = next(m for m in claire.dms() if "proposal.edit" in words(m))

    claire.click(direct(small_office, "claire"), note["ts"], "proposal.edit")
    form = claire.wait_view(lambda view: view["callback_id"] == "decision.submit")
    filled = form["state"]["values"]["rationale"]["value"]["value"]
    claire.submit({"rationale": "Douze comptes."})

    assert filled == "Mal entendu."
    small_office.wait(lambda: "Douze comptes." in words(small_office.cards()[0]))
    small_office.wait(lambda: "vous pouvez clore" in words(thread(small_office)[1]))


def test_a_stale_button_is_answered(small_office: Company) -> None:
    jump(small_office, timedelta(hours=20))
    agenda = announced(small_office)
    host = small_office.person(facilitator(small_office))

    host.click("arbitrages", agenda["ts"], "item.carry", forged=True)

    small_office.wait(lambda: bool(host.ephemerals("arbitrages")))
    assert "n’existe plus dans la charte" in host.ephemerals("arbitrages")[-1]["text"]


def test_who_asks_for_a_calendar_gets_its_file(small_office: Company) -> None:
    hugo, world = small_office.person("hugo"), small_office.slack.world
    hugo.command("/arbitrage", "rituels", channel="produit")
    small_office.wait(lambda: "ritual.calendar" in str(hugo.ephemerals("produit")))
    listed = hugo.ephemerals("produit")[-1]

    hugo.click("produit", listed["ts"], "ritual.calendar")

    small_office.wait(lambda: any(m.get("files") for m in hugo.dms()))
    (shared,) = next(m["files"] for m in hugo.dms() if m.get("files"))
    file = (world.files[shared["id"]].content or b"").decode()
    assert shared["name"].endswith(".ics")
    assert file.startswith("BEGIN:VCALENDAR")
    assert "DTSTART;TZID=Europe/Paris:" in file
    small_office.wait(lambda: "message privé" in str(hugo.ephemerals("produit")[-1]))
