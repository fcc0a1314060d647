"""A whole list of one's own requests, in a modal."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.summary import Listed
from bot.i18n import count, text
from bot.slack import ids
from bot.slack.views.inputs import plain
from bot.slack.views.menus import summary_line
from bot.slack.views.parts import context, section, sections

MOST = 200
"""So many lines fit in a view, however long they are."""


def whole_list(title: str, found: Listed, locale: str, zone: str) -> View:
    """Return the list, the rest of it counted; `title` is a catalog key."""
    lines = [summary_line(line, locale, zone) for line in found.lines]
    blocks: list[Block] = sections(lines) or [section(text(locale, "journal.nothing"))]
    if found.more:
        blocks.append(context(count(locale, "common.and_more", found.more)))
    return View(
        type="modal",
        callback_id=ids.NOTICE_VIEW,
        title=plain(text(locale, title), 24),
        close=plain(text(locale, "form.close")),
        blocks=blocks,
    )
