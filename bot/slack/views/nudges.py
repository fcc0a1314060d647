"""The nudge, what the bot says of itself in a channel, and the form to declare a bypass."""

from collections.abc import Iterable

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from bot.domain.bypass import DECLARED, Mode
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.inputs import choice, field, plain, radio
from bot.slack.views.parts import Message, button, clip, context, escape, listed, section

ABOUT_ME, ANONYMOUS = "me", "anonymous"
MOST_PHRASES = 3
PHRASE_LIMIT = 80


def nudge(key: str, phrases: Iterable[str], locale: str) -> Message:
    """Return what the author of a bypass is offered; `phrases` are their own words, maybe none.

    The first ones explain it, each once: the most telling stand first.
    """
    told = dict.fromkeys(" ".join(phrase.split()) for phrase in phrases)
    shown = [clip(escape(phrase), PHRASE_LIMIT) for phrase in told if phrase][:MOST_PHRASES]
    quoted = [text(locale, "charter.show.quoted", words=phrase) for phrase in shown]
    words = text(locale, "nudge.no_cue")
    if quoted:
        words = text(locale, "nudge.cue", phrases=listed(quoted, locale))
    buttons = [
        button(locale, ids.NUDGE_OPEN, value=key, style="primary"),
        button(locale, ids.NUDGE_DISMISS, value=key),
        button(locale, ids.NUDGE_MUTE, value=key),
    ]
    blocks: tuple[Block, ...] = (
        section(words),
        ActionsBlock(elements=buttons),
        context(text(locale, "nudge.private")),
    )
    return Message(text=words, blocks=blocks)


def preference(locale: str, *, is_muted: bool) -> Message:
    """Return whether somebody is nudged, and the button that changes it."""
    words = text(locale, "nudge.are_muted" if is_muted else "nudge.are_not_muted")
    action = ids.NUDGE_UNMUTE if is_muted else ids.NUDGE_MUTE
    actions = ActionsBlock(elements=[button(locale, action, value="preference")])
    return Message(text=words, blocks=(section(words), actions))


def introduction(mode: Mode, locale: str) -> Message:
    """Return what the bot says once in a channel: what it reads, keeps, and how to stop it."""
    words = text(locale, "introduction.hello")
    blocks = (
        section(words),
        section(text(locale, f"introduction.{mode}")),
        section(text(locale, "introduction.kept")),
        context(text(locale, "introduction.stop")),
    )
    return Message(text=words, blocks=blocks)


def declaration(locale: str) -> View:
    """Return the form that declares a bypass: where it was made, and for whom it counts."""
    origins = [choice(origin, text(locale, f"origin.{origin}")) for origin in DECLARED]
    about = [
        choice(
            name,
            text(locale, f"about.{name}"),
            description=text(locale, f"about.{name}_description"),
        )
        for name in (ANONYMOUS, ABOUT_ME)
    ]
    return View(
        type="modal",
        callback_id=ids.BYPASS_FORM,
        title=plain(text(locale, "bypass.title")),
        submit=plain(text(locale, "bypass.submit")),
        close=plain(text(locale, "form.close")),
        blocks=[
            section(text(locale, "bypass.intro")),
            field("origin", radio(origins, None), locale, is_required=True),
            field("about", radio(about, ANONYMOUS), locale, is_required=True),
        ],
    )
