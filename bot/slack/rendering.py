"""From the content of a post to its words: one view per kind."""

import secrets

from bot.domain.agenda import AgendaSheet
from bot.domain.bypass import Mode
from bot.domain.events import Event
from bot.domain.ids import PersonId
from bot.domain.posts import PostKind
from bot.domain.summary import Sheet
from bot.i18n import text
from bot.services.delivery import Content, NothingToSay
from bot.slack.views import (
    artefacts,
    cards,
    digests,
    lines,
    nudges,
    panels,
    polls,
    reminders,
    rituals,
)
from bot.slack.views.parts import Message, context, when


def render(content: Content) -> Message:
    """Return what a post says, in its reader's language, and that it is late if it is.

    Raises NothingToSay.
    """
    message = _message(content)
    if content.late_from is None:
        return message
    at = when(content.locale, content.late_from, content.zone)
    told = context(text(content.locale, "late.expected", when=at))
    plain = None if message.plain is None else (*message.plain, told)
    return Message(text=message.text, blocks=(*message.blocks, told), plain=plain)


def _message(content: Content) -> Message:
    if content.agenda is not None:
        return _render_ritual(content, content.agenda)
    if content.poll is not None:
        # Made anew for each attempt: a poll's key is in its message, and nowhere else.
        key = secrets.token_hex(16)
        return polls.poll(content.poll, key, content.locale, zone=content.zone)
    if content.artefact is not None:
        return artefacts.reminder(
            content.artefact, content.locale, zone=content.zone, updated=content.updated
        )
    return _render_request(content)


def _render_request(content: Content) -> Message:
    post, locale = content.post, content.locale
    match post.kind:
        case PostKind.CARD | PostKind.CARD_UPDATE:
            return cards.card(_sheet(content), locale)
        case PostKind.PANEL | PostKind.PANEL_UPDATE:
            return panels.panel(_sheet(content), locale)
        case PostKind.LINE:
            return lines.line(_sheet(content), _event(content), locale)
        case PostKind.ALERT:
            settled = content.settled
            return lines.alert(dict(post.details), content.sheet, locale, settled=settled)
        case PostKind.REMINDER | PostKind.REMINDER_LINE:
            return _reminder(content)
        case _:
            return _render_message(content)


def _reminder(content: Content) -> Message:
    if content.post.kind is PostKind.REMINDER:
        return reminders.reminder(content.due, content.locale)
    person = PersonId(content.post.detail("to"))
    return reminders.reminder_line(content.due[0], person, content.locale)


def _render_ritual(content: Content, agenda: AgendaSheet) -> Message:
    message = rituals.render(
        content.post,
        agenda,
        content.sheet,
        content.locale,
        settled=content.settled,
        outcome=content.outcome,
    )
    if message is None:
        raise NothingToSay("no_proposal")
    return message


def _render_message(content: Content) -> Message:
    post, locale = content.post, content.locale
    if content.digest:
        return digests.digest(content.digest, locale)
    if post.kind is PostKind.NOTICE and post.person:
        event, settled = _event(content), content.settled
        return lines.notice(_sheet(content), event, post.person, locale, settled=settled)
    if post.kind is PostKind.SOURCE_LINK:
        return lines.source_link(_sheet(content), locale)
    if post.kind is PostKind.UNFURL:
        return lines.unfurl(_sheet(content), locale)
    if post.kind is PostKind.INTRODUCTION:
        return nudges.introduction(Mode(post.detail("mode")), locale)
    is_own = bool(post.detail("is_own"))
    return lines.invited(content.outcome, content.draft, content.sheet, locale, is_own=is_own)


def _sheet(content: Content) -> Sheet:
    if content.sheet is None:
        raise NothingToSay("no_request")
    return content.sheet


def _event(content: Content) -> Event:
    if content.event is None:
        raise NothingToSay("no_event")
    return content.event
