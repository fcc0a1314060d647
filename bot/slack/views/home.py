"""The App Home: what to decide, what one asked. Source: product §5."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from bot.domain.content import Draft
from bot.domain.summary import Summary
from bot.i18n import count, text
from bot.slack import ids
from bot.slack.views.menus import SHOWN, summary_line
from bot.slack.views.parts import button, clip, context, divider, escape, header, section


def home(
    locale: str,
    zone: str,
    *,
    to_decide: Sequence[Summary],
    mine: Sequence[Summary],
    draft: Draft | None,
    is_muted: bool = False,
) -> View:
    """Return somebody's App Home; 100 blocks at most whatever there is."""
    blocks: list[Block] = [
        section(text(locale, "home.hello")),
        ActionsBlock(
            elements=[
                button(locale, ids.NEW_REQUEST, value="home", style="primary"),
                button(locale, ids.MENU_HELP, value="home"),
            ]
        ),
    ]
    if draft is not None:
        blocks += _draft(draft, locale)
    blocks += _list("home.to_decide", "home.nothing_to_decide", to_decide, locale, zone)
    blocks += _list("home.mine", "home.nothing_asked", mine, locale, zone)
    if is_muted:
        undo = button(locale, ids.NUDGE_UNMUTE, value="home")
        blocks += [divider(), section(text(locale, "home.muted"), accessory=undo)]
    return View(type="home", blocks=blocks)


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
