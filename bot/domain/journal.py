"""The journal: what a reader looks for, and the words a request can be found by.

Pure. Words are folded here for every database: no accent, no case; French and English alike.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.charter import Layer
from bot.domain.content import Content
from bot.domain.decision import Terms
from bot.domain.events import Status
from bot.domain.ids import ChannelId, ImpactId, PersonId, SquadId
from bot.domain.request import Request
from bot.domain.similarity import EMPTY_WORDS
from bot.domain.summary import Summary

PAGE = 10
LONGEST_WORD = 64
MOST_WORDS_ASKED = 8

ENDINGS = (
    *((ending, 4) for ending in ("ees", "ies", "ing", "ers", "ee", "er", "ez", "ed", "es")),
    *((ending, 4) for ending in ("s", "x", "y")),
    ("e", 5),
)
"""What is left out at the end of a word that is looked for, and how much must be left of it."""


class Turn(StrEnum):
    """Which way the reader turns the page."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a reader looks for; None or empty means any.

    `since` is aware UTC: filed or decided since. The page is that of the requests numbered below
    `below`, or just above `above`; the newest when neither is set.
    """

    words: str = ""
    squad: SquadId | None = None
    layer: Layer | None = None
    status: Status | None = None
    impact: ImpactId | None = None
    decider: PersonId | None = None
    since: datetime | None = None
    below: int | None = None
    above: int | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the journal, newest first."""

    lines: tuple[Summary, ...]
    has_older: bool
    has_newer: bool


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who reads: they see the requests of `channels`, and those they are part of."""

    person: PersonId
    channels: frozenset[ChannelId]

    def may_see(self, request: Request) -> bool:
        """Tell whether `request` is theirs to read."""
        decided = request.decision.deciders if request.decision else ()
        is_part = self.person in request.people or self.person in decided
        return is_part or request.channel in self.channels


def folded_words(text: str) -> Iterator[str]:
    """Yield the words of `text`, folded, in order; those that say nothing are left out."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    for word in re.findall(r"[^\W_]+", bare):
        if len(word) > 1 and word not in EMPTY_WORDS:
            yield word[:LONGEST_WORD]


def words_of(request: Request) -> str:
    """Return the words that `request` is found by, each once, with a space between."""
    found = {word for text in _texts(request) for word in folded_words(text)}
    return " ".join(sorted(found | {f"arb{request.number}", str(request.number)}))


def asked_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Return what to look for: per word asked, the beginnings that answer it.

    All the words must be found. The first beginning is a stem, that any ending may follow:
    « facturer » finds « facture » and « facturation ». The others are whole words.
    """
    asked = list(dict.fromkeys(folded_words(text)))[:MOST_WORDS_ASKED]
    return tuple((stem(word), *_irregular(word)) for word in asked)


def stem(word: str) -> str:
    """Return a folded word without its ending, light enough for French and English alike.

    Plurals, participles, infinitives; a word that would be left too short keeps its ending.
    """
    for ending, least in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending)
    return word


def _irregular(word: str) -> tuple[str, ...]:
    """Return the other number of « journal, journaux »."""
    for one, other in (("aux", "al"), ("al", "aux")):
        if word.endswith(one) and len(word) > len(one) + 1:
            return (word.removesuffix(one) + other,)
    return ()


def _texts(request: Request) -> Iterator[str]:
    yield from _content_texts(request.content)
    decisions = (*request.past_decisions, *((request.decision,) if request.decision else ()))
    for decision in decisions:
        yield from _terms_texts(decision.terms)
    yield from (objection.impact for objection in request.objections)


def _content_texts(content: Content) -> Iterator[str]:
    yield from (content.title, content.effect, content.evidence, content.consequence)
    yield from (content.dependencies, content.debt_frame)
    for option in content.options:
        yield from (option.label, option.impact, option.risk)


def _terms_texts(terms: Terms) -> Iterator[str]:
    yield from (terms.rationale, terms.effect, terms.counterpart)
