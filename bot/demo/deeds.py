"""What people do with the bot beside their requests: be away, subscribe, say it is delivered."""

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.demo.doing import check, has_button, wait_form, wait_view
from bot.demo.nudged import count_bypasses, find_nudge, nudge_about
from bot.demo.stage import Stage, Stuck
from bot.demo.ways import COMMAND
from bot.domain.home import Tab
from bot.sandbox.person import PersonDriver
from bot.slack import ids

ROOM = "produit"
Deed = Callable[[Stage, PersonDriver, Mapping[str, Any], int | None], None]


def be_away(
    _stage: Stage, person: PersonDriver, fields: Mapping[str, Any], _number: int | None
) -> None:
    """Declare an absence."""
    person.command(COMMAND, "absence", channel=ROOM)
    wait_form(person, ids.ABSENCE_FORM)
    check(person.submit(fields), "an absence")
    person.close_view()


def subscribe(
    stage: Stage, person: PersonDriver, fields: Mapping[str, Any], _number: int | None
) -> None:
    """Subscribe to the digest from where one stands."""
    before = len(person.ephemerals(ROOM))
    person.command(COMMAND, "digest", channel=ROOM)
    stage.wait(lambda: len(person.ephemerals(ROOM)) > before, "the state of a subscription")
    check(person.click(ROOM, person.ephemerals(ROOM)[-1]["ts"], ids.DIGEST_SUBSCRIBE), "a digest")
    wait_form(person, ids.DIGEST_FORM)
    check(person.submit(fields), "a digest")
    person.close_view()


def deliver(
    stage: Stage, person: PersonDriver, _fields: Mapping[str, Any], number: int | None
) -> None:
    """Answer the reminder of a deliverable: it is there."""
    line = re.compile(rf"\bARB-{number}\b")
    room = stage.slack.world.direct(person.id, stage.slack.world.bot_user)
    for message in reversed(person.dms()):
        blocks = message.get("blocks", [])
        for block, answers in itertools.pairwise(blocks):
            if line.search(str(block.get("text"))) and has_button(
                {"blocks": [answers]}, ids.DELIVERED
            ):
                value = str(answers["elements"][0]["value"])
                ack = person.click(room.id, message["ts"], ids.DELIVERED, value=value)
                check(ack, f"request {number}")
                return
    raise Stuck(f"nobody asked whether request {number} is delivered")


def dismiss(
    stage: Stage, person: PersonDriver, fields: Mapping[str, Any], _number: int | None
) -> None:
    """Answer an offer: one's message is no request."""
    room, ts = fields["about"]
    offer = nudge_about(person, (room, ts))
    check(person.click(room, offer, ids.NUDGE_DISMISS), f"the message {ts}")
    stage.wait(lambda: find_nudge(person, (room, ts)) is None, "an offer put away")


def declare(
    stage: Stage, person: PersonDriver, fields: Mapping[str, Any], _number: int | None
) -> None:
    """Count a request that somebody made elsewhere than in writing here."""
    before = count_bypasses(stage)
    person.command(COMMAND, "contournement", channel=ROOM)
    wait_form(person, ids.BYPASS_FORM)
    check(person.submit(fields), "a bypass")
    wait_view(person, lambda view: view["callback_id"] != ids.BYPASS_FORM)
    person.close_view()
    if count_bypasses(stage) == before:
        raise Stuck("a declared bypass is not counted")


def keep(
    stage: Stage, person: PersonDriver, fields: Mapping[str, Any], _number: int | None
) -> None:
    """Say in one's Home what a shared artefact is now, or in one click that it still is."""
    artefact = str(fields["artefact"])
    typed = {block: value for block, value in fields.items() if block != "artefact"}
    action = ids.ARTEFACT_UPDATE if typed else ids.ARTEFACT_CONFIRM
    person.open_home()
    _turn(stage, person, Tab.TODAY, ids.NEW_REQUEST)
    _turn(stage, person, Tab.CHARTER, action)
    values = (str(one.get("value")) for one in _buttons(person) if one["action_id"] == action)
    value = next(found for found in values if found.startswith(f"{artefact}|"))
    check(person.press(action, in_home=True, value=value), artefact)
    if typed:
        wait_form(person, ids.ARTEFACT_FORM)
        check(person.submit(typed), artefact)
    stage.wait(
        lambda: value not in [one.get("value") for one in _buttons(person)], f"{artefact} kept"
    )
    _turn(stage, person, Tab.TODAY, ids.NEW_REQUEST)


def _turn(stage: Stage, person: PersonDriver, tab: Tab, action: str) -> None:
    """Turn to a tab of the Home, and wait for one of its buttons."""
    stage.wait(lambda: person.home is not None, "a Home")
    person.press(ids.HOME_TABS[tab], in_home=True)
    stage.wait(
        lambda: action in [one["action_id"] for one in _buttons(person)], f"the Home on {tab}"
    )


def _buttons(person: PersonDriver) -> list[dict[str, Any]]:
    """Return the buttons of somebody's Home."""
    blocks = (person.home or {}).get("blocks", [])
    return [
        element
        for block in blocks
        for element in (*block.get("elements", ()), block.get("accessory") or {})
        if element.get("type") == "button"
    ]


DEEDS: Mapping[str, Deed] = {
    "away": be_away,
    "subscribe": subscribe,
    "deliver": deliver,
    "dismiss": dismiss,
    "declare": declare,
    "keep": keep,
}
