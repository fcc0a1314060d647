"""From the content of a post to its words: one view per kind."""

from bot.domain.bypass import Mode
from bot.domain.events import Event
from bot.domain.posts import PostKind
from bot.domain.summary import Sheet
from bot.services.delivery import Content, NothingToSay
from bot.slack.views import cards, lines, nudges, panels
from bot.slack.views.parts import Message


def render(content: Content) -> Message:
    """Return what a post says, in its reader's language. Raises NothingToSay."""
    post, locale = content.post, content.locale
    match post.kind:
        case PostKind.CARD | PostKind.CARD_UPDATE:
            return cards.card(_sheet(content), locale)
        case PostKind.PANEL | PostKind.PANEL_UPDATE:
            return panels.panel(_sheet(content), locale)
        case PostKind.LINE:
            return lines.line(_sheet(content), _event(content), locale)
        case PostKind.ALERT:
            return lines.alert(dict(post.details), content.sheet, locale)
        case _:
            return _render_message(content)


def _render_message(content: Content) -> Message:
    post, locale = content.post, content.locale
    if post.kind is PostKind.NOTICE and post.person:
        return lines.notice(_sheet(content), _event(content), post.person, locale)
    if post.kind is PostKind.SOURCE_LINK:
        return lines.source_link(_sheet(content), locale)
    if post.kind is PostKind.UNFURL:
        return lines.unfurl(_sheet(content), locale)
    if post.kind is PostKind.INTRODUCTION:
        return nudges.introduction(Mode(post.detail("mode")), locale)
    if content.draft is None:
        raise NothingToSay("no_draft")
    return lines.invitation(content.draft, locale)


def _sheet(content: Content) -> Sheet:
    if content.sheet is None:
        raise NothingToSay("no_request")
    return content.sheet


def _event(content: Content) -> Event:
    if content.event is None:
        raise NothingToSay("no_event")
    return content.event
