"""The App Home: its tabs, and the first one: what to decide, what one asked, what comes.

Source: product §5. It is published in one go, and 100 blocks at most whatever there is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.agenda import Coming
from bot.domain.content import Draft
from bot.domain.digest import Subscription
from bot.domain.home import Tab
from bot.domain.ids import PersonId, RequestId
from bot.domain.people import Absence, Notify
from bot.domain.request import DECIDABLE
from bot.domain.summary import Listed, Summary
from bot.i18n import count, instant, text
from bot.slack import ids
from bot.slack.views.menus import summary_line
from bot.slack.views.parts import button, clip, context, divider, escape, header, section
from bot.slack.views.preferences import OF_SLACK
from bot.slack.views.rituals import home_section

ABSENCES = 3
NONE = Listed()


@dataclass(frozen=True, kw_only=True)
class Own:
    """What somebody has to decide, asked, left unfinished, and what they chose.

    `to_assign` are those of `to_decide` that wait for them to name who decides. `language` None is
    Slack's. `zone` is theirs. `is_muted`: they asked for no more nudges.
    """

    person: PersonId
    zone: str
    to_decide: Listed = NONE
    to_assign: frozenset[RequestId] = frozenset()
    mine: Listed = NONE
    draft: Draft | None = None
    rituals: Sequence[Coming] = ()
    absences: Sequence[Absence] = ()
    notify: Notify = Notify.DM
    language: str | None = None
    digest: Subscription | None = None
    is_muted: bool = False


def framed(
    locale: str,
    tab: Tab,
    blocks: Sequence[Block],
    *,
    now: datetime,
    is_steward: bool,
    turn: int = 0,
) -> View:
    """Return the Home on one of its tabs; what it carries says which, and since when."""
    carried = {"tab": tab, "at": int(now.timestamp()), "turn": turn}
    shown = [one for one in Tab if is_steward or one is not Tab.SETTINGS]
    tabs = ActionsBlock(elements=[_tab(locale, one, is_here=one is tab) for one in shown])
    return View(
        type="home", private_metadata=json.dumps(carried), blocks=[tabs, divider(), *blocks]
    )


def _tab(locale: str, tab: Tab, *, is_here: bool) -> ButtonElement:
    style = "primary" if is_here else None
    return button(locale, ids.HOME_TABS[tab], value=tab, style=style)


def barred(locale: str) -> View:
    """Return the Home of somebody who takes no part."""
    return View(type="home", blocks=[section(text(locale, "error.barred"))])


def today(own: Own, locale: str, now: datetime) -> list[Block]:
    """Return the first tab."""
    welcome = [
        button(locale, ids.NEW_REQUEST, value="home", style="primary"),
        button(locale, ids.MENU_HELP, value="home"),
    ]
    return [
        section(text(locale, "home.hello")),
        ActionsBlock(elements=welcome),
        *(_draft(own.draft, locale) if own.draft else ()),
        *_to_decide(own, locale),
        *_mine(own, locale),
        *home_section(own.rituals, own.person, now, locale),
        *_chosen(own, locale, now),
    ]


def _draft(draft: Draft, locale: str) -> list[Block]:
    title = clip(escape(draft.fields.title), 140) or text(locale, "home.untitled")
    return [
        divider(),
        section(text(locale, "home.draft", title=title)),
        ActionsBlock(
            elements=[
                button(locale, ids.OPEN_DRAFT, value=draft.id),
                button(locale, ids.DISCARD_DRAFT, value=draft.id),
            ]
        ),
    ]


def _to_decide(own: Own, locale: str) -> list[Block]:
    title = _counted(text(locale, "home.to_decide"), own.to_decide.total)
    blocks: list[Block] = [divider(), header(title)]
    if not own.to_decide.lines:
        return [*blocks, context(text(locale, "home.nothing_to_decide"))]
    for line in own.to_decide.lines:
        act = button(locale, _act(own, line), value=line.id)
        blocks.append(section(summary_line(line, locale, own.zone), accessory=act))
    return [*blocks, *_more(own.to_decide, "to_decide", locale)]


def _act(own: Own, line: Summary) -> str:
    if line.id in own.to_assign:
        return ids.ASSIGN
    return ids.DECIDE if line.status in DECIDABLE else ids.REQUEST_PAGE


def _mine(own: Own, locale: str) -> list[Block]:
    title = _counted(text(locale, "home.mine"), own.mine.total)
    blocks: list[Block] = [divider(), header(title)]
    if not own.mine.lines:
        return [*blocks, context(text(locale, "home.nothing_asked"))]
    for line in own.mine.lines:
        see = button(locale, ids.REQUEST_PAGE, value=line.id)
        blocks.append(section(summary_line(line, locale, own.zone), accessory=see))
    return [*blocks, *_more(own.mine, "mine", locale)]


def _counted(title: str, total: int) -> str:
    return f"{title} ({total})" if total else title


def _more(found: Listed, which: str, locale: str) -> list[Block]:
    if not found.more:
        return []
    every = button(locale, ids.HOME_ALL, value=which)
    return [section(count(locale, "common.and_more", found.more), accessory=every)]


def _chosen(own: Own, locale: str, now: datetime) -> list[Block]:
    """Return one's absences and preferences, each with the way to change it."""
    settled = (
        (_absence(own, locale, now), ids.ABSENCE),
        (_preferences(own, locale), ids.PREFERENCES),
        (_digest(own, locale), ids.DIGEST_CHANGE if own.digest else ids.DIGEST_SUBSCRIBE),
        (text(locale, "home.muted"), ids.NUDGE_UNMUTE if own.is_muted else ""),
    )
    return [
        divider(),
        header(text(locale, "home.me")),
        *(
            section(words, accessory=button(locale, action, value="home"))
            for words, action in settled
            if action
        ),
    ]


def _absence(own: Own, locale: str, now: datetime) -> str:
    title = text(locale, "home.absence")
    if not own.absences:
        return f"{title}\n{text(locale, 'home.no_absence')}"
    lines = [_period(absence, own.zone, locale, now) for absence in own.absences[:ABSENCES]]
    left = len(own.absences) - len(lines)
    return "\n".join([title, *lines, *([count(locale, "common.and_more", left)] if left else [])])


def _period(absence: Absence, zone: str, locale: str, now: datetime) -> str:
    start, end = (instant(locale, at, zone) for at in (absence.start, absence.end))
    key = "home.away_now" if absence.start <= now else "home.away"
    return text(locale, key, start=start, end=end)


def _preferences(own: Own, locale: str) -> str:
    way = text(locale, f"form.notify_{own.notify}")
    language = text(locale, f"home.language_{own.language or OF_SLACK}")
    return text(locale, "home.preferences", way=way, language=language)


def _digest(own: Own, locale: str) -> str:
    if own.digest is None:
        told = text(locale, "home.digest_none")
    elif own.digest.squads:
        told = count(locale, "home.digest_squads", len(own.digest.squads))
    else:
        told = text(locale, "home.digest_all")
    return f"{text(locale, 'home.digest')}\n{told}"
