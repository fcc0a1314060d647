"""The shared artefacts: a line each, the reminder to who keeps one, and their private list.

Source: governance §8, product §5.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.artefacts import SELF_MADE, Artefact, Kept, Update
from bot.domain.ids import PersonId
from bot.i18n import capital, short_day, text
from bot.slack import ids
from bot.slack.views.parts import (
    Message,
    button,
    context,
    divider,
    escape,
    header,
    mention,
    section,
)


def tab_blocks(
    kept: Sequence[Kept], person: PersonId, at: datetime, zone: str, locale: str
) -> list[Block]:
    """Return what the charter's tab shows: all may read, who keeps one may say it is current."""
    lines = [b for one in kept for b in _line_blocks(one, person, at, zone, locale)]
    intro = context(text(locale, "artefact.intro"))
    return [divider(), header(text(locale, "artefact.all")), intro, *lines]


def listed(kept: Sequence[Kept], person: PersonId, at: datetime, zone: str, locale: str) -> Message:
    """Return the same as a private answer."""
    blocks = tab_blocks(kept, person, at, zone, locale)[1:]
    return Message(text=text(locale, "artefact.all"), blocks=tuple(blocks))


def _line_blocks(kept: Kept, person: PersonId, at: datetime, zone: str, locale: str) -> list[Block]:
    blocks: list[Block] = [readable_line(kept, at, zone, locale)]
    if person in kept.keepers:
        name = f"artefact:{kept.artefact}"
        blocks.append(ActionsBlock(block_id=name, elements=_acts(kept, locale)))
    return blocks


def readable_line(kept: Kept, at: datetime, zone: str, locale: str) -> Block:
    """Return an artefact in a line, with the button that opens it."""
    read = button(locale, ids.ARTEFACT_READ, value=value_of(kept))
    return section(line(kept, at, zone, locale), accessory=read)


def _acts(kept: Kept, locale: str) -> list[ButtonElement]:
    names = [ids.ARTEFACT_CONFIRM] if kept.can_confirm else []
    names.append(ids.ARTEFACT_UPDATE)
    return [button(locale, name, value=value_of(kept)) for name in names]


def value_of(kept: Kept) -> str:
    """Return what the buttons of an artefact carry: which, and its last update."""
    return f"{kept.artefact}|{kept.seen}"


def name_of(artefact: Artefact, locale: str) -> str:
    """Return what an artefact is called."""
    return text(locale, f"artefact.name.{artefact}")


def line(kept: Kept, at: datetime, zone: str, locale: str) -> str:
    """Return an artefact in two short lines: how current it is, whose, since when, where."""
    facts = [_owner(kept, locale)]
    if kept.last:
        facts.append(_said(kept, kept.last, zone, locale))
        facts += [_link(kept.last.body.link, locale)] if kept.last.body.link else []
    return text(
        locale,
        "artefact.line",
        name=name_of(kept.artefact, locale),
        state=_state(kept, at, zone, locale),
        facts=" · ".join(facts),
    )


def _state(kept: Kept, at: datetime, zone: str, locale: str) -> str:
    if kept.stale_at is None:
        is_made = kept.artefact in SELF_MADE
        return text(locale, "artefact.never_confirmed" if is_made else "artefact.never")
    key = "artefact.fresh" if kept.is_fresh(at) else "artefact.stale"
    return text(locale, key, day=local_day(kept.stale_at, zone, locale))


def _owner(kept: Kept, locale: str) -> str:
    person = mention(kept.keepers[0]) if kept.is_held else text(locale, "home.vacant")
    return text(locale, "artefact.owner", role=role_of(kept.owner, locale), person=person)


def local_day(at: datetime, zone: str, locale: str) -> str:
    """Return the day of an instant where the company is: « 26 nov. », on one line."""
    return short_day(locale, at.astimezone(ZoneInfo(zone)).date()).replace(" ", "\u00a0")


def role_of(role: str, locale: str) -> str:
    """Return a seat's role, to start a line."""
    return capital(text(locale, f"role.{role}"))


def _said(kept: Kept, last: Update, zone: str, locale: str) -> str:
    if last.is_confirmation:
        alone, with_person = "artefact.confirmed", "artefact.confirmed_by"
    else:
        alone, with_person = "artefact.updated", "artefact.updated_by"
    on = local_day(last.at, zone, locale)
    if kept.is_held and last.by == kept.keepers[0]:
        return text(locale, alone, day=on)
    return text(locale, with_person, day=on, person=mention(last.by))


def _link(link: str, locale: str) -> str:
    return f"<{escape(link)}|{text(locale, 'artefact.document')}>"


def link_line(link: str) -> str:
    """Return the address of a document, as itself: nothing hides where it leads."""
    return f":link: <{escape(link)}>"


def reminder(kept: Kept, locale: str, *, zone: str, updated: Update | None = None) -> Message:
    """Return the one word to who keeps an artefact that is no longer current.

    `updated` is what was said of it since: nothing is asked any more.
    """
    words = _reminded(kept, zone, locale)
    if updated is not None:
        said = capital(_said(kept, updated, zone, locale))
        return Message(text=words, blocks=(section(words), context(said.rstrip(".") + ".")))
    read = button(locale, ids.ARTEFACT_READ, value=value_of(kept))
    acts = ActionsBlock(elements=[*_acts(kept, locale), read])
    return Message(text=words, blocks=(section(words), acts, context(text(locale, "artefact.why"))))


def _reminded(kept: Kept, zone: str, locale: str) -> str:
    name = name_of(kept.artefact, locale)
    if kept.stale_at is not None:
        day = local_day(kept.stale_at, zone, locale)
        return text(locale, "artefact.remind_stale", name=name, day=day)
    if kept.artefact in SELF_MADE:
        return text(locale, "artefact.remind_never_confirmed", name=name)
    return text(locale, "artefact.remind_never", name=name)


def noted(kept: Kept, zone: str, locale: str) -> str:
    """Return the thanks to who said that an artefact is current."""
    day = local_day(kept.stale_at, zone, locale) if kept.stale_at else ""
    return text(locale, "artefact.noted", name=name_of(kept.artefact, locale), day=day)
