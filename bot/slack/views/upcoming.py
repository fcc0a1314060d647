"""What will be posted, and when, for stewards. Source: product §4."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.charter import Charter
from bot.domain.ids import RitualId
from bot.domain.upcoming import Upcoming
from bot.i18n import count, has_text, text
from bot.slack import ids
from bot.slack.views.inputs import plain
from bot.slack.views.parts import context, mention, ritual_name, section, sections, when

SHOWN = 40


def upcoming_view(listed: Sequence[Upcoming], charter: Charter, locale: str) -> View:
    """Return the list of the next posts, soonest first."""
    blocks: list[Block] = [section(text(locale, "upcoming.intro"))]
    blocks += sections(_line(post, charter, locale) for post in listed[:SHOWN])
    if not listed:
        blocks = [section(text(locale, "upcoming.none"))]
    if len(listed) > SHOWN:
        blocks.append(context(count(locale, "common.and_more", len(listed) - SHOWN)))
    return View(
        type="modal",
        callback_id=ids.NOTICE_VIEW,
        title=plain(text(locale, "upcoming.title"), 24),
        close=plain(text(locale, "form.close"), 24),
        blocks=blocks,
    )


def _line(post: Upcoming, charter: Charter, locale: str) -> str:
    whom = mention(post.person) if post.person else text(locale, "upcoming.everybody")
    at = when(locale, post.due_at, charter.calendar.zone)
    what = kind_name(post, charter, locale)
    return f"• {text(locale, 'upcoming.line', when=at, what=what, whom=whom)}"


def kind_name(post: Upcoming, charter: Charter, locale: str) -> str:
    """Return what a post to come is, in a few words."""
    key = f"upcoming.kind_{post.kind}"
    ritual = ritual_name(charter, RitualId(post.ritual or ""), locale)
    return text(locale, key, ritual=ritual) if has_text(key) else ritual or str(post.kind)
