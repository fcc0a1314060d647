"""The weekly digest, as posted: fifty blocks at most, whatever there is to tell.

Source: product §4. Its charts and its table have a text of their own for who cannot show them.
"""

from collections.abc import Iterator
from datetime import date

from slack_sdk.models.blocks import Block

from bot.domain.digest import Digest, Group
from bot.domain.ids import ImpactId, PersonId
from bot.domain.metrics import Rate
from bot.domain.request import Request
from bot.domain.summary import Sheet, Summary
from bot.i18n import capital, count, day, text
from bot.slack.views import digest_charts
from bot.slack.views.cards import verdict_text
from bot.slack.views.measures import reference_text, share_text
from bot.slack.views.parts import (
    Message,
    clip,
    context,
    divider,
    escape,
    header,
    listed,
    mention,
    mentions,
    reference,
    section,
    sections,
    squad_name,
    when,
)

MOST_GROUPS = 8
TITLE = 110


def digest(found: Digest, locale: str) -> Message:
    """Return a digest in the reader's language."""
    first: list[Block] = [
        header(text(locale, "digest.title")),
        context(_counted(found, locale)),
        *_decided(found, locale),
        *_late(found, locale),
        *_due(found, locale),
    ]
    if found.is_empty:
        first.append(section(text(locale, "digest.quiet")))
    shown = digest_charts.native(found, locale)
    told = digest_charts.plain(found, locale)
    last = (context(_rates(found, locale)), context(reference_text(locale)), _footer(found, locale))
    opening = (*first, divider(), section(text(locale, "digest.health")))
    return Message(
        text=_summary(found, locale),
        blocks=(*opening, *shown, *last),
        plain=(*opening, *told, *last),
    )


def _period(found: Digest, locale: str) -> str:
    calendar = found.charter.calendar
    start, end = (calendar.local_date(at) for at in (found.period.start, found.period.end))
    return text(locale, "digest.period", start=day(locale, start), end=day(locale, end))


def _summary(found: Digest, locale: str) -> str:
    return text(
        locale,
        "digest.summary",
        period=_period(found, locale),
        decided=count(locale, "digest.decided", found.decided),
        late=count(locale, "digest.late", found.late_count),
    )


def _counted(found: Digest, locale: str) -> str:
    told = text(
        locale,
        "digest.counted",
        period=capital(_period(found, locale)),
        filed=count(locale, "digest.filed", found.filed),
        decided=count(locale, "digest.decided", found.decided),
        open=count(locale, "digest.open", found.open_count),
    )
    if not found.squads:
        return told
    squads = listed([squad_name(found.charter, squad) for squad in found.squads], locale)
    return f"{told}\n{text(locale, 'digest.for_squads', squads=squads)}"


def _decided(found: Digest, locale: str) -> list[Block]:
    if not found.decided:
        return [] if found.is_empty else [section(text(locale, "digest.none_decided"))]
    blocks: list[Block] = []
    for group in found.groups[:MOST_GROUPS]:
        blocks += sections(_group_lines(found, group, locale))
    shown = sum(len(group.sheets) for group in found.groups[:MOST_GROUPS])
    told = sum(group.count for group in found.groups[:MOST_GROUPS] if group.sheets)
    rest = found.decided - told
    if rest > 0 and shown:
        blocks.append(context(count(locale, "common.and_more", rest)))
    return blocks


def _group_lines(found: Digest, group: Group, locale: str) -> Iterator[str]:
    decided = count(locale, "digest.decided", group.count)
    yield text(locale, "digest.group", impact=_impact(found, group.impact, locale), decided=decided)
    yield from (f"• {_decision_line(sheet, locale)}" for sheet in group.sheets)
    if group.count > len(group.sheets):
        yield count(locale, "common.and_more", group.count - len(group.sheets))


def _impact(found: Digest, impact: ImpactId, locale: str) -> str:
    known = found.charter.impact(impact)
    return escape(known.name.read_in(locale) if known else impact)


def _decision_line(sheet: Sheet, locale: str) -> str:
    request = sheet.request
    decision = request.decision or (request.past_decisions or (None,))[-1]
    if decision is None:
        return f"{reference(sheet)} {_title(request)}"
    key = "digest.line" if request.decision else "digest.line_reopened"
    line = text(
        locale,
        key,
        reference=reference(sheet),
        title=_title(request),
        verdict=verdict_text(decision.terms, locale),
        by=mentions(decision.deciders, locale),
    )
    return " · ".join([line, *_deliverable(decision.terms.owner, decision.terms.due_on, locale)])


def _deliverable(owner: PersonId | None, due_on: date | None, locale: str) -> list[str]:
    told = []
    if owner:
        told.append(text(locale, "digest.owner", person=mention(owner)))
    if due_on:
        told.append(text(locale, "digest.due", day=day(locale, due_on)))
    return told


def _title(request: Request) -> str:
    return clip(escape(request.content.title), TITLE)


def _late(found: Digest, locale: str) -> list[Block]:
    if not found.late_count:
        return []
    lines = [text(locale, "digest.late_title", count=found.late_count)]
    zone = found.charter.calendar.zone
    lines += [f"• {_late_line(line, locale, zone)}" for line in found.late]
    if found.late_count > len(found.late):
        lines.append(count(locale, "common.and_more", found.late_count - len(found.late)))
    return sections(lines)


def _late_line(line: Summary, locale: str, zone: str) -> str:
    name = f"<{line.url}|{line.reference}>" if line.url else f"*{line.reference}*"
    expected = when(locale, line.due_at, zone) if line.due_at else ""
    title = clip(escape(line.title), TITLE)
    return text(locale, "digest.late_line", reference=name, title=title, when=expected)


def _due(found: Digest, locale: str) -> list[Block]:
    if not found.due_count:
        return []
    lines = [text(locale, "digest.due_title", count=found.due_count)]
    lines += [f"• {_due_line(sheet, locale)}" for sheet in found.due]
    if found.due_count > len(found.due):
        lines.append(count(locale, "common.and_more", found.due_count - len(found.due)))
    return sections(lines)


def _due_line(sheet: Sheet, locale: str) -> str:
    terms = sheet.request.decision.terms if sheet.request.decision else None
    due_on = day(locale, terms.due_on) if terms and terms.due_on else ""
    title = _title(sheet.request)
    line = text(locale, "digest.due_line", reference=reference(sheet), title=title, day=due_on)
    owner = _deliverable(terms.owner if terms else None, None, locale)
    return " · ".join([line, *owner])


def _rates(found: Digest, locale: str) -> str:
    lines = [
        text(
            locale,
            "digest.rates",
            name=text(locale, f"metrics.rate.{rate}.name"),
            share=share_text(locale, found.shares[rate]),
        )
        for rate in Rate
    ]
    return " · ".join(lines)


def _footer(found: Digest, locale: str) -> Block:
    return context(text(locale, "digest.footer_person" if found.squads else "digest.footer"))
