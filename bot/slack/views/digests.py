"""The weekly digest, as posted: fifty blocks at most, whatever there is to tell.

Source: product §4. Its charts and its table have a text of their own for who cannot show them.
"""

from collections.abc import Iterator

from slack_sdk.models.blocks import Block

from bot.domain.agenda import Coming
from bot.domain.decision import Terms
from bot.domain.digest import Digest, Group
from bot.domain.ids import ImpactId, PersonId
from bot.domain.metrics import Rate
from bot.domain.request import Request
from bot.domain.summary import Sheet, Summary
from bot.i18n import capital, count, day, text
from bot.slack.views import digest_charts
from bot.slack.views.cards import verdict_text
from bot.slack.views.measures import rate_text, reference_text, share_text
from bot.slack.views.parts import (
    Message,
    clip,
    context,
    divider,
    escape,
    header,
    isolated,
    listed,
    reference,
    section,
    sections,
    squad_name,
    when,
)

MOST_GROUPS, MOST_MEETINGS = 8, 5
TITLE, NAME = 110, 40


def digest(found: Digest, locale: str) -> Message:
    """Return a digest in the reader's language."""
    first: list[Block] = [
        header(text(locale, "digest.title")),
        context(_counted(found, locale)),
        *_decided(found, locale),
        *_late(found, locale),
        *_due(found, locale),
        *_outside(found, locale),
        *_meetings(found, locale),
    ]
    if found.is_empty:
        first.append(section(text(locale, "digest.quiet")))
    shown = digest_charts.native(found, locale)
    told = digest_charts.plain(found, locale)
    rates = _rates(found, locale)
    shown_rates: list[Block] = [context(rates)] if rates else []
    if found.is_breathless:
        shown_rates.append(section(text(locale, "metrics.breathless")))
    last = (*shown_rates, context(reference_text(locale)), _footer(found, locale))
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
    yield from (f"• {_decision_line(found, sheet, locale)}" for sheet in group.sheets)
    if group.count > len(group.sheets):
        yield count(locale, "common.and_more", group.count - len(group.sheets))


def _impact(found: Digest, impact: ImpactId, locale: str) -> str:
    known = found.charter.impact(impact)
    return escape(known.name.read_in(locale) if known else impact)


def _decision_line(found: Digest, sheet: Sheet, locale: str) -> str:
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
        by=listed([_name(found, person, locale) for person in decision.deciders], locale),
    )
    return " · ".join([line, *_deliverable(found, decision.terms, locale)])


def _deliverable(found: Digest, terms: Terms, locale: str) -> list[str]:
    told, due_on = [_owner(found, terms.owner, locale)] if terms.owner else [], terms.due_on
    if due_on:
        told.append(text(locale, "digest.due", day=day(locale, due_on)))
    return told


def _owner(found: Digest, owner: PersonId, locale: str) -> str:
    return text(locale, "digest.owner", person=_name(found, owner, locale))


def _name(found: Digest, person: PersonId, locale: str) -> str:
    """Return what somebody goes by, as plain text: a digest calls nobody."""
    known = found.names.get(person)
    return isolated(clip(escape(known), NAME)) if known else text(locale, "digest.somebody")


def _title(request: Request) -> str:
    return _titled(request.content.title)


def _titled(title: str) -> str:
    return isolated(clip(escape(" ".join(title.split())), TITLE))


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
    title = _titled(line.title)
    return text(locale, "digest.late_line", reference=name, title=title, when=expected)


def _due(found: Digest, locale: str) -> list[Block]:
    if not found.due_count:
        return []
    lines = [text(locale, "digest.due_title", count=found.due_count)]
    lines += [f"• {_due_line(found, sheet, locale)}" for sheet in found.due]
    if found.due_count > len(found.due):
        lines.append(count(locale, "common.and_more", found.due_count - len(found.due)))
    return sections(lines)


def _due_line(found: Digest, sheet: Sheet, locale: str) -> str:
    terms = sheet.request.decision.terms if sheet.request.decision else None
    due_on = day(locale, terms.due_on) if terms and terms.due_on else ""
    title = _title(sheet.request)
    line = text(locale, "digest.due_line", reference=reference(sheet), title=title, day=due_on)
    owner = [_owner(found, terms.owner, locale)] if terms and terms.owner else []
    return " · ".join([line, *owner])


def _outside(found: Digest, locale: str) -> list[Block]:
    """Return the bypasses of the period; nothing when there was none: a quiet line is no news."""
    tally = found.bypasses.tally
    if not tally.bypasses:
        return []
    line = text(
        locale,
        "digest.outside",
        bypasses=count(locale, "digest.bypasses", tally.bypasses),
        rate=share_text(locale, found.bypasses.rate),
        conversion=share_text(locale, tally.conversion),
    )
    return [section(line)]


def _meetings(found: Digest, locale: str) -> list[Block]:
    lines = [_meeting(found, meeting, locale) for meeting in found.meetings[:MOST_MEETINGS]]
    return sections([text(locale, "digest.meetings"), *lines]) if lines else []


def _meeting(found: Digest, meeting: Coming, locale: str) -> str:
    facts = [when(locale, meeting.occurrence.starts_at, meeting.ritual.zone)]
    if meeting.facilitator:
        host = _name(found, meeting.facilitator, locale)
        facts.append(text(locale, "digest.host", person=host))
    if meeting.url:
        facts.append(text(locale, "ritual.see_agenda", url=meeting.url))
    name = escape(meeting.ritual.name.read_in(locale))
    return text(locale, "digest.meeting", ritual=name, facts=" · ".join(facts))


def _rates(found: Digest, locale: str) -> str:
    lines = [
        text(
            locale,
            "digest.rates",
            name=text(locale, f"metrics.rate.{rate}.name"),
            share=rate_text(locale, rate, found.shares[rate]),
        )
        for rate in Rate
        if found.shares[rate].n
    ]
    return " · ".join(lines)


def _footer(found: Digest, locale: str) -> Block:
    return context(text(locale, "digest.footer_person" if found.squads else "digest.footer"))
