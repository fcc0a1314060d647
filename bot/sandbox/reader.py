"""Messages as text: what a person would read, for terminals and tests."""

import re
from collections.abc import Mapping

from bot.sandbox.state import Json

_TAG = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_EMOJI = {
    ":large_blue_circle:": "🔵",
    ":white_check_mark:": "✅",
    ":double_vertical_bar:": "⏸",
    ":spiral_calendar_pad:": "🗓",
    ":warning:": "⚠",
    ":bulb:": "💡",
    ":rotating_light:": "🚨",
    ":ballot_box_with_check:": "☑",
}


def as_text(message: Mapping[str, object], names: Mapping[str, str]) -> str:
    """Return a message's blocks as lines; `names` are people's, by user id."""
    blocks = message.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        return _plain(str(message.get("text", "")), names)
    return "\n".join(filter(None, (_block(block, names) for block in blocks)))


def _block(block: Json, names: Mapping[str, str]) -> str:
    kind = block["type"]
    if kind == "header":
        return str(block["text"]["text"]).upper()
    if kind == "section":
        return _plain(block["text"]["text"], names)
    if kind == "context":
        return "\n".join(_plain(element["text"], names) for element in block["elements"])
    if kind == "actions":
        return " ".join(f"[ {element['text']['text']} ]" for element in block["elements"])
    return "─" * 40 if kind == "divider" else ""


def _plain(words: str, names: Mapping[str, str]) -> str:
    def named(found: re.Match[str]) -> str:
        target, label = found.groups()
        if target.startswith("@"):
            return f"@{names.get(target[1:], target[1:])}"
        if target.startswith("!date"):
            return label or ""
        return label or target

    told = _TAG.sub(named, words)
    for code, char in _EMOJI.items():
        told = told.replace(code, char)
    for token, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        told = told.replace(token, char)
    return re.sub(r"(?<!\w)\*([^*\n]+)\*", r"\1", told)
