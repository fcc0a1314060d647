"""The short line that a change leaves in the card's thread, and direct messages about it.

Source: product §2, §3: an edited card goes unseen, a line does not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.content import Draft
from bot.domain.events import Event, EventKind
from bot.domain.ids import PersonId, RitualId
from bot.domain.prompts import GONE, asks_evidence, is_unassigned
from bot.domain.summary import Sheet
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.cards import decision_text, verdict_text
from bot.slack.views.parts import (
    Message,
    button,
    clip,
    context,
    deciders,
    escape,
    mention,
    mentions,
    quoted,
    reference,
    ritual_name,
    section,
    title_of,
    when,
)


def line(sheet: Sheet, event: Event, locale: str) -> Message:
    """Return what the thread says about `event`."""
    words = event_text(sheet, event, locale)
    blocks: list[Block] = [section(words)]
    if event.kind is EventKind.DECIDED and sheet.request.decision:
        blocks = [section(decision_text(sheet, sheet.request.decision, locale))]
    elif event.why:
        blocks.append(section(quoted(event.why)))
    return Message(text=words, blocks=tuple(blocks))


def event_text(sheet: Sheet, event: Event, locale: str) -> str:
    """Return one sentence about `event`: who did what, and what happens next."""
    return text(locale, f"event.{_key(event)}", **_values(sheet, event, locale))


def _key(event: Event) -> str:
    """Return the sentence of an event: by its kind, and by why the bot did it."""
    if event.detail("from"):
        return "sent_elsewhere" if event.detail("ritual") else "sent_back"
    if event.kind is EventKind.REROUTED and event.detail("cause"):
        return f"{event.kind}_{event.detail('cause')}"
    if event.kind is EventKind.RESUMED and event.by is None:
        return "resumed_alone"
    if event.kind is EventKind.ESCALATED:
        return "escalated_ritual" if event.detail("ritual") else "escalated"
    return event.kind


def _values(sheet: Sheet, event: Event, locale: str) -> dict[str, str]:
    request = sheet.request
    option = event.detail("option")
    label = request.content.options[int(option)].label if option else ""
    ritual = event.detail("ritual")
    left = event.detail("from")
    return {
        "reference": request.reference,
        "who": mention(event.by) if event.by else text(locale, "event.bot"),
        "to": _named(event, "to", locale),
        "awaited": _named(event, "awaited", locale),
        "silent": _named(event, "silent", locale),
        "person": _named(event, "person", locale),
        "deciders": _in_charge(sheet, locale),
        "answer": _answer(sheet, event, locale),
        "requester": mention(request.requester),
        "option": clip(escape(label), 120),
        "ritual": ritual_name(sheet.charter, RitualId(ritual) if ritual else None, locale),
        "from": ritual_name(sheet.charter, RitualId(left) if left else None, locale),
        "newer": f"ARB-{event.detail('newer')}",
        "due": _due(sheet, locale),
    }


def _named(event: Event, name: str, locale: str) -> str:
    people = [PersonId(person) for person in event.detail(name).split(",") if person]
    return mentions(people, locale)


def _in_charge(sheet: Sheet, locale: str) -> str:
    """Return who decides now, deputies with whom they stand in for; else who finds somebody."""
    route = sheet.request.route
    return deciders(route, locale) if route.mandates else mentions(route.stewards, locale)


def _answer(sheet: Sheet, event: Event, locale: str) -> str:
    """Return by when an escalated request should be answered."""
    at = event.detail("answer_by")
    if not at:
        return text(locale, "event.no_due")
    zone = sheet.charter.calendar.zone
    return text(locale, "event.due", when=when(locale, datetime.fromisoformat(at), zone))


def _due(sheet: Sheet, locale: str) -> str:
    if sheet.request.due_at is None:
        return text(locale, "event.no_due")
    zone = sheet.charter.calendar.zone
    return text(locale, "event.due", when=when(locale, sheet.request.due_at, zone))


def settled_text(sheet: Sheet, event: Event, locale: str) -> str:
    """Return what a message says in the place of its buttons: the event that answered it."""
    if event.kind is not EventKind.DECIDED:
        return event_text(sheet.undated, event, locale).strip()
    decision = sheet.request.decision
    if decision and decision.decided_at == event.at:
        verdict = verdict_text(decision.terms, locale)
    else:
        verdict = text(locale, f"verdict.{event.detail('verdict')}")
    who = mention(event.by) if event.by else text(locale, "event.bot")
    return text(locale, "settled.decided", who=who, verdict=verdict)


def answers(
    sheet: Sheet, settled: Event | None, buttons: Sequence[ButtonElement], locale: str
) -> Block:
    """Return the buttons that answer a message, or what happened when they are of no more use."""
    if settled is not None:
        return context(settled_text(sheet, settled, locale))
    return ActionsBlock(elements=list(buttons))


def notice(
    sheet: Sheet, event: Event, reader: PersonId, locale: str, *, settled: Event | None = None
) -> Message:
    """Return the direct message that tells `reader` about `event`.

    `settled` is the event that answered what it asks, if it asks something.
    """
    request = sheet.request
    first = text(
        locale,
        "notice.yours" if reader == request.requester else "notice.other",
        reference=reference(sheet),
        title=title_of(sheet),
    )
    words = event_text(sheet, event, locale)
    blocks: list[Block] = [section(f"{first}\n{words}")]
    if event.kind is EventKind.DECIDED and request.decision:
        blocks.append(section(decision_text(sheet, request.decision, locale)))
    elif event.why:
        blocks.append(section(quoted(event.why)))
    is_asking = event.kind is EventKind.EVIDENCE_ASKED and asks_evidence(request, reader)
    if settled is not None or is_asking:
        answer = button(locale, ids.GIVE_EVIDENCE, value=request.id, style="primary")
        blocks.append(answers(sheet, settled, [answer], locale))
    return Message(text=f"{request.reference} · {words}", blocks=tuple(blocks))


def source_link(sheet: Sheet, locale: str) -> Message:
    """Return the reply left where the request came from, once it is decided."""
    decision = sheet.request.decision
    verdict = verdict_text(decision.terms, locale) if decision else ""
    words = text(
        locale,
        "source.decided",
        reference=reference(sheet),
        title=title_of(sheet),
        verdict=verdict,
    )
    return Message(text=words, blocks=(section(words),))


def unfurl(sheet: Sheet, locale: str) -> Message:
    """Return the short answer to a message that names a request."""
    status = text(locale, f"status.{sheet.request.status}")
    words = text(
        locale, "unfurl.request", reference=reference(sheet), title=title_of(sheet), status=status
    )
    return Message(text=words, blocks=(context(words),))


def invited(
    outcome: str, draft: Draft | None, sheet: Sheet | None, locale: str, *, is_own: bool
) -> Message:
    """Return an invitation as it stands: `outcome` is what became of its draft, if it is gone.

    `sheet` is the request that the draft became.
    """
    if draft is not None and not outcome:
        return invitation(draft, locale, is_own=is_own)
    words = text(locale, "invitation.own" if is_own else "invitation.text")
    blocks: list[Block] = [section(words)]
    if sheet is not None:
        blocks.append(section(quoted(sheet.request.content.title, 300)))
    named = reference(sheet) if sheet else ""
    blocks.append(context(text(locale, f"settled.{outcome or GONE}", reference=named)))
    return Message(text=words, blocks=tuple(blocks))


def invitation(draft: Draft, locale: str, *, is_own: bool = False) -> Message:
    """Return the message that offers the form, prefilled, to who wrote its first words.

    `is_own`: they called the bot themselves; else somebody else proposed it.
    """
    words = text(locale, "invitation.own" if is_own else "invitation.text")
    blocks: list[Block] = [section(words)]
    if draft.fields.title:
        blocks.append(section(quoted(draft.fields.title, 300)))
    actions = [
        button(locale, ids.OPEN_DRAFT, value=draft.id, style="primary"),
        button(locale, ids.DISCARD_DRAFT, value=draft.id),
    ]
    blocks.append(ActionsBlock(elements=actions))
    return Message(text=words, blocks=tuple(blocks))


def alert(
    details: Mapping[str, str], sheet: Sheet | None, locale: str, *, settled: Event | None = None
) -> Message:
    """Return what a steward is told: an unassigned request, a post that cannot be delivered.

    `settled` is the event that found who decides.
    """
    values = {name: escape(value) for name, value in details.items() if name != "what"}
    if sheet:
        values |= {"reference": reference(sheet), "title": title_of(sheet)}
    words = text(locale, f"alert.{details['what']}", **values)
    blocks: list[Block] = [section(words)]
    if sheet and details["what"] == "unassigned" and (settled or is_unassigned(sheet.request)):
        assign = button(locale, ids.ASSIGN, value=sheet.request.id, style="primary")
        blocks.append(answers(sheet, settled, [assign], locale))
    return Message(text=words, blocks=tuple(blocks))
