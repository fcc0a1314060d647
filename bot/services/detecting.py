"""The detector at work in a workspace: what it finds, and what answers teach it."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.detection import dismissals
from bot.detection.detecting import Context, Detection, Detector
from bot.detection.dismissals import Click, Lesson
from bot.detection.model import Level
from bot.domain import bypass_detection as seen
from bot.domain.bypass_detection import Answer, Learned, MessageContext
from bot.domain.ids import PersonId

KEY_BYTES = 32
MARK_BYTES = 16


class Once:
    """A detector that is loaded when it is first needed, or `ready` is called; once."""

    def __init__(self, load: Callable[[], Detector]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: Detector | None = None

    def ready(self) -> Detector:
        """Return the detector. Raises what loading it raises."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


def finder(detector: Once) -> seen.Detect:
    """Return what tells whether a message is a bypass; None for one that is not."""

    def detect(words: str, context: MessageContext) -> Detection | None:
        return detector.ready().find(words, Context(is_to_decider=context.is_to_decider))

    return detect


class Dismissals:
    """Learns from « Pas une demande », within the bounds of `bot.detection.dismissals`.

    `secret` is the app's own: what is kept tells two people or two messages apart, and gives
    neither back to whoever only has the database.
    """

    def __init__(self, detector: Once, secret: str) -> None:
        self._detector = detector
        self._key = hashlib.blake2b(secret.encode(), digest_size=KEY_BYTES).digest()
        self._signed: tuple[frozenset[int], ...] = ()

    def mark(self, person: PersonId, /) -> str:
        """Return the mark of a person."""
        made = hashlib.blake2b(person.encode(), key=self._key, digest_size=MARK_BYTES)
        return made.hexdigest()

    def signature(self, words: str, /) -> str:
        """Return the signature of a message: hashes of its pairs of words, in hexadecimal."""
        return _written(dismissals.sign(words, self._key))

    def combination(self, detection: seen.Detection, /) -> str:
        """Return the name of the cues found together."""
        return dismissals.combination(_found(detection))

    def revise(
        self,
        words: str,
        detection: seen.Detection,
        answers: Sequence[Answer],
        now: datetime,
        /,
    ) -> Detection | None:
        """Return the detection as `answers` leave it, None when they say it is no request."""
        revised, _ = dismissals.revise(
            _found(detection),
            dismissals.sign(words, self._key),
            self._lessons(answers, now),
            canonical=self._canonical(),
            calibration=self._detector.ready().model.calibration,
        )
        return None if revised.level is Level.NONE else revised

    def learned(self, answers: Sequence[Answer], now: datetime, /) -> Sequence[Learned]:
        """Return all that `answers` teach."""
        return tuple(_told(lesson, answers) for lesson in self._lessons(answers, now))

    def _lessons(self, answers: Sequence[Answer], now: datetime) -> tuple[Lesson, ...]:
        clicks = [_click(answer) for answer in answers]
        return dismissals.learn_from(clicks, now=now, canonical=self._canonical())

    def _canonical(self) -> tuple[frozenset[int], ...]:
        """Return the signatures of the clear cases, made once: the words do not change."""
        if not self._signed:
            words = self._detector.ready().model.reader.lexicon.canonical
            self._signed = tuple(dismissals.sign(one, self._key) for one in words)
        return self._signed


def _found(detection: seen.Detection) -> Detection:
    if not isinstance(detection, Detection):
        raise TypeError("only what the detector found can be revised")
    return detection


def _click(answer: Answer) -> Click:
    kind = dismissals.Answer.OPENED if answer.is_request else dismissals.Answer.DISMISSED
    return Click(
        author=answer.author,
        at=answer.at,
        answer=kind,
        signature=_read(answer.signature),
        combination=answer.combination,
    )


def _told(lesson: Lesson, answers: Sequence[Answer]) -> Learned:
    is_of: Callable[[Answer], bool] = (
        (lambda a: dismissals.likeness(_read(a.signature), lesson.signature) >= dismissals.ALIKE)
        if lesson.signature
        else (lambda a: a.combination == lesson.combination)
    )
    taught = [answer for answer in answers if not answer.is_request and is_of(answer)]
    name = _written(lesson.signature) or lesson.combination
    return Learned(
        id=hashlib.blake2b(name.encode(), digest_size=MARK_BYTES).hexdigest(),
        combination=lesson.combination,
        people=lesson.authors,
        share=lesson.share,
        last_at=max(answer.at for answer in taught),
        answers=tuple(answer.id for answer in taught),
    )


def _written(signature: frozenset[int]) -> str:
    return " ".join(f"{number:x}" for number in sorted(signature))


def _read(written: str) -> frozenset[int]:
    return frozenset(int(number, 16) for number in written.split())
