"""The agenda of an occurrence, the message it is run from, and its minutes.

Source: governance §7, product §4. An agenda is rewritten in place until the start.
"""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, MarkdownTextObject, SectionBlock

from bot.domain.agenda import AgendaSheet, Entry
from bot.domain.events import Status
from bot.domain.ids import RequestId, RitualId
from bot.domain.request import Request
from bot.domain.rituals import Item, Occurrence, Outcome, Stage
from bot.i18n import count, text
from bot.slack import ids
from bot.slack.views.cards import split_positions, verdict_text
from bot.slack.views.parts import (
    Message,
    button,
    clip,
    context,
    deciders,
    escape,
    header,
    mention,
    quoted,
    ritual_name,
    section,
    when,
)

FIELD_LIMIT = 2000
PLANNING = (ids.RITUAL_START, ids.RITUAL_HAND_OVER, ids.RITUAL_MOVE, ids.RITUAL_CANCEL)


def value_of(occurrence: Occurrence, request: str = "", proposal: str = "") -> str:
    """Return what a button about an occurrence carries: ids only."""
    return f"{occurrence.ritual}|{occurrence.slot.isoformat()}|{request}|{proposal}"


def buttons(occurrence: Occurrence, actions: tuple[str, ...], locale: str) -> ActionsBlock:
    """Return the buttons of an occurrence; starting and closing stand out."""
    main = {ids.RITUAL_START, ids.RITUAL_CLOSE}
    value = value_of(occurrence)
    return ActionsBlock(
        elements=[
            button(locale, action, value=value, style="primary" if action in main else None)
            for action in actions
        ]
    )


def agenda(sheet: AgendaSheet, locale: str) -> Message:
    """Return the agenda of an occurrence as it stands."""
    occurrence = sheet.occurrence
    title = text(locale, "ritual.agenda", ritual=_name(sheet, locale))
    blocks: list[Block] = [header(title), context(first_line(sheet, locale))]
    state = _state(sheet, locale)
    if state:
        blocks.append(section(state))
    for place, entry in enumerate(sheet.agenda.entries, start=1):
        blocks += _entry(sheet, entry, place, locale)
    if not sheet.agenda.entries and occurrence.stage is Stage.PLANNED:
        blocks.append(section(text(locale, "ritual.empty")))
    blocks += [context(line) for line in _beside(sheet, locale)]
    if occurrence.stage is Stage.PLANNED:
        blocks.append(buttons(occurrence, PLANNING, locale))
    zone = sheet.ritual.zone
    starts = when(locale, occurrence.starts_at, zone)
    return Message(
        text=text(locale, "ritual.agenda_summary", ritual=_name(sheet, locale), when=starts),
        blocks=tuple(blocks),
    )


def first_line(sheet: AgendaSheet, locale: str) -> str:
    """Return the question, the date and who facilitates."""
    asks = text(locale, "ritual.asks", question=escape(sheet.ritual.asks.read_in(locale)))
    starts = when(locale, sheet.occurrence.starts_at, sheet.ritual.zone)
    return f"{asks} · {starts} · {host(sheet, locale)}"


def host(sheet: AgendaSheet, locale: str) -> str:
    """Return who facilitates, in words."""
    if sheet.facilitator is None:
        return text(locale, "ritual.no_host")
    return text(locale, "ritual.host", person=mention(sheet.facilitator))


def _name(sheet: AgendaSheet, locale: str) -> str:
    return escape(sheet.ritual.name.read_in(locale))


def _state(sheet: AgendaSheet, locale: str) -> str:
    occurrence = sheet.occurrence
    lines: list[str] = []
    match occurrence.stage:
        case Stage.RUNNING:
            lines.append(text(locale, "ritual.running", host=host(sheet, locale)))
        case Stage.CLOSED:
            lines.append(_ended(occurrence, locale))
        case Stage.CANCELLED:
            lines.append(text(locale, "ritual.cancelled"))
        case Stage.PLANNED if occurrence.is_moved:
            lines.append(text(locale, "ritual.moved"))
        case _:
            return ""
    if occurrence.why and occurrence.stage in {Stage.PLANNED, Stage.CANCELLED}:
        lines.append(quoted(occurrence.why, 400))
    if occurrence.stage is Stage.CANCELLED and sheet.next_at:
        following = when(locale, sheet.next_at, sheet.ritual.zone)
        lines.append(text(locale, "ritual.next_takes", when=following))
    return "\n".join(lines)


def _ended(occurrence: Occurrence, locale: str) -> str:
    items = count(locale, "ritual.items", len(occurrence.items))
    return count(locale, "ritual.closed", occurrence.decided, items=items)


def _entry(sheet: AgendaSheet, entry: Entry, place: int, locale: str) -> list[Block]:
    request = entry.request
    facts = [text(locale, "ritual.decides", deciders=deciders(request.route, locale))]
    impact = sheet.charter.impact(request.content.impact)
    facts.append(escape(impact.name.read_in(locale) if impact else request.content.impact))
    if entry.is_overdue:
        facts.insert(0, text(locale, "ritual.overdue"))
    if entry.carried:
        facts.append(count(locale, "ritual.carried", entry.carried))
    if request.content.is_urgent:
        facts.append(text(locale, "card.urgent"))
    first = f"*{place}.* {named(sheet, request)}\n{' · '.join(facts)}"
    blocks: list[Block] = [section(first)]
    if entry.is_split:
        blocks.append(_side_by_side(request, locale))
    return blocks


def _side_by_side(request: Request, locale: str) -> Block:
    """Return the two positions next to each other. Source: governance §3."""
    told = split_positions(request, locale)
    fields = [MarkdownTextObject(text=clip(words, FIELD_LIMIT)) for words in told[:10]]
    return SectionBlock(fields=fields)


def named(sheet: AgendaSheet, request: Request) -> str:
    """Return a request's reference, a link to its card once posted, and its title."""
    url = sheet.urls.get(request.id)
    reference = f"<{url}|{request.reference}>" if url else f"*{request.reference}*"
    return f"{reference} {clip(escape(request.content.title), 160)}"


def _beside(sheet: AgendaSheet, locale: str) -> list[str]:
    """Return what is not treated, and why: no time, or another ritual's question."""
    lines = []
    if sheet.agenda.left_out:
        references = ", ".join(entry.request.reference for entry in sheet.agenda.left_out)
        minutes = int(sheet.ritual.duration.total_seconds() // 60)
        lines.append(text(locale, "ritual.left_out", items=references, minutes=minutes))
    kept = [(refusal.request, refusal.ritual) for refusal in sheet.occurrence.refused]
    misfits = [(misfit.request.id, misfit.ritual) for misfit in sheet.agenda.misfits]
    lines += [_refused(sheet, *found, locale) for found in (*kept, *misfits)]
    return [line for line in lines if line][:10]


def _refused(sheet: AgendaSheet, request: RequestId, ritual: RitualId | None, locale: str) -> str:
    known = sheet.requests.get(request)
    if known is None:
        return ""
    asked = known.content.question
    labels = {found.id: found.label.read_in(locale) for found in sheet.charter.questions}
    question = labels.get(asked, asked)  # its id once it left the charter
    asks = sheet.ritual.asks.read_in(locale)
    return text(
        locale,
        "ritual.refused" if ritual else "ritual.refused_to_thread",
        reference=known.reference,
        question=escape(question),
        asks=escape(asks),
        ritual=ritual_name(sheet.charter, ritual, locale),
        deciders=deciders(known.route, locale),
    )


# Running


def run(sheet: AgendaSheet, locale: str) -> Message:
    """Return the message an occurrence is run from: each item with its outcome or its buttons."""
    occurrence = sheet.occurrence
    is_running = occurrence.stage is Stage.RUNNING
    blocks: list[Block] = [
        section(text(locale, "ritual.run", ritual=_name(sheet, locale), host=host(sheet, locale)))
    ]
    for item in occurrence.items:
        request = sheet.requests.get(item.request)
        if request is None:
            continue
        blocks.append(section(f"{named(sheet, request)}\n{item_state(sheet, item, locale)}"))
        if is_running and item.outcome in {None, Outcome.CARRIED}:
            blocks.append(_item_buttons(occurrence, item, request, locale))
    if not occurrence.items:
        blocks.append(context(text(locale, "ritual.nothing")))
    if is_running:
        blocks.append(context(_left(occurrence, locale)))
        blocks.append(buttons(occurrence, (ids.RITUAL_CLOSE, ids.RITUAL_HAND_OVER), locale))
    return Message(
        text=text(locale, "ritual.run_summary", ritual=_name(sheet, locale)), blocks=tuple(blocks)
    )


def _left(occurrence: Occurrence, locale: str) -> str:
    if not occurrence.left:
        return text(locale, "ritual.all_settled")
    references = ", ".join(item.reference for item in occurrence.left)
    return text(locale, "ritual.left", items=references)


def _item_buttons(occurrence: Occurrence, item: Item, request: Request, locale: str) -> Block:
    value = value_of(occurrence, item.request)
    actions = [
        button(locale, action, value=value)
        for action in (ids.ITEM_PROPOSE, ids.ITEM_EVIDENCE, ids.ITEM_CARRY)
    ]
    if request.status is Status.ON_AGENDA:
        decide = button(locale, ids.DECIDE, value=item.request, style="primary")
        actions.insert(0, decide)
    return ActionsBlock(elements=actions)


def item_state(sheet: AgendaSheet, item: Item, locale: str) -> str:
    """Return what became of an item, in words."""
    request = sheet.requests[item.request]
    if item.outcome is Outcome.DECIDED and request.decision:
        verdict = verdict_text(request.decision.terms, locale)
        return text(locale, "ritual.outcome.decided_as", verdict=verdict)
    if item.outcome is Outcome.CARRIED:
        carried = text(locale, "ritual.outcome.carried")
        return f"{carried}\n{quoted(item.why, 400)}"
    if item.outcome is not None:
        return text(locale, f"ritual.outcome.{item.outcome}")
    people = deciders(request.route, locale)
    if item.proposal is not None:
        return text(locale, "ritual.proposed", deciders=people)
    return text(locale, "ritual.to_settle", deciders=people)


def minutes(sheet: AgendaSheet, locale: str) -> Message:
    """Return the minutes: each item and its outcome, and a kind word when nothing was decided."""
    occurrence = sheet.occurrence
    first = text(locale, "ritual.minutes", ritual=_name(sheet, locale))
    blocks: list[Block] = [section(f"*{first}*\n{_ended(occurrence, locale)}")]
    for item in occurrence.items:
        request = sheet.requests.get(item.request)
        if request is not None:
            blocks.append(section(f"{named(sheet, request)}\n{_outcome(sheet, item, locale)}"))
    if occurrence.is_only_discussion:
        blocks.append(section(_only_discussion(sheet, locale)))
    elif sheet.next_at:
        blocks.append(context(_next(sheet, sheet.next_at, locale)))
    return Message(text=first, blocks=tuple(blocks))


def _outcome(sheet: AgendaSheet, item: Item, locale: str) -> str:
    request = sheet.requests[item.request]
    told = item_state(sheet, item, locale)
    if item.outcome is Outcome.DECIDED and request.decision:
        return f"{told}\n{quoted(request.decision.terms.rationale, 400)}"
    return told


def _only_discussion(sheet: AgendaSheet, locale: str) -> str:
    is_empty = not sheet.occurrence.items
    told = text(locale, "ritual.only_talk" if is_empty else "ritual.only_discussion")
    return f"{told} {_next(sheet, sheet.next_at, locale)}" if sheet.next_at else told


def _next(sheet: AgendaSheet, at: datetime, locale: str) -> str:
    return text(locale, "ritual.next", when=when(locale, at, sheet.ritual.zone))
