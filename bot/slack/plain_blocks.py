"""Saying it again in older blocks, when Slack refuses those that it only has since 2026."""

import logging
from collections.abc import Callable
from typing import TypeVar

from slack_sdk.errors import SlackApiError

from bot.slack.dumping import Json, dump_blocks, dump_plain
from bot.slack.errors import code_of
from bot.slack.views.parts import Message

log = logging.getLogger(__name__)

REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})
"""What Slack answers to blocks it does not know: then nothing was posted."""

Answer = TypeVar("Answer")


def with_plain_blocks(
    message: Message,
    say: Callable[[list[Json]], Answer],
    draw: Callable[[Message], Message | None] = lambda _message: None,
) -> Answer:
    """Return what `say` answers to the blocks of `message`, else to its plain ones.

    `draw` may return the plain message with pictures: it is tried first, then the words alone.
    Raises SlackApiError for any other trouble, or when there are no plain blocks.
    """
    try:
        return say(dump_blocks(message))
    except SlackApiError as error:
        plain = dump_plain(message)
        if plain is None or code_of(error) not in REFUSED:
            raise
    log.info("Slack refuses the native blocks: posting plain ones")
    drawn = draw(message)
    if drawn is None:
        return say(plain)
    try:
        return say(dump_blocks(drawn))
    except SlackApiError as error:
        if code_of(error) not in REFUSED:
            raise
        log.info("Slack refuses the pictures: posting words")
        return say(plain)
