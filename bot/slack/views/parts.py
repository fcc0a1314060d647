"""The small parts every view is made of: escaped text, mentions, dates, sections."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.domain.charter import Charter, Role
from bot.domain.ids import PersonId, RitualId, SquadId
from bot.domain.routing import Mandate, Reason, Route
from bot.domain.summary import Sheet
from bot.i18n import effort, instant, text

SECTION_LIMIT = 3000
HEADER_LIMIT = 150


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is posted: blocks, and the text for notifications and screen readers.

    `plain` says the same with older blocks, for a Slack that refuses those; None: there are none.
    """

    text: str
    blocks: tuple[Block, ...]
    plain: tuple[Block, ...] | None = None


def escape(words: str) -> str:
    """Return people's words for mrkdwn: they mention nobody and format nothing of Slack's."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(words: str, limit: int) -> str:
    """Return `words` in at most `limit` characters, an ellipsis at the end when cut.

    An escaped character is never cut in two.
    """
    if len(words) <= limit:
        return words
    return re.sub(r"&[a-z]{0,4}$", "", words[: limit - 1]).rstrip() + "…"


def isolated(words: str) -> str:
    """Return words that keep their own direction: right-to-left ones leave the line in order."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in words):
        return f"\N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}"
    return words


def quoted(words: str, limit: int = 600) -> str:
    """Return people's words as a mrkdwn quote."""
    lines = clip(escape(words.strip()), limit).splitlines() or [""]
    return "\n".join(f"> {line}" for line in lines)


def mention(person: PersonId) -> str:
    """Return the mrkdwn mention of somebody."""
    return f"<@{person}>"


def mentions(people: Iterable[PersonId], locale: str) -> str:
    """Return « @a, @b et @c », or the word for nobody."""
    return listed([mention(person) for person in people], locale)


def listed(words: Sequence[str], locale: str) -> str:
    """Return « a, b et c », or the word for nobody."""
    if not words:
        return text(locale, "common.nobody")
    if len(words) == 1:
        return words[0]
    return text(locale, "common.and", first=", ".join(words[:-1]), last=words[-1])


def when(locale: str, at: datetime, zone: str) -> str:
    """Return a Slack date token: each reader sees their own zone; the fallback is `zone`'s."""
    fallback = instant(locale, at, zone).replace("|", " ")
    pattern = text(locale, "common.day_and_time", day="{date_short_pretty}", time="{time}")
    return f"<!date^{int(at.timestamp())}^{pattern}|{fallback}>"


def section(words: str, *, accessory: ButtonElement | None = None) -> SectionBlock:
    """Return a section of mrkdwn, cut to Slack's limit."""
    return SectionBlock(
        text=MarkdownTextObject(text=clip(words, SECTION_LIMIT)), accessory=accessory
    )


def sections(lines: Iterable[str]) -> list[Block]:
    """Return lines of mrkdwn in as few sections as Slack's limit lets; none is cut in two."""
    pages: list[str] = []
    for line in lines:
        if pages and len(pages[-1]) + 1 + len(line) <= SECTION_LIMIT:
            pages[-1] += f"\n{line}"
        else:
            pages.append(line)
    return [section(page) for page in pages]


def context(words: str) -> ContextBlock:
    """Return small grey mrkdwn."""
    return ContextBlock(elements=[MarkdownTextObject(text=clip(words, SECTION_LIMIT))])


def header(words: str) -> HeaderBlock:
    """Return a title; plain text, so nothing in it needs escaping."""
    return HeaderBlock(text=PlainTextObject(text=clip(bound(words), HEADER_LIMIT), emoji=False))


def bound(words: str) -> str:
    """Return `words` with no « ? » alone at the beginning of a line."""
    return re.sub(r" ([?!:;»])", "\u00a0\\1", words)


def divider() -> DividerBlock:
    """Return a line."""
    return DividerBlock()


def button(
    locale: str, action_id: str, *, value: str, label: str | None = None, style: str | None = None
) -> ButtonElement:
    """Return the button of an action; its words are `button.<action id>`."""
    return ButtonElement(
        text=PlainTextObject(text=label or text(locale, f"button.{action_id}"), emoji=False),
        action_id=action_id,
        value=value,
        style=style,
    )


def deciders(route: Route, locale: str) -> str:
    """Return who decides, deputies with whom they stand in for."""
    return listed([_decider(mandate, locale) for mandate in route.mandates], locale)


def _decider(mandate: Mandate, locale: str) -> str:
    if mandate.on_behalf_of is None:
        return mention(mandate.person)
    return text(
        locale,
        "common.for_absent",
        person=mention(mandate.person),
        absent=mention(mandate.on_behalf_of),
    )


def reasons(route: Route, charter: Charter, locale: str) -> str:
    """Return why these people decide, in words."""
    return " · ".join(_reason(found, charter, locale) for found in route.reasons)


def _reason(found: Reason, charter: Charter, locale: str) -> str:
    values = {name: _named(name, value, charter, locale) for name, value in found.values}
    return text(locale, f"reason.{found.key}", **values)


def _named(name: str, value: str, charter: Charter, locale: str) -> str:
    if name in {"person", "absent", "by"}:
        return mention(PersonId(value))
    if name == "role":
        return text(locale, f"role.{Role(value)}")
    if name == "squad":
        return squad_name(charter, SquadId(value)) if value else ""
    if name == "ritual":
        return ritual_name(charter, RitualId(value), locale)
    if name == "effort":
        return effort(locale, float(value))
    return escape(value)


def squad_name(charter: Charter, squad: SquadId) -> str:
    """Return a squad's name, escaped; its id when the charter no longer has it."""
    known = charter.squad(squad)
    return escape(known.name if known else squad)


def ritual_name(charter: Charter, ritual: RitualId | None, locale: str) -> str:
    """Return a ritual's name, escaped."""
    known = charter.ritual(ritual) if ritual else None
    return escape(known.name.read_in(locale) if known else ritual or "")


def impact_name(sheet: Sheet, locale: str) -> str:
    """Return the name of the impact a request serves, escaped."""
    impact = sheet.request.content.impact
    known = sheet.charter.impact(impact)
    return escape(known.name.read_in(locale) if known else impact)


def reference(sheet: Sheet) -> str:
    """Return `ARB-12`, a link to its card once it is posted."""
    number = sheet.request.reference
    return f"<{sheet.url}|{number}>" if sheet.url else f"*{number}*"


def title_of(sheet: Sheet) -> str:
    """Return a request's title, escaped, on one line."""
    return escape(sheet.request.content.title)
