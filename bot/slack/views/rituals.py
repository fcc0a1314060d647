"""Rituals told to one person: what comes next and whose turn, reminders, what was heard.

Source: governance §7, product §5.
"""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.agenda import AgendaSheet, Coming
from bot.domain.events import Event
from bot.domain.ids import PersonId
from bot.domain.posts import Post, PostKind
from bot.domain.prompts import CANCELLED, HANDED, MOVED
from bot.domain.rituals import AGENDA_BEFORE, Occurrence, Proposal, Stage
from bot.domain.rituals_posts import CLOSE, START
from bot.domain.summary import Sheet
from bot.i18n import count, text
from bot.slack import ids
from bot.slack.views import agendas
from bot.slack.views.agendas import buttons, value_of
from bot.slack.views.cards import verdict_text
from bot.slack.views.lines import settled_text
from bot.slack.views.parts import (
    Message,
    button,
    clip,
    context,
    divider,
    escape,
    header,
    mention,
    quoted,
    reference,
    section,
    title_of,
    when,
)

ARRANGING = (ids.RITUAL_HAND_OVER, ids.RITUAL_MOVE, ids.RITUAL_CANCEL)


def render(
    post: Post,
    sheet: AgendaSheet,
    request: Sheet | None,
    locale: str,
    *,
    settled: Event | None = None,
    outcome: str = "",
) -> Message | None:
    """Return what a post about an occurrence says; None when it lost its object.

    `settled`, an event of the request, or `outcome` ended the use of its buttons.
    """
    match post.kind:
        case PostKind.AGENDA | PostKind.AGENDA_UPDATE:
            return agendas.agenda(sheet, locale)
        case PostKind.RUN | PostKind.RUN_UPDATE:
            return agendas.run(sheet, locale)
        case PostKind.MINUTES:
            return agendas.minutes(sheet, locale)
        case PostKind.PROPOSAL:
            if request is None:
                return None
            ended = text(locale, f"settled.{outcome}") if outcome else ""
            ended = settled_text(request, settled, locale) if settled else ended
            return _proposal(post, sheet, request, locale, ended)
        case _:
            return _word(post, sheet, locale, outcome)


def _word(post: Post, sheet: AgendaSheet, locale: str, outcome: str) -> Message:
    if post.kind is PostKind.ALERT:
        return alert(sheet, post, locale, outcome=outcome)
    if post.kind is PostKind.RITUAL_LINE:
        return changed(sheet, post.detail("what"), locale)
    return reminder(sheet, post.detail("what"), locale, outcome=outcome)


def rituals(lines: Sequence[Coming], person: PersonId, now: datetime, locale: str) -> Message:
    """Return the private answer to `/arbitrage rituels`."""
    title = text(locale, "ritual.list")
    blocks: list[Block] = [section(f"*{title}*")]
    for line in lines:
        blocks += _line(line, person, now, locale)
    if not lines:
        blocks.append(section(text(locale, "ritual.list_empty")))
    return Message(text=title, blocks=tuple(blocks[:48]))


def home_section(
    lines: Sequence[Coming], person: PersonId, now: datetime, locale: str
) -> list[Block]:
    """Return « Prochains rituels » of the App Home: five at most."""
    if not lines:
        return []
    blocks: list[Block] = [divider(), header(text(locale, "ritual.list"))]
    for line in lines[:5]:
        blocks += _line(line, person, now, locale)
    return blocks


def _line(line: Coming, person: PersonId, now: datetime, locale: str) -> list[Block]:
    words = [
        f"*{escape(line.ritual.name.read_in(locale))}* · "
        + text(locale, "ritual.asks", question=escape(line.ritual.asks.read_in(locale))),
        " · ".join(_facts(line, person, locale)),
    ]
    blocks: list[Block] = [section("\n".join(words))]
    blocks.append(buttons(line.occurrence, _actions(line, now), locale))
    return blocks


def _facts(line: Coming, person: PersonId, locale: str) -> list[str]:
    facts = [when(locale, line.occurrence.starts_at, line.ritual.zone)]
    if line.facilitator is None:
        facts.append(text(locale, "ritual.no_host"))
    elif line.facilitator == person:
        facts.append(text(locale, "ritual.my_turn"))
    else:
        facts.append(text(locale, "ritual.host", person=mention(line.facilitator)))
    if line.occurrence.stage is Stage.RUNNING:
        facts.append(text(locale, "ritual.is_running"))
    if line.url:
        facts.append(text(locale, "ritual.see_agenda", url=line.url))
    return facts


def _actions(line: Coming, now: datetime) -> tuple[str, ...]:
    """Return the buttons that make sense for this reader now."""
    found: list[str] = []
    is_planned = line.occurrence.stage is Stage.PLANNED
    if line.may_run and line.occurrence.stage is Stage.RUNNING:
        found.append(ids.RITUAL_CLOSE)
    if line.may_run and is_planned and now >= line.occurrence.starts_at - AGENDA_BEFORE:
        found.append(ids.RITUAL_START)
    if line.may_arrange:
        found += ARRANGING if is_planned else (ids.RITUAL_HAND_OVER,)
    return (*found, ids.RITUAL_CALENDAR)


def reminder(sheet: AgendaSheet, what: str, locale: str, *, outcome: str = "") -> Message:
    """Return the direct message to who facilitates: to prepare, to start, to close, or a change.

    `outcome` is what ended the use of its buttons, if something did.
    """
    occurrence = sheet.occurrence
    is_missed = what == CLOSE and occurrence.stage is Stage.PLANNED
    words = text(
        locale,
        "ritual.remind.not_started" if is_missed else f"ritual.remind.{what}",
        ritual=escape(sheet.ritual.name.read_in(locale)),
        when=when(locale, occurrence.starts_at, sheet.ritual.zone),
        items=count(locale, "ritual.items", len(sheet.agenda.entries)),
    )
    blocks: list[Block] = [section(words)]
    if what in {"moved", "cancelled"} and occurrence.why:
        blocks.append(section(quoted(occurrence.why, 400)))
    if sheet.url:
        blocks.append(context(text(locale, "ritual.see_agenda", url=sheet.url)))
    actions = _reminded(occurrence, what)
    if outcome:
        blocks.append(context(_ended(sheet, outcome, locale)))
    elif actions:
        blocks.append(buttons(occurrence, actions, locale))
    return Message(text=words, blocks=tuple(blocks))


def _ended(sheet: AgendaSheet, outcome: str, locale: str) -> str:
    """Return what became of an occurrence, in the place of buttons."""
    if outcome in {MOVED, CANCELLED, HANDED}:
        return changed(sheet, outcome, locale).text
    by = sheet.occurrence.run_by
    who = mention(by) if by else text(locale, "event.bot")
    return text(locale, f"settled.{outcome}", who=who)


def _reminded(occurrence: Occurrence, what: str) -> tuple[str, ...]:
    if what == START:
        return (ids.RITUAL_START, ids.RITUAL_HAND_OVER)
    if what == CLOSE and occurrence.stage is Stage.PLANNED:
        return (ids.RITUAL_START, ids.RITUAL_MOVE, ids.RITUAL_CANCEL)
    if what == CLOSE:
        return (ids.RITUAL_CLOSE,)
    return ARRANGING if occurrence.stage is Stage.PLANNED else ()


def changed(sheet: AgendaSheet, what: str, locale: str) -> Message:
    """Return the line of the agenda's thread about a move, a cancellation or a new host."""
    words = text(
        locale,
        f"ritual.line.{what}",
        when=when(locale, sheet.occurrence.starts_at, sheet.ritual.zone),
        host=agendas.host(sheet, locale),
    )
    blocks: list[Block] = [section(words)]
    if sheet.occurrence.why and what != "handed":
        blocks.append(section(quoted(sheet.occurrence.why, 400)))
    return Message(text=words, blocks=tuple(blocks))


def alert(sheet: AgendaSheet, post: Post, locale: str, *, outcome: str = "") -> Message:
    """Return what a steward is told: nobody to facilitate, or a channel that is not there."""
    what = post.detail("what")
    words = text(
        locale,
        f"alert.{what}",
        ritual=escape(sheet.ritual.name.read_in(locale)),
        when=when(locale, sheet.occurrence.starts_at, sheet.ritual.zone),
        channel=escape(post.detail("channel")),
    )
    blocks: list[Block] = [section(words)]
    if outcome:
        blocks.append(context(_ended(sheet, outcome, locale)))
    elif what == "no_facilitator":
        blocks.append(buttons(sheet.occurrence, ARRANGING, locale))
    return Message(text=words, blocks=tuple(blocks))


def _proposal(
    post: Post, sheet: AgendaSheet, request: Sheet, locale: str, ended: str
) -> Message | None:
    waiting = (item.proposal for item in sheet.occurrence.items if item.proposal)
    known = {heard.id: heard for heard in (*waiting, *sheet.occurrence.heard)}
    heard = known.get(post.detail("proposal"))
    return proposal(request, sheet.occurrence, heard, locale, ended=ended) if heard else None


def proposal(
    sheet: Sheet, occurrence: Occurrence, heard: Proposal, locale: str, *, ended: str = ""
) -> Message:
    """Return what the facilitator heard, for its decider to confirm in one click.

    `ended` is what happened, in words, when there is nothing more to confirm.
    """
    key = "ritual.heard" if heard.terms else "ritual.heard_evidence"
    words = text(
        locale,
        key,
        person=mention(heard.by),
        reference=reference(sheet),
        title=title_of(sheet),
    )
    value = value_of(occurrence, sheet.request.id, heard.id)
    actions = [button(locale, ids.PROPOSAL_CONFIRM, value=value, style="primary")]
    if heard.terms:
        actions.append(button(locale, ids.PROPOSAL_EDIT, value=value))
    last = context(ended) if ended else ActionsBlock(elements=actions)
    return Message(text=words, blocks=(section(words), section(_heard(sheet, heard, locale)), last))


def _heard(sheet: Sheet, heard: Proposal, locale: str) -> str:
    terms, options = heard.terms, sheet.request.content.options
    if terms is None:
        return quoted(heard.evidence, 900)
    verdict = f"*{verdict_text(terms, locale)}*"
    if terms.option is not None and terms.option < len(options):
        verdict += f" — {clip(escape(options[terms.option].label), 160)}"
    lines = [verdict, quoted(terms.rationale, 900)]
    if terms.counterpart:
        counterpart = clip(escape(terms.counterpart), 400)
        lines.append(text(locale, "card.counterpart", counterpart=counterpart))
    if terms.supersedes:
        lines.append(text(locale, "card.supersedes", older=f"ARB-{terms.supersedes}"))
    return "\n".join(lines)
