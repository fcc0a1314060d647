"""Reminders: what awaits somebody, a line each, with the buttons that answer it.

Source: product §2, §3; governance §6.
"""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.ids import PersonId
from bot.domain.reminders import SNOOZABLE, TimerKind
from bot.domain.summary import Due
from bot.i18n import count, day, text
from bot.slack import ids
from bot.slack.views.lines import answers
from bot.slack.views.parts import (
    Message,
    button,
    context,
    deciders,
    mention,
    reference,
    section,
    title_of,
    when,
)

SHOWN = 20
"""Two blocks each: well within the fifty of a message."""

ANSWERS: dict[TimerKind, tuple[str, ...]] = {
    TimerKind.DECIDE: (ids.DECIDE,),
    TimerKind.ASSIGN: (ids.ASSIGN,),
    TimerKind.EVIDENCE: (ids.GIVE_EVIDENCE,),
    TimerKind.DELIVERY: (ids.DELIVERED, ids.DELAYED),
    TimerKind.REVIEW: (ids.HELD, ids.REOPEN),
}


def reminder(due: tuple[Due, ...], locale: str) -> Message:
    """Return the one direct message about all that awaits its reader, or did."""
    left = sum(one.settled is None for one in due)
    first = count(locale, "reminder.title", left) if left else text(locale, "reminder.none_left")
    blocks: list[Block] = [section(first)]
    for one in due[:SHOWN]:
        blocks += [section(_line(one, locale)), _answers(one, locale)]
    if len(due) > SHOWN:
        blocks.append(context(count(locale, "common.and_more", len(due) - SHOWN)))
    named = " · ".join(one.sheet.request.reference for one in due[:SHOWN])
    return Message(text=f"{first} {named}", blocks=tuple(blocks))


def reminder_line(due: Due, person: PersonId, locale: str) -> Message:
    """Return the line of a request's thread that reminds `person`."""
    words = text(locale, "reminder.mention", person=mention(person), words=_told(due, locale))
    return Message(text=words, blocks=(section(words), _answers(due, locale)))


def _line(due: Due, locale: str) -> str:
    return f"{reference(due.sheet)} — *{title_of(due.sheet)}*\n{_told(due, locale)}"


def _told(due: Due, locale: str) -> str:
    words = _words(due, locale)
    if due.snoozed_until is None:
        return words
    zone = due.sheet.charter.calendar.zone
    put_off = text(locale, "settled.snoozed", when=when(locale, due.snoozed_until, zone))
    return f"{words}\n{put_off}"


def _words(due: Due, locale: str) -> str:
    request, kind = due.sheet.request, TimerKind(due.item.kind)
    is_last = due.item.number == len(due.sheet.charter.reminders)
    key = f"{kind}_last" if is_last and kind in {TimerKind.DECIDE, TimerKind.EVIDENCE} else kind
    values = {"due": _due(due, locale), "by": deciders(request.route, locale), "day": ""}
    decisions = (*request.past_decisions, *((request.decision,) if request.decision else ()))
    if decisions:
        terms = decisions[-1].terms
        on = terms.due_on if kind is TimerKind.DELIVERY else terms.review_on
        values["day"] = day(locale, on) if on else ""
    return text(locale, f"reminder.{key}", **values).strip()


def _due(due: Due, locale: str) -> str:
    at = due.sheet.request.due_at if due.settled is None else due.item.answer_by
    if at is None:
        return ""
    return text(locale, "reminder.due", when=when(locale, at, due.sheet.charter.calendar.zone))


def _answers(due: Due, locale: str) -> Block:
    kind, request = TimerKind(due.item.kind), due.sheet.request.id
    found: list[ButtonElement] = []
    for number, action in enumerate(ANSWERS[kind]):
        style = "primary" if number == 0 else None
        found.append(button(locale, action, value=request, style=style))
    if kind in SNOOZABLE and not due.item.is_snoozed and due.snoozed_until is None:
        found.append(button(locale, ids.SNOOZE, value=due.item.timer))
    return answers(due.sheet, due.settled, found, locale)
