"""What finds bypasses, and what learns from answers: said here, given by the composition root.

The detector is pure; what is kept for it to learn from has no author and no words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.ids import PersonId

LEARNED_FOR = timedelta(days=90)
"""What an answer teaches is forgotten after this long. Source: detection.md §4."""

STRICT = "strict"
"""The level of detection that is worth a nudge: one that is wrong costs more than one missed."""


class Cue(Protocol):
    """A sign of a bypass."""

    @property
    def name(self) -> str:
        """What kind of sign it is."""


class Detection(Protocol):
    """What a detector finds in a message that it takes for a bypass."""

    @property
    def level(self) -> str:
        """How sure it is: `strict` is worth a nudge, any other only worth counting."""

    @property
    def cues(self) -> Sequence[Cue]:
        """The signs, the strongest first."""

    @property
    def quotes(self) -> Sequence[str]:
        """The few words of the message that show it, as written, the most telling first."""


@dataclass(frozen=True, kw_only=True)
class MessageContext:
    """Where a message stands, for what its words alone do not say."""

    is_reply: bool = False
    is_to_decider: bool = False


Detect = Callable[[str, MessageContext], Detection | None]
"""Tells whether a message is a bypass; None when it is not. Pure."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody answered to a nudge: a request after all, or none.

    `author` and `signature` are keyed hashes: they tell two people, or two messages, apart, and
    give neither back. `combination` names the cues found together.
    """

    id: str
    is_request: bool
    signature: str
    combination: str
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What several answers taught, for stewards: how many people, never who.

    `share` is what is left of the odds of such a message; with 0 it is left alone. Forgetting it
    is forgetting `answers`, by their ids.
    """

    id: str
    combination: str
    people: int
    share: float
    last_at: datetime
    answers: tuple[str, ...]


class Learner(Protocol):
    """What answers teach a detector. Pure: told everything it needs, its secret key aside."""

    def mark(self, person: PersonId, /) -> str:
        """Return the mark of a person."""

    def signature(self, words: str, /) -> str:
        """Return the signature of a message."""

    def combination(self, detection: Detection, /) -> str:
        """Return the name of the cues found together."""

    def revise(
        self, words: str, detection: Detection, answers: Sequence[Answer], now: datetime, /
    ) -> Detection | None:
        """Return the detection as `answers` leave it, None when they say it is no request."""

    def learned(self, answers: Sequence[Answer], now: datetime, /) -> Sequence[Learned]:
        """Return all that `answers` teach."""
