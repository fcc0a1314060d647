"""The card of a request: one message in the arbitration channel, rewritten at each change.

Source: product §2.
"""

from slack_sdk.models.blocks import Block

from bot.domain.charter import Verdict
from bot.domain.content import Content
from bot.domain.decision import Decision, Position, Terms
from bot.domain.events import Status
from bot.domain.request import Request
from bot.domain.summary import Sheet
from bot.i18n import day, effort, text
from bot.slack.views.parts import (
    Message,
    clip,
    context,
    deciders,
    divider,
    escape,
    header,
    impact_name,
    listed,
    mention,
    mentions,
    quoted,
    ritual_name,
    section,
    squad_name,
    when,
)

MARKS = {
    Status.OPEN: ":large_blue_circle:",
    Status.AWAITING_EVIDENCE: ":double_vertical_bar:",
    Status.ON_AGENDA: ":spiral_calendar_pad:",
    Status.DECIDED: ":white_check_mark:",
    Status.WITHDRAWN: ":leftwards_arrow_with_hook:",
    Status.EXPIRED: ":hourglass:",
    Status.SUPERSEDED: ":arrows_counterclockwise:",
}


def card(sheet: Sheet, locale: str) -> Message:
    """Return the card of a request as it stands."""
    request = sheet.request
    blocks: list[Block] = [
        header(request.content.title),
        context(_first_line(sheet, locale)),
        section(_state(sheet, locale)),
    ]
    if request.decision:
        blocks.append(section(decision_text(sheet, request.decision, locale)))
    elif request.splits:
        blocks.append(section(_split(request, locale)))
    blocks.append(section(_asked(sheet, locale)))
    if request.content.options:
        blocks += [divider(), section(_options(request, locale))]
    details = _details(request.content, locale)
    if details:
        blocks.append(context(details))
    blocks.append(context(_last_line(sheet, locale)))
    summary = text(
        locale,
        "card.summary",
        reference=request.reference,
        title=escape(request.content.title),
        status=text(locale, f"status.{request.status}"),
    )
    return Message(text=summary, blocks=tuple(blocks))


def _first_line(sheet: Sheet, locale: str) -> str:
    request = sheet.request
    question = sheet.charter.question(request.content.question).label.read_in(locale)
    parts = [f"*{request.reference}*", escape(question)]
    if request.content.squads:
        squads = [squad_name(sheet.charter, squad) for squad in request.content.squads]
        parts.append(listed(squads, locale))
    parts.append(text(locale, f"layer.{request.route.layer}"))
    if request.content.is_urgent:
        parts.append(text(locale, "card.urgent"))
    return " · ".join(parts)


def _state(sheet: Sheet, locale: str) -> str:
    request = sheet.request
    status = text(locale, f"status.{request.status}")
    first = f"{MARKS[request.status]} *{status}*"
    return "\n".join([first, *_expected(sheet, locale)])


def _expected(sheet: Sheet, locale: str) -> list[str]:
    request, zone = sheet.request, sheet.charter.calendar.zone
    if not request.is_open:
        if request.superseded_by:
            return [text(locale, "card.superseded_by", newer=f"ARB-{request.superseded_by}")]
        return []
    if not request.route.mandates:
        stewards = mentions(request.route.stewards, locale)
        return [text(locale, "card.no_decider", stewards=stewards)]
    lines = [text(locale, "card.decided_by", deciders=deciders(request.route, locale))]
    if request.positions:
        lines.append(text(locale, "card.awaited", people=mentions(request.awaited, locale)))
    if request.status is Status.ON_AGENDA:
        ritual = ritual_name(sheet.charter, request.route.ritual, locale)
        lines.append(text(locale, "card.at_ritual", ritual=ritual))
    if request.due_at:
        lines.append(text(locale, "card.due", when=when(locale, request.due_at, zone)))
    return lines


def _asked(sheet: Sheet, locale: str) -> str:
    content = sheet.request.content
    lines = [text(locale, "card.impact", impact=impact_name(sheet, locale))]
    if content.effect:
        lines.append(clip(escape(content.effect), 700))
    if content.needed_by:
        lines.append(text(locale, "card.needed_by", day=day(locale, content.needed_by)))
    if content.consequence:
        consequence = clip(escape(content.consequence), 500)
        lines.append(text(locale, "card.consequence", consequence=consequence))
    if content.debt_frame:
        lines.append(text(locale, "card.debt_frame", frame=clip(escape(content.debt_frame), 500)))
    return "\n".join(lines)


def _options(request: Request, locale: str) -> str:
    confirmed = {found.option: found.by for found in request.confirmations}
    lines = [f"*{text(locale, 'card.options')}*"]
    for index, option in enumerate(request.content.options):
        chosen = request.decision is not None and request.decision.terms.option == index
        mark = ":ballot_box_with_check:" if chosen else f"{index + 1}."
        facts = [f"{mark} *{clip(escape(option.label), 160)}*"]
        if option.effort_days is not None:
            facts.append(effort(locale, option.effort_days))
        if index in confirmed:
            facts.append(text(locale, "card.cost_confirmed", person=mention(confirmed[index])))
        lines.append(" · ".join(facts))
        told = [clip(escape(words), 220) for words in (option.impact, option.risk) if words]
        if told:
            lines.append("    " + " — ".join(told))
    return "\n".join(lines)


def _details(content: Content, locale: str) -> str:
    lines = []
    if content.evidence:
        evidence = clip(escape(content.evidence), 900)
        lines.append(text(locale, "card.evidence", evidence=evidence))
    if content.dependencies:
        found = clip(escape(content.dependencies), 400)
        lines.append(text(locale, "card.dependencies", dependencies=found))
    return "\n".join(lines)


def _last_line(sheet: Sheet, locale: str) -> str:
    request, zone = sheet.request, sheet.charter.calendar.zone
    asked = text(
        locale,
        "card.asked_by",
        person=mention(request.requester),
        when=when(locale, request.submitted_at, zone),
    )
    parts = [asked]
    if request.route.consulted:
        people = mentions(request.route.consulted, locale)
        parts.append(text(locale, "card.consulted", people=people))
    if request.source:
        parts.append(text(locale, "card.source", url=request.source.permalink))
    if request.past_decisions:
        parts.append(text(locale, "card.reopened"))
    return " · ".join(parts)


def verdict_text(terms: Terms, locale: str) -> str:
    """Return a verdict in words, with the date of a shift."""
    verdict = text(locale, f"verdict.{terms.verdict}")
    if terms.verdict is Verdict.SHIFT and terms.shift_to:
        return text(locale, "card.shift_to", verdict=verdict, day=day(locale, terms.shift_to))
    return verdict


def decision_text(sheet: Sheet, decision: Decision, locale: str) -> str:
    """Return a decision in full: verdict, why, what gives way, who delivers, and when."""
    terms, options = decision.terms, sheet.request.content.options
    lines = [f"*{verdict_text(terms, locale)}*"]
    if terms.option is not None:
        chosen = clip(escape(options[terms.option].label), 160)
        lines[0] += f" — {chosen}"
    by = listed([_by(position, locale) for position in decision.positions], locale)
    key = "card.self_decided" if decision.is_self_decided else "card.by"
    zone = sheet.charter.calendar.zone
    lines.append(text(locale, key, person=by, when=when(locale, decision.decided_at, zone)))
    lines.append(quoted(terms.rationale, 900))
    lines += _consequences(decision, locale)
    return "\n".join(lines)


def _consequences(decision: Decision, locale: str) -> list[str]:
    terms = decision.terms
    lines = []
    if terms.effect:
        lines.append(text(locale, "card.effect", effect=clip(escape(terms.effect), 400)))
    if terms.counterpart:
        found = clip(escape(terms.counterpart), 400)
        lines.append(text(locale, "card.counterpart", counterpart=found))
    if terms.owner:
        lines.append(text(locale, "card.owner", person=mention(terms.owner)))
    if terms.due_on:
        lines.append(text(locale, "card.delivery", day=day(locale, terms.due_on)))
    if terms.review_on:
        lines.append(text(locale, "card.review", day=day(locale, terms.review_on)))
    if terms.supersedes:
        lines.append(text(locale, "card.supersedes", older=f"ARB-{terms.supersedes}"))
    if not decision.is_committed:
        lines.append(text(locale, "card.uncommitted"))
    return lines


def _by(position: Position, locale: str) -> str:
    if position.on_behalf_of is None:
        return mention(position.by)
    person, absent = mention(position.by), mention(position.on_behalf_of)
    return text(locale, "common.for_absent", person=person, absent=absent)


def _split(request: Request, locale: str) -> str:
    return "\n".join([f"*{text(locale, 'card.split')}*", *split_positions(request, locale)])


def split_positions(request: Request, locale: str) -> list[str]:
    """Return each side of the last split: who, which verdict, why."""
    lines = []
    for position in request.splits[-1]:
        verdict = verdict_text(position.terms, locale)
        if position.terms.option is not None:
            label = request.content.options[position.terms.option].label
            verdict += f" — {clip(escape(label), 120)}"
        rationale = quoted(position.terms.rationale, 400)
        lines.append(f"{_by(position, locale)} : *{verdict}*\n{rationale}")
    return lines
