"""The weights of what a message holds, and the margin they give it.

Pure: the weights are handed in. A message is weighed whole, since the question and what it is
about often stand in two sentences; a long one is weighed in windows, and the best one counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, sqrt

from bot.detection.features import Reader, between, is_worth_remembering, parts

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

    def margin(self, sentences: Sequence[Sequence[str]]) -> float:
        """Return how much the best window of a message looks like a bypass; 0 is undecided.

        A glance at the words alone settles most messages; the others are read in full.
        """
        glance = self.glance(sentences)
        if glance < self.calibration.floor:
            return glance
        return self._best([(self.sum(tokens), len(tokens)) for tokens in sentences])

    def glance(self, sentences: Sequence[Sequence[str]]) -> float:
        """Return the margin that the words of a message give it, each by itself."""
        alone = self.alone
        return self._best([(sum(map(alone, tokens)), len(tokens)) for tokens in sentences])

    def alone(self, token: str) -> float:
        """Return the sum of the weights of a word by itself."""
        known = self._known.get(token)
        return self._weigh(token) if known is None else known

    def _best(self, sums: list[tuple[float, int]]) -> float:
        """Return the margin of the best window, from the sum and length of each sentence."""
        bias = self.weights.get(BIAS, 0.0)
        return max(
            (bias + sum([total for total, _ in window])) / scale(sum([size for _, size in window]))
            for window in _windows(sums)
        )

    def sum(self, tokens: Sequence[str]) -> float:
        """Return the sum of the weights of all that a sentence holds."""
        total = 0.0
        for token in tokens:
            total += self.alone(token)
        words = list(map(self.reader.word, tokens))
        for weight in map(self.weights.get, between(words)):
            if weight is not None:
                total += weight
        return total

    def mean(self, tokens: Sequence[str]) -> float:
        """Return how much a sentence counts for its length."""
        return self.sum(tokens) / scale(len(tokens))

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


def _windows(sums: list[tuple[float, int]]) -> Iterator[list[tuple[float, int]]]:
    """Yield what is weighed together: a short message whole, a long one in neighbouring sentences.

    A window slides by a sentence at a time, and is a few sentences long.
    """
    if sum([size for _, size in sums]) <= LONGEST_WHOLE:
        yield sums
        return
    window: list[tuple[float, int]] = []
    length = 0
    for sentence in sums:
        if window and length + sentence[1] > WINDOW:
            yield window
            while window and length + sentence[1] > WINDOW:
                length -= window.pop(0)[1]
        window.append(sentence)
        length += sentence[1]
    yield window
