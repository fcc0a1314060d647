"""Subscribing to the digest: where somebody stands, and the form to choose squads."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, InputBlock
from slack_sdk.models.views import View

from bot.domain.charter import Charter
from bot.domain.digest import Subscription
from bot.domain.ids import ChannelId, SquadId
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.inputs import choice, multi_select, plain
from bot.slack.views.parts import (
    SECTION_LIMIT,
    Message,
    button,
    clip,
    context,
    listed,
    section,
    squad_name,
    when,
)

MOST_SQUADS = 100


def state(
    charter: Charter,
    found: Subscription | None,
    *,
    channel: ChannelId,
    next_at: datetime,
    locale: str,
) -> Message:
    """Return whether somebody gets the digest, about what, and what they can do about it."""
    words = clip(_state(charter, found, channel, locale), SECTION_LIMIT)
    coming = when(locale, next_at, charter.calendar.zone)
    actions = (
        [ids.DIGEST_SUBSCRIBE] if found is None else [ids.DIGEST_CHANGE, ids.DIGEST_UNSUBSCRIBE]
    )
    buttons = [button(locale, action, value="digest") for action in actions]
    buttons.append(button(locale, ids.DIGEST_PREVIEW, value="digest"))
    blocks: tuple[Block, ...] = (
        section(words),
        context(text(locale, "digest.next", when=coming)),
        ActionsBlock(elements=buttons),
    )
    return Message(text=words, blocks=blocks)


def _state(charter: Charter, found: Subscription | None, channel: ChannelId, locale: str) -> str:
    if found is None:
        return text(locale, "digest.state_none", channel=channel)
    if not found.squads:
        return text(locale, "digest.state_all")
    squads = listed([squad_name(charter, squad) for squad in found.squads], locale)
    return text(locale, "digest.state_squads", squads=squads)


def digest_form(charter: Charter, chosen: tuple[SquadId, ...], locale: str) -> View:
    """Return the form that subscribes; `chosen` squads are picked already."""
    options = [choice(squad.id, squad.name) for squad in charter.squads[:MOST_SQUADS]]
    blocks: list[Block] = [section(text(locale, "digest.form_intro"))]
    if options:
        picker = multi_select(options, chosen, action_id="digest_squads")
        blocks.append(
            InputBlock(
                block_id="digest_squads",
                label=plain(text(locale, "form.squads")),
                element=picker,
                optional=True,
            )
        )
    return View(
        type="modal",
        callback_id=ids.DIGEST_FORM,
        title=plain(text(locale, "digest.form_title")),
        submit=plain(text(locale, "digest.form_submit")),
        close=plain(text(locale, "form.close")),
        blocks=blocks,
    )
