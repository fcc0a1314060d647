"""A small detector and a small learner, for what does not depend on how good they are."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.bypass_detection import (
    STRICT,
    Answer,
    Detection,
    Learned,
    MessageContext,
)
from bot.domain.ids import PersonId

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
    """Leaves alone the messages that two people said are no request, word for word."""

    def mark(self, person: PersonId, /) -> str:
        return _hashed(f"secret {person}")

    def signature(self, words: str, /) -> str:
        return _hashed(" ".join(sorted(words.casefold().split())))

    def combination(self, detection: Detection, /) -> str:
        return "+".join(sorted(cue.name for cue in detection.cues))

    def revise(
        self, words: str, detection: Detection, answers: Sequence[Answer], now: datetime, /
    ) -> Detection | None:
        known = {lesson.id for lesson in self.learned(answers, now)}
        return None if self.signature(words) in known else detection

    def learned(self, answers: Sequence[Answer], now: datetime, /) -> Sequence[Learned]:
        dismissed = [answer for answer in answers if not answer.is_request]
        signatures = sorted({answer.signature for answer in dismissed})
        lessons = (_lesson([it for it in dismissed if it.signature == s]) for s in signatures)
        return [lesson for lesson in lessons if lesson.people > 1]


def _lesson(answers: Sequence[Answer]) -> Learned:
    return Learned(
        id=answers[0].signature,
        combination=answers[0].combination,
        people=len({answer.author for answer in answers}),
        share=0,
        last_at=max(answer.at for answer in answers),
        answers=tuple(answer.id for answer in answers),
    )


def _hashed(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
