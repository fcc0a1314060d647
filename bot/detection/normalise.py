"""From a raw message to sentences of plain tokens, each of which knows where it stood.

Every step keeps the length of the text: a token's place is a place in the message itself.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_READ = 3_000  # characters; of a longer message only both ends are read
HEAD, TAIL = 2_000, 1_000
MOST_TOKENS = 50  # a longer sentence is read in pieces
CODE, QUOTE, LINK, PERSON, KEY, YES = "§", "¤", "url", "@u", "#key", "+1"

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CODE = re.compile(r"`[^`\n]{1,300}`")
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_QUOTED = re.compile(
    r"«[^«»]{1,400}»|“[^“”]{1,400}”|(?<!\w)\"[^\"\n]{1,400}\"(?!\w)"
    r"|(?<!\w)'[^'\n]{1,10} [^'\n]{1,200}'(?!\w)"
)
_ANGLED = re.compile(r"<([@#!]?)([^<>\n|]{1,400})(?:\|([^<>\n]{0,200}))?>")
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>]{1,400}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|quot|#39);")
_SHORTCODE = re.compile(r":[a-z0-9_+-]{2,40}:")
_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(r"@?[^\W_]+(?:-\d+)?|[?!]+|/(?=arbitr)|\+1|[👍@#:%€$§¤&+]|\.+(?=\s|$)|[…\n;]+")
_TOKEN_WITH_MARKS = re.compile(_TOKEN.pattern.replace(r"[^\W_]+", r"(?:[^\W_]|[\u0300-\u036f])+"))
_SPECIAL = re.compile(r"[`<>«“\"&:]|www\.| '")
_ENDS = frozenset("?!")
_STOPS = frozenset(".…\n;")
_THUMBS = frozenset((":+1:", ":thumbsup:", ":white_check_mark:", ":ok_hand:"))
_WORDS_OF_A_NAME = 3  # « Mode nuit » names a thing, a longer quotation is somebody's words


class _Folding(dict[int, str]):
    """Lower case without accents, one character for one."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if not "\u0300" <= character <= "\u036f" and character not in "œŒ":
            folded = unicodedata.normalize("NFKD", character)[:1].lower()[:1] or character
        if code < 0x3000:  # noqa: PLR2004  # Latin, Greek, Cyrillic, punctuation: worth keeping
            self[code] = folded
        return folded


_FOLDING = _Folding(
    {ord(key): value for key, value in {"’": "'", "‘": "'", "ʼ": "'", "Œ": "œ"}.items()}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A token and where it stands in the message."""

    token: str
    start: int
    end: int


def sentences(text: str) -> list[list[Place]]:
    """Return the tokens of `text` and their places, sentence by sentence; empty if none."""
    if len(text) > LONGEST_READ:
        return [*sentences(text[:HEAD]), *_moved(sentences(text[-TAIL:]), len(text) - TAIL)]
    found: list[list[Place]] = []
    ongoing: list[Place] = []
    for match in _pattern(text).finditer(readable(text)):
        word = _token(match.group())
        if word:
            ongoing.append(Place(word, match.start(), match.end()))
            if word not in _ENDS and len(ongoing) < MOST_TOKENS:
                continue
        if ongoing:
            found.append(ongoing)
            ongoing = []
    return [*found, ongoing] if ongoing else found


def plain_sentences(text: str) -> list[list[str]]:
    """Return the tokens of `sentences` without their places, four times as fast."""
    if len(text) > LONGEST_READ:
        return [*plain_sentences(text[:HEAD]), *plain_sentences(text[-TAIL:])]
    found: list[list[str]] = []
    ongoing: list[str] = []
    for raw in _pattern(text).findall(readable(text)):
        word = raw if raw.isalpha() and raw.isascii() else _token(raw)
        if word:
            ongoing.append(word)
            if word not in _ENDS and len(ongoing) < MOST_TOKENS:
                continue
        if ongoing:
            found.append(ongoing)
            ongoing = []
    return [*found, ongoing] if ongoing else found


def plain_words(words: str) -> tuple[str, ...]:
    """Return the tokens of a line of the lexicon; a star at the end of a word is kept."""
    found: list[str] = []
    for word in words.split():
        tokens = [token for sentence in plain_sentences(word.rstrip("*")) for token in sentence]
        if word.endswith("*") and tokens:
            tokens[-1] += "*"
        found += tokens
    return tuple(found)


def _pattern(text: str) -> re.Pattern[str]:
    return _TOKEN if unicodedata.is_normalized("NFC", text) else _TOKEN_WITH_MARKS


def _token(raw: str) -> str:
    """Return the token that stands for `raw`; empty for what ends a sentence without a mark."""
    first = raw[0]
    if first in _STOPS:
        return ""
    if first in "?!":
        return "?" if "?" in raw else "!"
    if first == "@" and len(raw) > 1:
        return PERSON
    if "-" in raw:
        return KEY
    if raw in ("👍", YES):
        return YES
    if not raw.isascii():
        raw = "".join(char for char in raw.replace("œ", "oe") if not "\u0300" <= char <= "\u036f")
    return _DIGITS.sub("0", raw)


def folded(text: str) -> str:
    """Return `text` in lower case without accents; its length is kept."""
    return text if text.isascii() and text.islower() else text.translate(_FOLDING)


def readable(text: str) -> str:
    """Return `text` folded, with code, quotations and links blanked; its length is kept."""
    text = folded(text)
    if _SPECIAL.search(text):
        for pattern, blanked in _BLANKED:
            text = pattern.sub(blanked, text)
    return text


def _moved(found: list[list[Place]], by: int) -> list[list[Place]]:
    return [
        [Place(place.token, place.start + by, place.end + by) for place in sentence]
        for sentence in found
    ]


def _padded(mark: str, found: re.Match[str]) -> str:
    return mark.ljust(found.end() - found.start())[: found.end() - found.start()]


def _blank(found: re.Match[str]) -> str:
    return _padded("", found)


def _code(found: re.Match[str]) -> str:
    return _padded(CODE, found)


def _quote(found: re.Match[str]) -> str:
    return _padded(QUOTE, found)


def _link(found: re.Match[str]) -> str:
    return _padded(LINK, found)


def _shortcode(found: re.Match[str]) -> str:
    return _padded(YES if found.group() in _THUMBS else "", found)


def _quotation(found: re.Match[str]) -> str:
    words = found.group().split()
    if len(words) <= _WORDS_OF_A_NAME + 2 and found.group()[0] == "«":
        return found.group()
    return found.group() if len(words) <= _WORDS_OF_A_NAME else _padded(QUOTE, found)


def _angled(found: re.Match[str]) -> str:
    kind, target, label = found.groups()
    if kind in ("@", "!"):
        return _padded(" @u", found)
    if label:
        return f"{' ' * (len(found.group()) - len(label) - 1)}{label} "
    return _padded("#" if kind == "#" else (LINK if "://" in target else ""), found)


_BLANKED = (
    (_FENCE, _code),
    (_CODE, _code),
    (_QUOTED_LINE, _quote),
    (_ANGLED, _angled),
    (_LINK, _link),
    (_QUOTED, _quotation),
    (_ENTITY, _blank),
    (_SHORTCODE, _shortcode),
)
