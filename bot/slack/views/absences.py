"""One's own absences: the form, who stands in, and those declared.

Source: governance §3; product §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, CheckboxesElement, DatePickerElement
from slack_sdk.models.views import View

from bot.domain.absences import Dates
from bot.domain.charter import Charter, SeatKey
from bot.domain.people import Absence
from bot.domain.relief import StandIn
from bot.i18n import instant, text
from bot.slack import ids
from bot.slack.views.inputs import choice, field, plain
from bot.slack.views.parts import button, divider, mention, section, squad_name

SHOWN = 20
FROM_NOON, UNTIL_NOON = "from_noon", "until_noon"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the form shows: whose absences, in which zone, and what new dates would change.

    `trouble` is a sentence about the dates; `stand_ins` are empty until there are dates.
    """

    charter: Charter
    zone: str
    declared: Sequence[Absence]
    stand_ins: Sequence[StandIn] = ()
    others_away: Sequence[Absence] = ()
    dates: Dates | None = None
    is_previewed: bool = False
    trouble: str = ""


def absence_form(shown: Shown, locale: str) -> View:
    """Return the form to declare an absence, with those declared so far."""
    half = [choice(name, text(locale, f"form.away_{name}")) for name in (FROM_NOON, UNTIL_NOON)]
    dates = shown.dates
    is_picked = {
        FROM_NOON: dates is not None and dates.from_noon,
        UNTIL_NOON: dates is not None and dates.until_noon,
    }
    first = DatePickerElement(
        action_id="away_from", initial_date=dates.first.isoformat() if dates else None
    )
    last = DatePickerElement(
        action_id="away_to", initial_date=dates.last.isoformat() if dates else None
    )
    picked = [option for option in half if is_picked[option.value]]
    halves = CheckboxesElement(action_id="away_half", options=half, initial_options=picked or None)
    blocks: list[Block] = [
        section(text(locale, "absence.intro")),
        field("away_from", first, locale, is_required=True, dispatches=True),
        field("away_to", last, locale, is_required=True, dispatches=True),
        field("away_half", halves, locale, dispatches=True),
        *_relief(shown, locale),
        *_declared(shown, locale),
    ]
    return View(
        type="modal",
        callback_id=ids.ABSENCE_FORM,
        title=plain(text(locale, "absence.title"), 24),
        submit=plain(text(locale, "absence.submit"), 24),
        close=plain(text(locale, "form.close"), 24),
        blocks=blocks,
    )


def absence_saved(shown: Shown, locale: str) -> View:
    """Return what is shown once an absence is declared: who stands in, and how to cancel."""
    blocks: list[Block] = [
        section(text(locale, "absence.saved")),
        *_relief(shown, locale),
        *_declared(shown, locale),
    ]
    return View(
        type="modal",
        callback_id=ids.NOTICE_VIEW,
        title=plain(text(locale, "absence.title"), 24),
        close=plain(text(locale, "form.close"), 24),
        blocks=blocks,
    )


def _relief(shown: Shown, locale: str) -> list[Block]:
    if shown.trouble:
        return [section(f":warning: {shown.trouble}")]
    if not shown.is_previewed:
        return []
    if not shown.stand_ins:
        return [section(text(locale, "absence.no_seat"))]
    lines = [_stand_in(found, shown.charter, locale) for found in shown.stand_ins]
    lines += [_period("absence.also_away", away, shown.zone, locale) for away in shown.others_away]
    return [section("\n".join(lines))]


def _stand_in(found: StandIn, charter: Charter, locale: str) -> str:
    seat = seat_name(found.seat, charter, locale)
    if found.person is None:
        return text(locale, "absence.nobody_for_seat", seat=seat)
    return text(locale, "absence.for_seat", person=mention(found.person), seat=seat)


def seat_name(key: SeatKey, charter: Charter, locale: str) -> str:
    """Return « PM, Paiement »."""
    role = text(locale, f"role.{key.role}")
    return f"{role}, {squad_name(charter, key.squad)}" if key.squad else role


def _declared(shown: Shown, locale: str) -> list[Block]:
    if not shown.declared:
        return [divider(), section(text(locale, "absence.none"))]
    blocks: list[Block] = [divider(), section(text(locale, "absence.declared"))]
    for absence in shown.declared[:SHOWN]:
        cancel = button(locale, ids.ABSENCE_CANCEL, value=absence.id)
        words = _period("absence.one", absence, shown.zone, locale)
        blocks.append(section(words, accessory=cancel))
    return blocks


def _period(key: str, absence: Absence, zone: str, locale: str) -> str:
    values = {
        "start": instant(locale, absence.start, zone),
        "end": instant(locale, absence.end, zone),
    }
    if key == "absence.also_away":
        values["person"] = mention(absence.person)
    return text(locale, key, **values)
