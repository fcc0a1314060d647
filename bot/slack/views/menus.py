"""Private answers to /arbitrage: the menu, lists, who decides what, help."""

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.charter import Charter, Rule
from bot.domain.similarity import words as words_of
from bot.domain.summary import Listed, Sheet, Summary
from bot.i18n import count, effort, text
from bot.slack import ids
from bot.slack.views.cards import MARKS, card
from bot.slack.views.parts import (
    Message,
    button,
    clip,
    context,
    escape,
    listed,
    mentions,
    section,
    when,
)

SHOWN = 15


def said(words: str) -> Message:
    """Return a message of one section; `words` is mrkdwn."""
    return Message(text=words, blocks=(section(words),))


def menu(locale: str, *, to_decide: int, is_draft_left: bool) -> Message:
    """Return the private menu of /arbitrage."""
    words = text(locale, "menu.hello")
    blocks: list[Block] = [section(words)]
    if to_decide:
        blocks.append(context(count(locale, "menu.to_decide", to_decide)))
    if is_draft_left:
        blocks.append(context(text(locale, "menu.draft_left")))
    buttons = [
        button(locale, ids.NEW_REQUEST, value="menu", style="primary"),
        button(locale, ids.MENU_INBOX, value="menu"),
        button(locale, ids.MENU_MINE, value="menu"),
        button(locale, ids.RITUALS, value="menu"),
        button(locale, ids.MENU_HELP, value="menu"),
    ]
    blocks.append(ActionsBlock(elements=buttons))
    return Message(text=words, blocks=tuple(blocks))


def help_message(locale: str) -> Message:
    """Return how to use Arbitrage, in a few lines."""
    words = text(locale, "menu.help")
    return Message(text=words, blocks=(section(words), context(text(locale, "menu.privacy"))))


def summary_line(summary: Summary, locale: str, zone: str, *, state: str | None = None) -> str:
    """Return a request in one line, linked to its card, with its due date, else its `state`."""
    name = f"<{summary.url}|{summary.reference}>" if summary.url else f"*{summary.reference}*"
    parts = [f"{MARKS[summary.status]} {name} {clip(escape(summary.title), 140)}"]
    if summary.due_at:
        parts.append(text(locale, "menu.due", when=when(locale, summary.due_at, zone)))
    else:
        parts.append(state or text(locale, f"status.{summary.status}"))
    return " · ".join(parts)


def request_list(title: str, empty: str, found: Listed, locale: str, zone: str) -> Message:
    """Return a list of requests; `title` and `empty` are catalog keys."""
    if not found.lines:
        return said(text(locale, empty))
    lines = [summary_line(line, locale, zone) for line in found.lines]
    if found.more:
        lines.append(count(locale, "common.and_more", found.more))
    first = text(locale, title)
    blocks = (section(f"*{first}*"), *(section(line) for line in lines))
    return Message(text=first, blocks=blocks)


def request_shown(sheet: Sheet, locale: str) -> Message:
    """Return a request's card, for one reader, with the way to its history."""
    shown = card(sheet, locale)
    history = ActionsBlock(elements=[button(locale, ids.REQUEST_PAGE, value=sheet.request.id)])
    return Message(text=shown.text, blocks=(*shown.blocks, history))


def who(charter: Charter, asked: str, locale: str) -> Message:
    """Return who decides what `asked` is about; everything when it matches nothing."""
    wanted = words_of(asked)
    rules = [rule for rule in charter.rules if wanted & _words(charter, rule)] or charter.rules
    lines = [_who(charter, rule, locale) for rule in rules]
    first = text(locale, "menu.who")
    blocks: list[Block] = [section(f"*{first}*"), *(section(line) for line in lines[:SHOWN])]
    return Message(text=first, blocks=tuple(blocks))


def _words(charter: Charter, rule: Rule) -> frozenset[str]:
    label = charter.question(rule.question).label
    return words_of(f"{label.fr} {label.en} {' '.join(rule.deciders)}")


def _who(charter: Charter, rule: Rule, locale: str) -> str:
    question = escape(charter.question(rule.question).label.read_in(locale))
    roles = []
    for role in rule.deciders:
        name = text(locale, f"role.{role}")
        seats = [seat.holder for seat in charter.seats if seat.key.role is role and seat.holder]
        holders = list(dict.fromkeys(seats))
        roles.append(f"{name} ({mentions(holders[:5], locale)})" if holders else name)
    line = f"{question}\n→ *{listed(roles, locale)}* · {text(locale, f'layer.{rule.layer}')}"
    if rule.proximity:
        near = text(locale, f"role.{rule.proximity}")
        most = effort(locale, charter.proximity.max_effort_days)
        line += f"\n{text(locale, 'menu.who_small', role=near, effort=most)}"
    return line


def record_reply(sheet: Sheet, value: str, locale: str) -> Message:
    """Return the private offer to a decider who typed « ok, go » in the thread."""
    words = text(locale, "menu.record", reference=sheet.request.reference)
    actions = ActionsBlock(
        elements=[button(locale, ids.RECORD_REPLY, value=value, style="primary")]
    )
    return Message(text=words, blocks=(section(words), actions))
