"""Reminders, absences, preferences and what comes next, as people meet them in Slack."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain.calendar import Calendar, add_working
from bot.sandbox.person import PersonDriver
from tests.builders import a_charter
from tests.scenarios.conftest import Company, words

CALENDAR: Calendar = a_charter().calendar


def go_to_work(office: Company) -> datetime:
    """Jump to ten o'clock in Paris, on a working day followed by another."""
    day = CALENDAR.local_date(office.slack.clock.now()) + timedelta(days=1)
    while not (CALENDAR.is_working_day(day) and CALENDAR.is_working_day(day + timedelta(days=1))):
        day += timedelta(days=1)
    at = CALENDAR.instant(day, time(10))
    office.slack.clock.jump_to(at)
    return at


def jump(office: Company, at: datetime) -> None:
    office.slack.clock.jump_to(at.astimezone(UTC) + timedelta(seconds=30))


def with_button(person: PersonDriver, action: str) -> list[dict[str, Any]]:
    return [message for message in person.dms() if action in words(message)]


def click_dm(office: Company, person: PersonDriver, action: str) -> None:
    message = with_button(person, action)[-1]
    world = office.slack.world
    room = world.direct(person.id, world.bot_user).id
    assert person.click(room, message["ts"], action).is_acked


def test_a_reminder_comes_in_private_and_is_put_off_once(small_office: Company) -> None:
    office, claire = small_office, small_office.person("claire")
    at = go_to_work(office)
    office.file()

    jump(office, add_working(CALENDAR, at, timedelta(hours=8, minutes=5)))
    office.wait(lambda: len(with_button(claire, "reminder.snooze")) == 1, 20)
    click_dm(office, claire, "reminder.snooze")
    office.wait(lambda: any("rappel reporté" in words(m) for m in claire.ephemerals()))
    click_dm(office, claire, "reminder.snooze")

    office.wait(lambda: any("déjà été reporté" in words(m) for m in claire.ephemerals()))


def test_a_reminder_opens_the_form_that_answers_it(small_office: Company) -> None:
    office, claire = small_office, small_office.person("claire")
    at = go_to_work(office)
    office.file()
    jump(office, add_working(CALENDAR, at, timedelta(hours=8, minutes=5)))
    office.wait(lambda: bool(with_button(claire, "reminder.snooze")), 20)

    click_dm(office, claire, "request.decide")

    assert claire.wait_view()["callback_id"] == "decision.submit"


def test_silence_is_told_in_the_thread(small_office: Company) -> None:
    office = small_office
    at = go_to_work(office)
    card = office.file()

    jump(office, add_working(CALENDAR, at, timedelta(hours=32, minutes=5)))

    office.wait(
        lambda: any(
            "Pas de réponse de <@U0CLAIRE>" in words(m)
            for m in office.slack.messages("arbitrages", card)
        ),
        20,
    )


def test_the_owner_says_that_it_is_delivered(small_office: Company) -> None:
    office, lea = small_office, small_office.person("lea")
    at = go_to_work(office)
    card = office.file()
    due = CALENDAR.next_working_day(CALENDAR.local_date(at) + timedelta(days=9))
    office.decide("claire", card, owner="U0LEA", due_on=due.isoformat())
    office.wait(lambda: "Tranché par" in words(office.cards()[0]), 20)

    jump(office, CALENDAR.instant(due, time(9, 30)))
    office.wait(lambda: bool(with_button(lea, "decision.delivered")), 20)
    click_dm(office, lea, "decision.delivered")

    office.wait(
        lambda: any(
            "<@U0LEA> a livré" in words(m) for m in office.slack.messages("arbitrages", card)
        )
    )


def test_an_absence_is_declared_with_who_stands_in_and_cancelled(small_office: Company) -> None:
    office, lea = small_office, small_office.person("lea")
    today = CALENDAR.local_date(go_to_work(office))

    assert lea.command("/arbitrage", "absence", channel="produit").is_acked
    lea.wait_view(lambda view: view["callback_id"] == "absence.submit")
    lea.fill({"away_from": (today + timedelta(days=1)).isoformat()})
    lea.fill({"away_to": (today + timedelta(days=8)).isoformat()})
    lea.wait_view(lambda view: "<@U0KARIM> pour vous" in str(view["blocks"]), 20)
    assert "Personne pour vous remplacer (PM, Paiement)" in str(lea.views[-1]["blocks"])
    ack = lea.submit({"away_half": ["from_noon"]})

    assert ack.body["response_action"] == "update"
    assert "à 13:00" in str(lea.views[-1]["blocks"])
    assert lea.press("absence.cancel").is_acked
    lea.wait_view(lambda view: "Aucune absence" in str(view["blocks"]), 20)


def test_a_deputy_who_is_away_too_is_said_before_submitting(small_office: Company) -> None:
    office, lea = small_office, small_office.person("lea")
    today = CALENDAR.local_date(go_to_work(office))
    dates = {
        "away_from": (today + timedelta(days=1)).isoformat(),
        "away_to": (today + timedelta(days=8)).isoformat(),
    }
    karim = office.person("karim")
    karim.command("/arbitrage", "absence", channel="produit")
    karim.wait_view()
    karim.submit(dates)

    lea.command("/arbitrage", "absence", channel="produit")
    lea.wait_view()
    lea.fill(dates)

    lea.wait_view(lambda view: "<@U0KARIM> a aussi déclaré une absence" in str(view["blocks"]), 20)


def test_dates_in_the_wrong_order_are_told_beside_their_field(small_office: Company) -> None:
    office, lea = small_office, small_office.person("lea")
    today = CALENDAR.local_date(go_to_work(office))
    lea.command("/arbitrage", "absence", channel="produit")
    lea.wait_view()

    ack = lea.submit(
        {
            "away_from": (today + timedelta(days=8)).isoformat(),
            "away_to": (today + timedelta(days=1)).isoformat(),
        }
    )

    assert list(ack.body["errors"]) == ["away_to"]


def test_preferences_change_the_language_at_once(small_office: Company) -> None:
    office, hugo = small_office, small_office.person("hugo")
    hugo.open_home()
    office.wait(lambda: hugo.home is not None)

    assert hugo.press("preferences.open", in_home=True).is_acked
    hugo.wait_view(lambda view: view["callback_id"] == "preferences.submit")
    assert hugo.submit({"notify": "mention", "language": "en"}).is_acked

    office.wait(lambda: "My requests" in str(hugo.home))
    assert hugo.press("preferences.open", in_home=True).is_acked
    view = hugo.wait_view(lambda view: "My preferences" in str(view["title"]))
    chosen = {block: next(iter(state.values())) for block, state in view["state"]["values"].items()}
    assert chosen["notify"]["selected_option"]["value"] == "mention"
    assert chosen["language"]["selected_option"]["value"] == "en"


def test_stewards_see_what_will_be_posted_and_others_do_not(small_office: Company) -> None:
    office, lea, hugo = small_office, small_office.person("lea"), small_office.person("hugo")
    go_to_work(office)
    office.file()
    for person in (lea, hugo):
        person.open_home()
        office.wait(lambda person=person: person.home is not None)  # type: ignore[misc]

    assert "home.settings" not in str(hugo.home)
    assert lea.press("home.settings", in_home=True).is_acked
    office.wait(lambda: "upcoming.open" in str(lea.home))
    assert lea.press("upcoming.open", in_home=True).is_acked

    view = lea.wait_view(lambda view: "Prochains envois" in str(view["title"]))
    assert "<@U0CLAIRE>" in str(view["blocks"])
