"""What an ordinary message is: who wrote it, where, and the words that are their own.

No text decides here, and nothing is looked up: it runs on every message of every channel.
Source: product §6, detection.md §4 (envelope).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.ids import ChannelId, PersonId
from bot.services.bypasses import Heard

Payload = Mapping[str, Any]

WRITTEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""Subtypes of what a person writes; the others are joins, topics, bots, deletions."""

CHANNELS = frozenset({"channel", "group"})
MENTION = re.compile(r"<@([A-Z0-9]+)")
NOT_ONES_OWN = frozenset({"rich_text_quote", "rich_text_preformatted"})


def written(body: Payload, *, arbitrations: ChannelId, bot: PersonId) -> Payload | None:
    """Return the message of an event, the new one for an edit; None for what is never a bypass.

    Never one: what bots write, joins and the like, the arbitration channel and its threads, direct
    messages.
    """
    event = body["event"]
    message: Payload = (event.get("message") or {}) if is_edit(event) else event
    author, channel = message.get("user"), event.get("channel")
    is_written = message.get("subtype") in WRITTEN and not message.get("bot_id")
    is_here = event.get("channel_type") in CHANNELS and channel != arbitrations
    return message if is_written and is_here and author and author != bot else None


def is_edit(event: Payload) -> bool:
    """Tell whether an event is an edit of a message."""
    return event.get("subtype") == "message_changed"


def words_to_read(message: Payload, bot: PersonId) -> str:
    """Return a message's own words; none when it calls the bot or starts with a slash."""
    words = own_words(message)
    is_way_in = words.startswith("/") or ("<@" in words and f"<@{bot}" in words)
    return "" if is_way_in else words


def heard(body: Payload, message: Payload, words: str) -> Heard:
    """Return what is kept in memory of a message that is a bypass."""
    ts, root = message["ts"], message.get("thread_ts")
    return Heard(
        channel=ChannelId(body["event"]["channel"]),
        ts=ts,
        author=PersonId(message["user"]),
        words=words,
        thread_ts=root if root != ts else None,
        is_edit=is_edit(body["event"]),
    )


def mentioned_in(words: str) -> frozenset[PersonId]:
    """Return who is mentioned in a message's text."""
    return frozenset(PersonId(found) for found in MENTION.findall(words))


def own_words(message: Payload) -> str:
    """Return a message's text without what is quoted or shown as code, when Slack tells them.

    Where it does not, quotes and code stay, with their marks.
    """
    parts = list(_rich_parts(message))
    if not any(map(_is_not_own, parts)):
        return str(message.get("text") or "").strip()
    return "\n".join(_part(part) for part in parts if part.get("type") not in NOT_ONES_OWN).strip()


def _rich_parts(message: Payload) -> Iterator[Payload]:
    for block in message.get("blocks") or ():
        if block.get("type") == "rich_text":
            yield from block.get("elements") or ()


def _is_not_own(part: Payload) -> bool:
    if part.get("type") in NOT_ONES_OWN:
        return True
    return any(_is_code(element) for element in part.get("elements") or ())


def _is_code(element: Payload) -> bool:
    style = element.get("style")
    return isinstance(style, Mapping) and bool(style.get("code"))


def _part(part: Payload) -> str:
    inside = part.get("elements") or ()
    if part.get("type") == "rich_text_list":
        return "\n".join(_part(item) for item in inside)
    return "".join(_mark(element) for element in inside if not _is_code(element))


def _mark(element: Payload) -> str:
    """Return an element as Slack writes it in `text`."""
    match element.get("type"):
        case "text":
            return _escaped(str(element.get("text") or ""))
        case "user":
            return f"<@{element.get('user_id')}>"
        case "link":
            label = element.get("text")
            return (
                f"<{element.get('url')}|{_escaped(label)}>" if label else f"<{element.get('url')}>"
            )
        case "emoji":
            return f":{element.get('name')}:"
        case _:
            return " "


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
