"""A small detector and a small learner, for what does not depend on how good they are."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.bypass import STRICT, Detection, Lesson, MessageContext

PHRASES = {
    "meeting": re.compile(r"petit point rapide|quick sync", re.IGNORECASE),
    "change": re.compile(r"on peut glisser|can we squeeze", re.IGNORECASE),
}
INNOCENT = re.compile(r"\bma PR\b")


@dataclass(frozen=True, kw_only=True)
class PhraseCue:
    name: str
    phrase: str


@dataclass(frozen=True, kw_only=True)
class PhraseDetection:
    level: str = STRICT
    cues: tuple[PhraseCue, ...]


def detect(words: str, _context: MessageContext) -> PhraseDetection | None:
    """Find the two phrases of each language."""
    cues = tuple(
        PhraseCue(name=name, phrase=found.group())
        for name, pattern in PHRASES.items()
        if (found := pattern.search(words))
    )
    return PhraseDetection(cues=cues) if cues and not INNOCENT.search(words) else None


class SameWords:
    """Excepts the messages that two people said are no request, word for word."""

    def signature(self, words: str, /) -> str:
        return hashlib.sha256(" ".join(sorted(words.casefold().split())).encode()).hexdigest()

    def is_excepted(self, words: str, detection: Detection, lessons: Sequence[Lesson], /) -> bool:
        signature = self.signature(words)
        return len({lesson.author for lesson in lessons if lesson.signature == signature}) > 1
