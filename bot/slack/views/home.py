"""The App Home: what to decide, what one asked. Source: product §5."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.content import Draft
from bot.domain.summary import Summary
from bot.i18n import count, text
from bot.slack import ids
from bot.slack.views.menus import SHOWN, summary_line
from bot.slack.views.parts import button, clip, context, divider, escape, header, section


@dataclass(frozen=True, kw_only=True)
class Own:
    """What somebody has to decide, asked, and left unfinished; a steward sees a little more.

    `is_muted`: they asked for no more nudges.
    """

    to_decide: Sequence[Summary] = ()
    mine: Sequence[Summary] = ()
    draft: Draft | None = None
    is_steward: bool = False
    is_muted: bool = False


def home(locale: str, zone: str, own: Own, *, rituals: Sequence[Block] = ()) -> View:
    """Return somebody's App Home; 100 blocks at most whatever there is."""
    blocks: list[Block] = [
        section(text(locale, "home.hello")),
        ActionsBlock(
            elements=[
                button(locale, ids.NEW_REQUEST, value="home", style="primary"),
                button(locale, ids.MENU_HELP, value="home"),
            ]
        ),
        ActionsBlock(elements=_buttons(locale, is_steward=own.is_steward)),
    ]
    if own.draft is not None:
        blocks += _draft(own.draft, locale)
    blocks += _list("home.to_decide", "home.nothing_to_decide", own.to_decide, locale, zone)
    blocks += _list("home.mine", "home.nothing_asked", own.mine, locale, zone)
    blocks += rituals
    if own.is_muted:
        undo = button(locale, ids.NUDGE_UNMUTE, value="home")
        blocks += [divider(), section(text(locale, "home.muted"), accessory=undo)]
    return View(type="home", blocks=blocks)


def _buttons(locale: str, *, is_steward: bool) -> list[ButtonElement]:
    shown = [ids.ABSENCE, ids.PREFERENCES, *([ids.UPCOMING] if is_steward else [])]
    return [button(locale, action, value="home") for action in shown]


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


def _list(
    title: str, empty: str, summaries: Sequence[Summary], locale: str, zone: str
) -> list[Block]:
    blocks: list[Block] = [divider(), header(text(locale, title))]
    if not summaries:
        return [*blocks, context(text(locale, empty))]
    blocks += [section(summary_line(found, locale, zone)) for found in summaries[:SHOWN]]
    if len(summaries) > SHOWN:
        blocks.append(context(count(locale, "common.and_more", len(summaries) - SHOWN)))
    return blocks
