"""Slack's markup in what people write: mentions, links and entities; its cost is linear."""

import re

TOKEN = re.compile(r"<([^>]*)>")
MENTIONS = ("@", "#", "!")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def unmarked(words: str) -> str:
    """Return `words` with labels and addresses for tokens, nothing for mentions, and no entity."""
    end = words.rfind(">") + 1  # what follows holds no token: looking for one costs its square
    shown = TOKEN.sub(_shown, words[:end]) + words[end:]
    for entity, char in ENTITIES:
        shown = shown.replace(entity, char)
    return shown


def _shown(token: re.Match[str]) -> str:
    """Return the label of a token, or its address; a mention without label shows nothing."""
    target, bar, label = token[1].partition("|")
    shown = label if bar else ("" if target.startswith(MENTIONS) else target)
    return shown.replace("<", "")  # else the rest of the text could make a mention of it
