"""The forms behind the buttons of rituals. Source: governance §7."""

import json
from datetime import time
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, TimePickerElement
from slack_sdk.models.views import View

from bot.domain.agenda import AgendaSheet
from bot.domain.decision import Terms
from bot.domain.ids import RequestId
from bot.domain.request import Request
from bot.domain.summary import Sheet
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.agendas import first_line, named, value_of
from bot.slack.views.decision_form import decision_form
from bot.slack.views.inputs import (
    choice,
    date_input,
    field,
    person_input,
    plain,
    radio,
    words_input,
)
from bot.slack.views.parts import escape, section

ONCE, SWAP = "once", "swap"


def arranging_form(action: str, sheet: AgendaSheet, locale: str) -> View:
    """Return the form that moves or cancels an occurrence, or hands it over."""
    ritual = escape(sheet.ritual.name.read_in(locale))
    blocks: list[Block] = [
        section(f"*{ritual}*\n{first_line(sheet, locale)}"),
        section(text(locale, f"form.{_name(action)}_intro")),
        *_inputs(action, sheet, locale),
    ]
    return _form(action, value_of(sheet.occurrence), blocks, locale)


def item_form(action: str, sheet: AgendaSheet, request: RequestId, locale: str) -> View:
    """Return the form that carries an item over, or notes the evidence that was asked for."""
    name = "what" if action == ids.ITEM_EVIDENCE else "why"
    blocks: list[Block] = [
        section(named(sheet, sheet.requests[request])),
        section(text(locale, f"form.{_name(action)}_intro")),
        field(name, words_input(is_long=True), locale, is_required=True),
    ]
    return _form(action, value_of(sheet.occurrence, request), blocks, locale)


def proposal_form(
    sheet: AgendaSheet,
    request: Sheet,
    locale: str,
    *,
    terms: Terms,
    strategies: tuple[Request, ...] = (),
    preference: str | None = None,
) -> View:
    """Return the decision form in which the facilitator notes what the decider said.

    `strategies` are live decisions that it may contradict: the decider says that aloud too.
    """
    view = decision_form(request, locale, terms=terms, strategies=strategies, preference=preference)
    intro = section(text(locale, "form.propose_intro"))
    name = value_of(sheet.occurrence, request.request.id)
    asked = {"meeting": name, "asked": int(bool(preference))}
    return View(
        type="modal",
        callback_id=ids.RITUAL_FORMS[ids.ITEM_PROPOSE],
        title=plain(text(locale, "form.propose_title")),
        submit=plain(text(locale, "form.propose_submit")),
        close=plain(text(locale, "form.close")),
        private_metadata=json.dumps(asked),
        blocks=[intro, *(view.blocks or [])],
    )


def _form(action: str, meeting: str, blocks: list[Block], locale: str) -> View:
    return View(
        type="modal",
        callback_id=ids.RITUAL_FORMS[action],
        title=plain(text(locale, f"form.{_name(action)}_title")),
        submit=plain(text(locale, f"form.{_name(action)}_submit")),
        close=plain(text(locale, "form.close")),
        private_metadata=json.dumps({"meeting": meeting}),
        blocks=blocks,
    )


def _inputs(action: str, sheet: AgendaSheet, locale: str) -> list[Block]:
    if action == ids.RITUAL_CANCEL:
        return [field("why", words_input(is_long=True), locale, is_required=True)]
    if action == ids.RITUAL_MOVE:
        local = sheet.occurrence.starts_at.astimezone(ZoneInfo(sheet.ritual.zone))
        return [
            field("moved_to", date_input(local.date()), locale, is_required=True),
            field("moved_at", _time_input(local.time()), locale, is_required=True),
            field("why", words_input(is_long=True), locale),
        ]
    ways = [choice(way, text(locale, f"form.hand_over_{way}")) for way in (ONCE, SWAP)]
    return [
        field("person", person_input(), locale, is_required=True),
        field("hand_over", radio(ways, ONCE), locale, is_required=True),
    ]


def _time_input(at: time) -> TimePickerElement:
    return TimePickerElement(action_id="value", initial_time=f"{at:%H:%M}")


def _name(action: str) -> str:
    return action.rpartition(".")[2]
