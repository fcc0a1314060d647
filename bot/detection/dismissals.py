"""Learning from « Pas une demande »: gently, within bounds, and never against the clear cases.

Pure. One workspace's clicks come in, what they taught comes out, computed anew each time: to forget
a click is to leave it out. No text is kept, only keyed hashes of word pairs.

Two things are learnt. A message nearly the same as one dismissed by two people is left alone. A
combination of cues that people keep dismissing counts a little less. Neither can touch a message
like one of the canonical cases, nor one whose margin is clear.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import log

from bot.detection.detecting import Detection
from bot.detection.model import Calibration, Level
from bot.detection.normalise import plain_sentences

KEPT_FOR = timedelta(days=90)
FEWEST_AUTHORS = 2
ALIKE = 0.8  # of the word pairs, beyond which two messages say the same
SKETCH = 32  # hashes kept of a message
VIRTUAL_ACCEPTANCES = 8  # what a combination is worth before anybody clicked
LOWEST_SHARE = 0.5  # of its odds that a combination keeps, whatever the clicks
MOST_PER_AUTHOR = 2  # clicks that count, per author and combination: nobody votes alone
CLEAR_MARGIN = 0.5  # above the strict threshold, nothing is lowered
NAMED_CUES = 3  # make a combination
MOST_CLICKS = 300  # are looked at, the latest ones


class Answer(StrEnum):
    """What the author of a message did with its nudge. Silence is no answer."""

    DISMISSED = "dismissed"
    OPENED = "opened"


@dataclass(frozen=True, kw_only=True)
class Click:
    """One answer. `author` is any stable key of the person; `signature` comes from `sign`."""

    author: str
    at: datetime
    answer: Answer
    signature: frozenset[int]
    combination: str


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What was learnt of one combination or of one message, for the stewards to see and undo.

    `share` is what is left of the odds; 0 for a message that is left alone.
    """

    combination: str
    signature: frozenset[int]
    dismissed: int
    authors: int
    share: float
    expires_at: datetime


def sign(text: str, key: bytes) -> frozenset[int]:
    """Return the signature of a message under the workspace's secret `key` (64 bytes at most)."""
    hashes: set[int] = set()
    for tokens in plain_sentences(text):
        for pair in zip(("", *tokens), tokens, strict=False):
            digest = hashlib.blake2b(" ".join(pair).encode(), key=key, digest_size=6).digest()
            hashes.add(int.from_bytes(digest, "big"))
    return frozenset(sorted(hashes)[:SKETCH])


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of word pairs that two messages have in common, from 0 to 1."""
    smallest = sorted(one | other)[:SKETCH]
    return sum(pair in one and pair in other for pair in smallest) / max(1, len(smallest))


def combination(detection: Detection) -> str:
    """Return the name of the cues that spoke loudest together: `add+ask+scope`."""
    loudest = sorted(detection.cues, key=lambda cue: (-cue.weight, cue.name))[:NAMED_CUES]
    return "+".join(sorted(cue.name for cue in loudest))


def learn_from(
    clicks: Iterable[Click], *, now: datetime, canonical: Sequence[frozenset[int]]
) -> tuple[Lesson, ...]:
    """Return what the clicks of the last 90 days teach; `canonical` are signatures never muted."""
    kept = sorted((click for click in clicks if now - click.at < KEPT_FOR), key=lambda it: it.at)
    recent = kept[-MOST_CLICKS:]
    return (*_left_alone(recent, canonical), *_counting_less(recent))


def _left_alone(clicks: Sequence[Click], canonical: Sequence[frozenset[int]]) -> Iterable[Lesson]:
    dismissed = [click for click in clicks if click.answer is Answer.DISMISSED]
    for place, click in enumerate(dismissed):
        earlier = dismissed[:place]
        same = [other for other in dismissed if likeness(click.signature, other.signature) >= ALIKE]
        if any(likeness(click.signature, other.signature) >= ALIKE for other in earlier):
            continue
        authors = {other.author for other in same}
        opened = sum(
            likeness(click.signature, other.signature) >= ALIKE
            for other in clicks
            if other.answer is Answer.OPENED
        )
        is_learnable = len(authors) >= FEWEST_AUTHORS and opened < len(same)
        if is_learnable and not _is_among(click.signature, canonical):
            yield Lesson(
                combination=click.combination,
                signature=click.signature,
                dismissed=len(same),
                authors=len(authors),
                share=0.0,
                expires_at=_expiry(same),
            )


def _is_among(signature: frozenset[int], canonical: Iterable[frozenset[int]]) -> bool:
    return any(likeness(signature, known) >= ALIKE for known in canonical)


def _expiry(clicks: Sequence[Click]) -> datetime:
    """Return when too few authors are left for a lesson."""
    latest: dict[str, datetime] = {}
    for click in clicks:
        latest[click.author] = max(click.at, latest.get(click.author, click.at))
    return sorted(latest.values(), reverse=True)[FEWEST_AUTHORS - 1] + KEPT_FOR


def _counting_less(clicks: Sequence[Click]) -> Iterable[Lesson]:
    groups: Mapping[str, list[Click]] = defaultdict(list)
    for click in clicks:
        groups[click.combination].append(click)
    for name, group in sorted(groups.items()):
        dismissed = [click for click in group if click.answer is Answer.DISMISSED]
        authors = {click.author for click in dismissed}
        if not name or len(authors) < FEWEST_AUTHORS:
            continue
        accepted = VIRTUAL_ACCEPTANCES + len(group) - len(dismissed)
        share = accepted / (accepted + _capped(dismissed))
        yield Lesson(
            combination=name,
            signature=frozenset(),
            dismissed=len(dismissed),
            authors=len(authors),
            share=max(LOWEST_SHARE, share),
            expires_at=_expiry(dismissed),
        )


def _capped(clicks: Iterable[Click]) -> int:
    counts: dict[str, int] = defaultdict(int)
    for click in clicks:
        counts[click.author] += 1
    return sum(min(count, MOST_PER_AUTHOR) for count in counts.values())


def revise(
    detection: Detection,
    signature: frozenset[int],
    lessons: Iterable[Lesson],
    *,
    canonical: Sequence[frozenset[int]],
    calibration: Calibration,
) -> tuple[Detection, tuple[Lesson, ...]]:
    """Return the detection as the lessons leave it, and those that changed it, if any."""
    is_clear = detection.margin >= calibration.strict + CLEAR_MARGIN
    if detection.level is Level.NONE or is_clear or _is_among(signature, canonical):
        return detection, ()
    name = combination(detection)
    margin = detection.margin
    used: list[Lesson] = []
    for lesson in lessons:
        if lesson.signature and likeness(signature, lesson.signature) >= ALIKE:
            return _at(detection, calibration.balanced - 1, calibration), (lesson,)
        if not lesson.signature and lesson.combination == name:
            margin += log(lesson.share) / calibration.slope
            used.append(lesson)
    return (_at(detection, margin, calibration), tuple(used)) if used else (detection, ())


def _at(detection: Detection, margin: float, calibration: Calibration) -> Detection:
    margin = min(margin, detection.margin)
    return replace(
        detection,
        margin=margin,
        score=calibration.probability(margin),
        level=calibration.level(margin),
    )
