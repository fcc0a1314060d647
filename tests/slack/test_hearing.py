"""Which messages are read for bypasses, and which of their words are their author's own."""

from typing import Any

import pytest

from bot.domain.ids import ChannelId, PersonId
from bot.services.bypasses import Heard
from bot.slack import hearing
from tests.builders import CHANNEL, HUGO

BOT = PersonId("U0BOT")


def an_event(**changes: Any) -> dict[str, Any]:
    event = {
        "type": "message",
        "user": HUGO,
        "text": "On tranche ?",
        "ts": "2.0",
        "channel": "C1",
        "channel_type": "channel",
    }
    return {"event": event | changes}


def hear(body: dict[str, Any]) -> Heard | None:
    message = hearing.written(body, arbitrations=CHANNEL, bot=BOT)
    words = hearing.words_to_read(message, BOT) if message else ""
    return hearing.heard(body, message, words) if message and words else None


def rich(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": list(parts)}]


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def test_an_ordinary_message_is_heard() -> None:
    assert hear(an_event()) == Heard(
        channel=ChannelId("C1"), ts="2.0", author=HUGO, words="On tranche ?"
    )


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_what_a_person_writes_otherwise_is_heard_too(subtype: str) -> None:
    assert hear(an_event(subtype=subtype)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"user": None},
        {"user": BOT},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"channel": CHANNEL},
        {"channel_type": "im"},
        {"channel_type": "mpim"},
        {"text": "  "},
        {"text": "/arbitrage On tranche ?"},
        {"text": f"<@{BOT}> on tranche ?"},
        {"text": f"<@{BOT}|arbitrage> on tranche ?"},
        {"subtype": "message_changed", "message": {"bot_id": "B1", "text": "x", "ts": "1.0"}},
        {"subtype": "message_changed"},
    ],
)
def test_what_is_never_a_bypass_is_not_heard(changes: dict[str, Any]) -> None:
    assert hear(an_event(**changes)) is None


def test_an_edit_is_heard_as_the_message_it_changes() -> None:
    edited = {"user": HUGO, "text": "On tranche ?", "ts": "1.0", "thread_ts": "0.5"}

    found = hear(an_event(subtype="message_changed", message=edited, user=None, text=None))

    assert found == Heard(
        channel=ChannelId("C1"),
        ts="1.0",
        author=HUGO,
        words="On tranche ?",
        thread_ts="0.5",
        is_edit=True,
    )


def test_the_first_message_of_a_thread_is_no_reply() -> None:
    found = hear(an_event(thread_ts="2.0"))

    assert found is not None
    assert found.thread_ts is None


def test_quotes_and_code_are_not_ones_own_words() -> None:
    blocks = rich(
        {"type": "rich_text_quote", "elements": [words("on peut glisser ça ?")]},
        {"type": "rich_text_section", "elements": [words("Il a dit "), words("go()", code=True)]},
        {"type": "rich_text_preformatted", "elements": [words("petit point")]},
        {
            "type": "rich_text_list",
            "elements": [{"type": "rich_text_section", "elements": [words("R&D <3")]}],
        },
    )

    found = hear(an_event(text="tout", blocks=blocks))

    assert found is not None
    assert found.words == "Il a dit \nR&amp;D &lt;3"


def test_marks_are_kept_as_slack_writes_them() -> None:
    link = {"type": "link", "url": "https://x.fr", "text": "ici"}
    bare = {"type": "link", "url": "https://y.fr"}
    who, emoji = {"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "+1"}
    section = {"type": "rich_text_section", "elements": [who, words(" "), link, bare, emoji]}
    code = {"type": "rich_text_preformatted", "elements": [words("x")]}

    found = hear(an_event(blocks=rich(section, code)))

    assert found is not None
    assert found.words == "<@U1> <https://x.fr|ici><https://y.fr>:+1:"
    assert hearing.mentioned_in(found.words) == {"U1"}


def test_a_message_of_nothing_but_a_quote_is_not_heard() -> None:
    quote = {"type": "rich_text_quote", "elements": [words("on tranche ?")]}

    assert hear(an_event(blocks=rich(quote))) is None


def test_without_quotes_the_text_is_as_slack_gives_it() -> None:
    section = {"type": "rich_text_section", "elements": [words("autre chose")]}

    found = hear(an_event(blocks=rich(section)))

    assert found is not None
    assert found.words == "On tranche ?"
