"""Requests that ask the same thing: by the words of their titles.

Pure. Source: product §1, the form warns of a similar request.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from bot.domain.summary import Summary

THRESHOLD = 0.6
NEAR = 0.8
"""Words that are less alike than that are other words."""

SHOWN = 3

EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a au aux avec ce ces cette dans de des du elle en est et faut il ils je la le les leur l d"
        " qu n s on ou par pas pour que quel quelle qui sa se ses son sur un une vers the an and"
        " are be do for if in is it of or should that this to we what when which with our us",
    )
)


def similar(title: str, known: Iterable[Summary]) -> tuple[Summary, ...]:
    """Return those of `known` that seem to ask what `title` asks, closest first, 3 at most."""
    asked = words(title)
    if not asked:
        return ()
    scored = ((likeness(asked, words(summary.title)), summary) for summary in known)
    close = [(score, summary) for score, summary in scored if score >= THRESHOLD]
    close.sort(key=lambda pair: (-pair[0], pair[1].number))
    return tuple(summary for _, summary in close[:SHOWN])


@lru_cache(maxsize=2048)
def words(title: str) -> frozenset[str]:
    """Return the meaningful words of `title`: no accent, no case, no plural, no empty word."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    found = re.findall(r"[a-z0-9]+", plain)
    return frozenset(_singular(word) for word in found if word not in EMPTY_WORDS)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two sets of words are, from 0 to 1; near spellings count in part."""
    if not one or not other:
        return 0.0
    small, large = sorted((one, other), key=lambda found: (len(found), sorted(found)))
    shared = sum(max(_same(word, candidate) for candidate in large) for word in small)
    return shared / (len(small) + len(large) - shared)


@lru_cache(maxsize=16384)  # a form asks again about the same titles at each change
def _same(word: str, other: str) -> float:
    if word == other:
        return 1.0
    # No ratio is above this one, and most pairs of words need no more.
    if 2 * min(len(word), len(other)) < NEAR * (len(word) + len(other)):
        return 0.0
    # Nor is any above the letters in common, which are counted far faster.
    shared = sum(min(word.count(letter), other.count(letter)) for letter in set(word))
    if 2 * shared < NEAR * (len(word) + len(other)):
        return 0.0
    ratio = SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= NEAR else 0.0


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word  # noqa: PLR2004
