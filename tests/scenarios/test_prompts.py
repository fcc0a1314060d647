"""No button survives the state it belongs to, in direct messages too; over the real socket."""

from datetime import timedelta
from typing import Any

from bot.domain.calendar import add_working
from bot.domain.ids import RequestId
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.person import PersonDriver
from bot.services import decisions
from tests.builders import CLAIRE, some_terms
from tests.scenarios.conftest import Company, words
from tests.scenarios.test_clocks import CALENDAR, click_dm, go_to_work, jump, with_button


def buttons(message: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (element["action_id"], element["value"])
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


def message_at(person: PersonDriver, ts: str) -> dict[str, Any]:
    return next(message for message in person.dms() if message["ts"] == ts)


def test_a_reminder_loses_the_buttons_of_what_is_decided_in_the_thread(office: Company) -> None:
    claire = office.person("claire")
    at = go_to_work(office)
    first = office.file(title="Faut-il livrer l’export ?")
    second = office.file(title="Faut-il refondre le panier ?")
    jump(office, add_working(CALENDAR, at, timedelta(hours=8, minutes=5)))
    office.wait(lambda: len(with_button(claire, "reminder.snooze")) == 1, 20)
    ts = with_button(claire, "reminder.snooze")[0]["ts"]
    assert len({value for action, value in buttons(message_at(claire, ts))}) == 4
    count = len(claire.dms())

    office.decide("claire", first)
    office.wait(lambda: "a tranché" in words(message_at(claire, ts)), 20)

    left = message_at(claire, ts)
    assert sum(action == "request.decide" for action, _ in buttons(left)) == 1
    assert "<@U0CLAIRE> a tranché : *En premier*." in str(left["blocks"]).replace("\\xa0", " ")
    assert all(title in words(left) for title in ("livrer l’export", "refondre le panier"))

    click_dm(office, claire, "request.decide")
    claire.wait_view(lambda view: view["callback_id"] == "decision.submit")
    claire.fill({"rationale": "Douze comptes.", "counterpart": "L’export attend."})
    with office.slack.world.lock:
        body = claire.submission(claire._view())
    assert [office.slack.hub.send("interactive", body).is_acked for _ in range(2)] == [True] * 2
    office.wait(lambda: not buttons(message_at(claire, ts)), 20)

    office.wait(lambda: "Tranché par" in words(office.cards()[1]), 20)
    assert office.panel(second)
    assert words(message_at(claire, ts)).count("a tranché") == 2
    assert len(claire.dms()) == count, "it is the same message, rewritten: nothing new is posted"


def test_evidence_brought_in_the_thread_answers_the_private_question(small_office: Company) -> None:
    office, john = small_office, small_office.person("john")
    card = office.file(by="john", title="Shall we ship the export?")
    office.click("claire", card, "request.ask_evidence")
    claire = office.person("claire")
    claire.wait_view()
    claire.submit({"what": "Combien de comptes ?"})
    office.wait(lambda: bool(with_button(john, "request.give_evidence")), 20)
    ts = with_button(john, "request.give_evidence")[0]["ts"]

    office.click("john", card, "request.give_evidence")
    john.wait_view()
    john.submit({"evidence": "Twelve accounts."})

    office.wait(lambda: not buttons(message_at(john, ts)), 20)
    assert "<@U0JOHN> brings evidence" in words(message_at(john, ts))
    assert "Combien de comptes" in words(message_at(john, ts))


def test_what_the_bot_offers_in_private_goes_once_it_is_filed(small_office: Company) -> None:
    office, hugo = small_office, small_office.person("hugo")
    world = office.slack.world
    hugo.write(world.direct(hugo.id, world.bot_user).id, "Faut-il livrer l’export ?")
    office.wait(lambda: bool(with_button(hugo, "draft.open")), 20)
    ts = with_button(hugo, "draft.open")[0]["ts"]

    click_dm(office, hugo, "draft.open")
    hugo.wait_view()
    hugo.fill({"question": "first", "impact": "retention", "squads": ["checkout", "onboarding"]})
    assert hugo.submit().is_acked

    office.wait(lambda: not buttons(message_at(hugo, ts)), 20)
    assert "ARB-1" in words(message_at(hugo, ts))


def test_what_slack_took_without_saying_so_loses_its_buttons_too(small_office: Company) -> None:
    """The answer to the post is lost, and the decision comes before it is tried again."""
    office, claire = small_office, small_office.person("claire")
    at = go_to_work(office)
    office.file()
    office.slack.faults.add(Fault(kind=FaultKind.DROP_AFTER, method="chat.postMessage", times=1))
    jump(office, add_working(CALENDAR, at, timedelta(hours=8, minutes=5)))
    office.wait(lambda: len(with_button(claire, "reminder.snooze")) == 1, 20)
    message = with_button(claire, "reminder.snooze")[0]

    (request_id,) = {value for action, value in buttons(message) if action == "request.decide"}
    terms = some_terms(option=None)
    decisions.decide(office.bot.deps, RequestId(request_id), CLAIRE, terms, key="d")

    office.wait(lambda: not buttons(message_at(claire, message["ts"])), 20)
    assert "a tranché" in words(message_at(claire, message["ts"]))
