"""Bypasses: noticed in ordinary messages, answered by a nudge that only their author sees.

A nudge goes out at most once, beside the ack and not through the outbox. The sender finds a post
whose outcome is unknown by its metadata; a private message cannot be found again, so it could only
be sent twice. The nudge is recorded before it is sent: one that is lost costs less than two.
"""

import traceback
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk.errors import SlackApiError

from bot.domain.bypass import Origin
from bot.domain.bypass_detection import Detection, MessageContext
from bot.domain.content import Source
from bot.domain.errors import MissingChoice
from bot.domain.ids import ChannelId
from bot.i18n import text
from bot.services import bypasses, bypasses_settings, people, requests
from bot.services.bypasses import Answered, Heard
from bot.slack import forms, hearing, ids
from bot.slack.call import Call, acting, showing
from bot.slack.dumping import dump_blocks, dump_view
from bot.slack.kit import Kit, Payload
from bot.slack.listeners.requests import open_form
from bot.slack.switchboard import Switchboard
from bot.slack.views import nudges
from bot.slack.views.menus import said
from bot.slack.views.parts import Message
from bot.slack.views.request_form import request_form
from bot.slack.views.small_forms import notice_view


class DetectorBroke(Exception):
    """The detector raised: which error and where, never the words that it was given."""


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""

    def on_joined(body: dict[str, Any], ack: Ack, _respond: Respond) -> None:
        event = body["event"]
        if event.get("user") == kit.bot_user:
            bypasses.introduce(kit.deps, ChannelId(event["channel"]))
        ack()

    board.event("member_joined_channel")(on_joined)
    board.action(ids.NUDGE_OPEN)(showing(kit, on_open))
    board.action(ids.NUDGE_DISMISS)(acting(kit, on_dismiss))
    board.action(ids.NUDGE_MUTE)(acting(kit, on_mute))
    board.action(ids.NUDGE_UNMUTE)(acting(kit, on_unmute))
    board.view(ids.BYPASS_FORM)(acting(kit, on_declared))


# Noticing


def notice(kit: Kit, body: Payload) -> None:
    """Count a message that is a bypass, and nudge its author; leave no trace of any other.

    The ack is on its way before: only a detection is worth a thread of its own.
    """
    message = hearing.written(body, arbitrations=kit.deps.channel, bot=kit.bot_user)
    words = hearing.words_to_read(message, kit.bot_user) if message else ""
    found = _detect(kit, words, _context(kit, words, message)) if message and words else None
    if message and found:
        heard = hearing.heard(body, message, words)
        kit.later(lambda: _count(kit, heard, found))


def _detect(kit: Kit, words: str, context: MessageContext) -> Detection | None:
    try:
        return kit.detect(words, context)
    except Exception as error:  # noqa: BLE001  # raised again, without the words
        place = traceback.extract_tb(error.__traceback__)[-1]
        # Not from `error`: its words may be the message's, and the log must not have them.
        raise DetectorBroke(f"{type(error).__name__} at {place.name}:{place.lineno}") from None


def _context(kit: Kit, words: str, message: Payload) -> MessageContext:
    mentioned = hearing.mentioned_in(words) if "<@" in words else frozenset()
    return MessageContext(
        is_reply=message.get("thread_ts") not in {None, message["ts"]},
        is_to_decider=bool(mentioned and mentioned & bypasses.deciders(kit.deps)),
    )


def _count(kit: Kit, heard: Heard, found: Detection) -> None:
    author = kit.directory.person(heard.author)
    if people.is_barred(author) or not bypasses.count(kit.deps, heard, found, kit.learner):
        return
    phrases = (forms.readable(words) for words in found.quotes)
    nudge = nudges.nudge(heard.key, phrases, author.locale)
    kit.client.chat_postEphemeral(
        channel=heard.channel,
        user=heard.author,
        thread_ts=heard.thread_ts,
        text=nudge.text,
        blocks=dump_blocks(nudge),
    )


# The nudge's buttons


def on_open(call: Call) -> None:
    """Open the form with the message as its source, as the shortcut on the message does."""
    key = forms.action_value(call.body)
    channel, ts = _place(key)
    words = own_words(call, channel, ts)
    source = Source(
        channel=channel,
        ts=ts,
        permalink=call.kit.deps.permalink(channel, ts),
        author=call.person,
        excerpt=forms.readable(words)[: forms.EXCERPT_LIMIT],
    )
    open_form(call, title=forms.title_from(words), source=source)
    bypasses.open_nudge(call.kit.deps, key)
    _replace(call, text(call.locale, "nudge.opened"))
    _learn(call, Answered(key=key, by=call.person, words=words, is_request=True))


def on_dismiss(call: Call) -> None:
    """Record that a message is no request; what that teaches is learned beside."""
    key = forms.action_value(call.body)
    bypasses.dismiss(call.kit.deps, key)
    call.ack()
    call.kit.later(lambda: _learn_dismissal(call, key))
    call.kit.later(lambda: _replace(call, text(call.locale, "nudge.dismissed")))


def _learn_dismissal(call: Call, key: str) -> None:
    words = own_words(call, *_place(key))
    _learn(call, Answered(key=key, by=call.person, words=words, is_request=False))


def _learn(call: Call, answered: Answered) -> None:
    """Learn from an answer, unless the message is gone, or no longer what it was."""
    kit = call.kit
    found = _detect(kit, answered.words, MessageContext()) if answered.words else None
    if found is not None and kit.learner is not None:
        bypasses.learn(kit.deps, answered, found, kit.learner)


def on_mute(call: Call) -> None:
    """Nudge somebody no more."""
    bypasses_settings.mute(call.kit.deps, call.person)
    call.ack()
    call.kit.later(lambda: _replace(call, text(call.locale, "nudge.muted")))


def on_unmute(call: Call) -> None:
    """Nudge somebody again."""
    bypasses_settings.unmute(call.kit.deps, call.person)
    call.ack()
    call.kit.later(lambda: call.answer(said(text(call.locale, "nudge.unmuted"))))


def _place(key: str) -> tuple[ChannelId, str]:
    _, channel, ts = key.split(":", 2)
    return ChannelId(channel), ts


def own_words(call: Call, channel: ChannelId, ts: str) -> str:
    """Return what the person wrote in a message, in Slack's markup: buttons carry ids only.

    Empty when it is gone, somebody else's, or where the bot no longer is.
    """
    try:
        found = call.kit.client.conversations_replies(channel=channel, ts=ts, oldest=ts, limit=1)
    except SlackApiError:
        return ""
    for message in found["messages"]:
        if message["ts"] == ts and message.get("user") == call.person:
            return hearing.own_words(message)
    return ""


def _replace(call: Call, words: str) -> None:
    """Say something in the place of the nudge: no button survives its answer."""
    if not call.body.get("response_url"):
        call.answer(said(words))
        return
    message: Message = said(words)
    call.respond(text=message.text, blocks=dump_blocks(message), replace_original=True)


# By hand


def show_preference(call: Call) -> None:
    """Answer whether the person is nudged, with the way to change it."""
    is_muted = bypasses_settings.is_muted(call.kit.deps, call.person)
    call.answer(nudges.preference(call.locale, is_muted=is_muted))


def show_declaration(call: Call) -> None:
    """Open the form that declares a bypass made elsewhere than in writing here."""
    call.open_view(nudges.declaration)


def on_declared(call: Call) -> None:
    """Count what was declared; one's own goes on as a request."""
    deps, view = call.kit.deps, call.view
    origin = forms.choice_of(view, "origin")
    if origin is None:
        raise MissingChoice(field="origin")
    submission = forms.submission_key(view)
    if forms.choice_of(view, "about") != nudges.ABOUT_ME:
        bypasses.declare(deps, submission=submission, origin=Origin(origin))
        title, thanks = text(call.locale, "bypass.title"), text(call.locale, "bypass.thanks")
        call.ack(response_action="update", view=dump_view(notice_view(title, thanks, call.locale)))
        return
    draft = bypasses.declare_own(deps, call.person, submission=submission, origin=Origin(origin))
    form = request_form(requests.charter_of(deps), draft, call.locale, preview=None, option_count=1)
    call.ack(response_action="update", view=dump_view(form))


SHOWN: dict[str, Callable[[Call], None]] = {
    "nudge": show_preference,
    "bypass": show_declaration,
}
"""What /arbitrage shows of this."""
