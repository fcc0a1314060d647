"""The weights of what a message holds, and the margin they give it.

Pure: the weights are handed in. A message is weighed whole, since the question and what it is
about often stand in two sentences; a long one is weighed in windows, and the best one counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, sqrt

from bot.detection.features import Reader, Sentence, across, between, is_worth_remembering, parts

LONGEST_WHOLE = 120  # tokens; of a longer message, the best window counts
WINDOW = 20
DAMPING = 4  # tokens: a message of one word is not four times as sure as one of sixteen
BIAS = ""  # the feature that every message has


class Level(StrEnum):
    """How sure: `strict` is worth a nudge, `balanced` is worth counting."""

    NONE = "none"
    BALANCED = "balanced"
    STRICT = "strict"


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What turns a margin into a probability, and into a yes or no."""

    slope: float
    offset: float
    strict: float
    balanced: float
    floor: float
    """Where the words alone leave a message so low that reading on changes nothing."""

    def probability(self, margin: float) -> float:
        """Return the share of bypasses among messages of this margin in ordinary traffic."""
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.slope * margin + self.offset))))

    def level(self, margin: float) -> Level:
        """Return how sure a margin is."""
        if margin >= self.strict:
            return Level.STRICT
        return Level.BALANCED if margin >= self.balanced else Level.NONE


class Model:
    """Weighs messages. Remembers the words it met, within bounds."""

    def __init__(
        self, weights: Mapping[str, float], calibration: Calibration, reader: Reader
    ) -> None:
        self.weights = weights
        self.calibration = calibration
        self.reader = reader
        self._known: dict[str, float] = {}
        self._bias = weights.get(BIAS, 0.0)

    def margin(self, sentences: Sequence[Sequence[str]]) -> float:
        """Return how much the best window of a message looks like a bypass; 0 is undecided.

        A glance at the words alone settles most messages; the others are read in full.
        """
        glance = self.glance(sentences)
        if glance < self.calibration.floor:
            return glance
        read = [self._read(tokens) for tokens in sentences]
        return max(
            self._weighed(read[window])
            for window in _windows([len(tokens) for tokens in sentences])
        )

    def glance(self, sentences: Sequence[Sequence[str]]) -> float:
        """Return the margin that the words of a message give it, each by itself."""
        totals = [sum(map(self.alone, tokens)) for tokens in sentences]
        sizes = [len(tokens) for tokens in sentences]
        return max(
            (self._bias + sum(totals[window])) / scale(sum(sizes[window]))
            for window in _windows(sizes)
        )

    def alone(self, token: str) -> float:
        """Return the sum of the weights of a word by itself."""
        known = self._known.get(token)
        return self._weigh(token) if known is None else known

    def _read(self, tokens: Sequence[str]) -> tuple[float, Sentence]:
        """Return the sum of the weights of all that a sentence holds, and what was read of it."""
        sentence = between(list(map(self.reader.word, tokens)))
        return sum(map(self.alone, tokens)) + self._weight(sentence.features), sentence

    def _weighed(self, window: Sequence[tuple[float, Sentence]]) -> float:
        """Return the margin of neighbouring sentences."""
        together = self._weight(across([sentence for _, sentence in window]))
        total = self._bias + together + sum([total for total, _ in window])
        return total / scale(sum([len(sentence.words) for _, sentence in window]))

    def _weight(self, features: Iterable[str]) -> float:
        get = self.weights.get
        return sum([get(feature, 0.0) for feature in features])

    def mean(self, tokens: Sequence[str]) -> float:
        """Return how much a sentence counts for its length."""
        return self._read(tokens)[0] / scale(len(tokens))

    def weight_of(self, kind: str, others: Iterable[str]) -> float:
        """Return what a class of words brings, alone and beside the other classes found."""
        get = self.weights.get
        pairs = [f"<{min(kind, other)}>&<{max(kind, other)}>" for other in others if other != kind]
        return get(f"<{kind}>", 0.0) + sum(get(pair, 0.0) for pair in pairs) / 2

    def _weigh(self, token: str) -> float:
        get = self.weights.get
        known = sum([get(part, 0.0) for part in parts(*self.reader.plain(token))])
        if is_worth_remembering(token, self._known):
            self._known[token] = known
        return known


def scale(length: int) -> float:
    """Return what the sum of a message of so many tokens is divided by."""
    return sqrt(length + DAMPING)


def _windows(sizes: Sequence[int]) -> Iterator[slice]:
    """Yield which sentences are weighed together: of a short message all, of a long one neighbours.

    A window slides by a sentence at a time, and is a few sentences long.
    """
    if sum(sizes) <= LONGEST_WHOLE:
        yield slice(0, len(sizes))
        return
    first = length = 0
    for place, size in enumerate(sizes):
        if first < place and length + size > WINDOW:
            yield slice(first, place)
            while first < place and length + size > WINDOW:
                length -= sizes[first]
                first += 1
        length += size
    yield slice(first, len(sizes))
