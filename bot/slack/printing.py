"""A message as a terminal shows it."""

from collections.abc import Iterator

from bot.slack.dumping import dump_blocks
from bot.slack.views.parts import Message


def words_of(message: Message) -> str:
    """Return all a message says, a line per text, its buttons in brackets."""
    return "\n".join(line for block in dump_blocks(message) for line in _lines(block))


def _lines(block: object) -> Iterator[str]:
    match block:
        case {"type": "button", "text": {"text": str(label)}}:
            yield f"[{label}]"
        case {"type": "mrkdwn" | "plain_text", "text": str(words)}:
            yield words
        case dict():
            for value in block.values():
                yield from _lines(value)
        case list():
            for item in block:
                yield from _lines(item)
        case _:
            return
