"""A shared artefact opened: what it says and its history; and the form that updates it.

Source: governance §8.
"""

from collections.abc import Iterator
from datetime import datetime

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.views import View

from bot.domain.artefacts import (
    Artefact,
    Body,
    Capacity,
    Heading,
    Page,
    Update,
    available_field,
    engaged_field,
)
from bot.domain.charter import Charter, Squad
from bot.domain.counting import Share
from bot.i18n import count, effort, number, text
from bot.slack import ids
from bot.slack.views.artefacts import line, link_line, local_day, name_of, role_of
from bot.slack.views.inputs import field, number_input, plain, words_input
from bot.slack.views.parts import (
    clip,
    context,
    divider,
    escape,
    isolated,
    mention,
    quoted,
    section,
    sections,
)

NAME, TITLE = 80, 140
MOST_IMPACTS, MOST_SQUADS = 8, 40
"""How many impacts of the roadmap are shown, and how many squads a form asks."""


def artefact_page(found: Page, at: datetime, locale: str) -> View:
    """Return an artefact opened, for anybody."""
    zone = found.charter.calendar.zone
    blocks: list[Block] = [
        section(line(found.kept, at, zone, locale)),
        divider(),
        *_content(found, locale),
        *_history(found, locale),
    ]
    return View(
        type="modal",
        callback_id=ids.NOTICE_VIEW,
        title=plain(text(locale, "artefact.title"), 24),
        close=plain(text(locale, "form.close"), 24),
        blocks=blocks,
    )


def _content(found: Page, locale: str) -> list[Block]:
    body = found.kept.last.body if found.kept.last else Body()
    blocks = _made(found, body, locale)
    if body.words:
        blocks.append(section(quoted(body.words, 2800)))
    if body.link:
        blocks.append(section(link_line(body.link)))
    return blocks or [section(text(locale, "artefact.nothing_yet"))]


def _made(found: Page, body: Body, locale: str) -> list[Block]:
    """Return what needs no words of its own."""
    match found.kept.artefact:
        case Artefact.IMPACTS:
            return sections(_impacts(found.charter, locale))
        case Artefact.CAPACITY:
            return sections(_capacities(found.charter, body, locale))
        case Artefact.ROADMAP:
            return _roadmap(found, locale)
        case Artefact.CONSTRAINTS:
            return []


def _impacts(charter: Charter, locale: str) -> Iterator[str]:
    for impact in sorted(charter.impacts, key=lambda impact: not impact.is_north_star):
        name = clip(escape(impact.name.read_in(locale)), NAME)
        key = "artefact.north_star" if impact.is_north_star else "artefact.impact"
        yield text(locale, key, name=name)


def _capacities(charter: Charter, body: Body, locale: str) -> Iterator[str]:
    said = {one.squad: one for one in body.capacity}
    if not said:
        return
    for squad in charter.squads:
        name, one = clip(escape(squad.name), NAME), said.get(squad.id)
        if one is None:
            yield text(locale, "artefact.capacity_none", squad=name)
        else:
            yield _capacity(name, one, locale)


def _capacity(name: str, one: Capacity, locale: str) -> str:
    share = Share(hits=round(100 * one.engaged_days), n=round(100 * one.available_days))
    percent = share.percent
    return text(
        locale,
        "artefact.capacity_over" if one.is_over else "artefact.capacity",
        squad=name,
        available=effort(locale, one.available_days),
        engaged=number(locale, one.engaged_days),
        percent=text(locale, "metrics.nothing")
        if percent is None
        else text(locale, "metrics.percent", count=percent),
    )


def _roadmap(found: Page, locale: str) -> list[Block]:
    """Return the roadmap: under each impact how much serves it, and the latest decisions."""
    if found.roadmap is None:
        return [section(text(locale, "metrics.not_yours"))]
    if not found.roadmap:
        return [section(text(locale, "artefact.roadmap_none"))]
    shown, left = found.roadmap[:MOST_IMPACTS], len(found.roadmap) - MOST_IMPACTS
    return [
        context(text(locale, "artefact.roadmap_intro")),
        *(section("\n".join(_heading(one, found.charter, locale))) for one in shown),
        *([context(count(locale, "artefact.more_impacts", left))] if left > 0 else []),
    ]


def _heading(heading: Heading, charter: Charter, locale: str) -> Iterator[str]:
    known = charter.impact(heading.impact)
    name = clip(escape(known.name.read_in(locale) if known else heading.impact), NAME)
    decisions = count(locale, "digest.decided", heading.decisions)
    if heading.effort_hundredths:
        told = effort(locale, heading.effort_hundredths / 100)
        yield text(locale, "artefact.heading_effort", impact=name, decisions=decisions, effort=told)
    else:
        yield text(locale, "artefact.heading", impact=name, decisions=decisions)
    for one in heading.lines:
        reference = f"<{one.url}|{one.reference}>" if one.url else f"*{one.reference}*"
        yield f"• {reference} {isolated(clip(escape(' '.join(one.title.split())), TITLE))}"
    if heading.decisions > len(heading.lines):
        yield count(locale, "common.and_more", heading.decisions - len(heading.lines))


def _history(found: Page, locale: str) -> list[Block]:
    zone = found.charter.calendar.zone
    lines = [_past(update, zone, locale) for update in found.history]
    if not lines:
        return []
    return [divider(), context("\n".join([text(locale, "artefact.history"), *lines]))]


def _past(update: Update, zone: str, locale: str) -> str:
    kind = "confirmed" if update.is_confirmation else "updated"
    return text(
        locale,
        f"artefact.history_{kind}",
        day=local_day(update.at, zone, locale),
        person=mention(update.by),
        role=role_of(update.role, locale),
    )


def artefact_form(found: Page, locale: str, *, metadata: str) -> View:
    """Return the form that says what an artefact is now, filled with what it was."""
    kept = found.kept
    body = kept.last.body if kept.last else Body()
    blocks: list[Block] = [
        section(f"*{name_of(kept.artefact, locale)}*"),
        context(text(locale, f"artefact.ask.{kept.artefact}")),
    ]
    if kept.artefact is Artefact.ROADMAP:
        blocks += _roadmap(found, locale)
    if kept.artefact is Artefact.CAPACITY:
        blocks += _asked(found.charter, body, locale)
    words = words_input(body.words, is_long=True)
    blocks += [
        field("artefact_words", words, locale),
        field("artefact_link", words_input(body.link), locale),
    ]
    return View(
        type="modal",
        callback_id=ids.ARTEFACT_FORM,
        title=plain(text(locale, "artefact.form_title"), 24),
        submit=plain(text(locale, "artefact.form_submit"), 24),
        close=plain(text(locale, "form.close"), 24),
        private_metadata=metadata,
        blocks=blocks,
    )


def _asked(charter: Charter, body: Body, locale: str) -> list[Block]:
    said = {one.squad: one for one in body.capacity}
    blocks: list[Block] = []
    for squad in charter.squads[:MOST_SQUADS]:
        one = said.get(squad.id)
        blocks += [
            _days(
                available_field(squad.id),
                text(locale, "artefact.squad_available", squad=_short(squad)),
                one.available_days if one else None,
            ),
            _days(
                engaged_field(squad.id),
                text(locale, "artefact.squad_engaged", squad=_short(squad)),
                one.engaged_days if one else None,
            ),
        ]
    left = len(charter.squads) - MOST_SQUADS
    return [*blocks, *([context(count(locale, "artefact.more_squads", left))] if left > 0 else [])]


def _short(squad: Squad) -> str:
    return clip(squad.name, NAME)


def _days(block_id: str, label: str, value: float | None) -> InputBlock:
    element = number_input(value, action_id="value")
    return InputBlock(block_id=block_id, label=plain(label), element=element, optional=True)
