"""Learning the weights from labelled messages: a linear machine, in plain Python, to the bit.

Pure. A support vector machine with squared hinge loss, solved by coordinate descent in the dual
(Hsieh et al., 2008): sums and products only, in a fixed order, so that every machine gets the same.
"""

import random
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from bot.detection.features import Reader, Sentence, across, between, within
from bot.detection.model import BIAS, scale
from bot.detection.normalise import plain_sentences

SEED = 20261122
PASSES = 10
COMPLETE_EVERY = 6  # passes: between two complete ones, only the undecided examples are visited
COST = 0.06
ORDINARY_WEIGHT = 0.35  # of a message of real chat, beside a labelled one
AUTHOR_REACH = 4.0  # squared, of an author's own habit: how much of their yes and no it may explain
RARE = 2  # messages; a feature of fewer is not learnt
LETTERS_SHARE = 0.3  # how much the letters of a word count beside the word
SMALLEST = 0.01  # weights below are dropped: they change no answer
UNIT = 1000  # weights are shipped as whole thousandths


@dataclass(frozen=True, kw_only=True)
class Example:
    """A message and its label. `author` is who wrote it; ordinary chat has none."""

    text: str
    is_bypass: bool
    author: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadExample:
    """An example, all that it holds, and what its sum is divided by."""

    example: Example
    features: Sequence[str]
    scale: float


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An example as the solver sees it: the numbers of its features, each as often as it is."""

    places: Sequence[int]
    scale: float
    sign: int
    weight: float


class Vocabulary:
    """The features worth learning, and how far each may go: a rare one further."""

    def __init__(self, seen: Iterable[Iterable[str]], *, total: int) -> None:
        counts: Counter[str] = Counter()
        for features in seen:
            counts.update(set(features))
        self.names = sorted(name for name, count in counts.items() if count >= RARE)
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.reach = [self._reach(name, counts[name], total) for name in self.names]

    @staticmethod
    def _reach(name: str, count: int, total: int) -> float:
        share = LETTERS_SHARE if name[0:1] == "#" and len(name) > 1 else 1.0
        rarity = max(log(total / (count + 1)), 0.0)  # below: what every message has
        return share * sqrt(rarity + 0.05) if name else 1.0


def read(examples: Iterable[Example], reader: Reader) -> list[ReadExample]:
    """Return the examples with all their features, once for every time they are learnt from."""
    found: list[ReadExample] = []
    for example in examples:
        features = [BIAS]
        sentences: list[Sentence] = []
        for tokens in plain_sentences(example.text):
            words = [reader.word(token) for token in tokens]
            for word in words:
                features += within(word)
            sentences.append(between(words))
            features += sentences[-1].features
        features += across(sentences)
        length = sum(len(sentence.words) for sentence in sentences)
        named = [sys.intern(feature) for feature in features]  # the same words, over and over
        found.append(ReadExample(example=example, features=named, scale=scale(length)))
    return found


def learn(examples: Sequence[ReadExample]) -> dict[str, float]:
    """Return the weight of every feature worth one, in thousandths, learnt from `examples`.

    How often an author asks is learnt apart and thrown away: it says nothing of other authors.
    """
    vocabulary = Vocabulary((example.features for example in examples), total=len(examples))
    authors = sorted({it.example.author for it in examples if it.example.author})
    habits = {author: len(vocabulary.names) + place for place, author in enumerate(authors)}
    prepared = [_prepared(example, vocabulary, habits) for example in examples]
    reach = [reach * reach for reach in vocabulary.reach] + [AUTHOR_REACH] * len(authors)
    return {
        name: round(weight * UNIT) / UNIT
        for name, weight in zip(vocabulary.names, solve(prepared, reach), strict=False)
        if abs(weight) >= SMALLEST
    }


def _prepared(
    read_example: ReadExample, vocabulary: Vocabulary, habits: Mapping[str, int]
) -> Prepared:
    numbers = vocabulary.numbers
    known = [numbers[feature] for feature in read_example.features if feature in numbers]
    if read_example.example.author:
        known.append(habits[read_example.example.author])
    return Prepared(
        places=array("l", known),
        scale=read_example.scale,
        sign=1 if read_example.example.is_bypass else -1,
        weight=1.0 if read_example.example.author else ORDINARY_WEIGHT,
    )


def solve(examples: Sequence[Prepared], reach: Sequence[float]) -> list[float]:
    """Return the weights that part the examples best; `reach` is how far each may go, squared."""
    weights = [0.0] * len(reach)
    alphas = [0.0] * len(examples)
    slacks = [1 / (2 * COST * example.weight) for example in examples]
    norms = [_norm(example, reach) for example in examples]
    chance = random.Random(SEED)  # noqa: S311  # not a secret: the same order every time
    order = list(range(len(examples)))
    active = order
    for number in range(PASSES):
        if number % COMPLETE_EVERY == 0:
            active = order
        visited = list(active)
        chance.shuffle(visited)
        active = []
        for place in visited:
            example = examples[place]
            gradient = (
                example.sign * sum(map(weights.__getitem__, example.places)) / example.scale
                - 1
                + slacks[place] * alphas[place]
            )
            if alphas[place] == 0 and gradient >= 0:
                continue
            active.append(place)
            alpha = max(alphas[place] - gradient / (norms[place] + slacks[place]), 0.0)
            step = (alpha - alphas[place]) * example.sign / example.scale
            alphas[place] = alpha
            if step:
                for feature in example.places:
                    weights[feature] += step * reach[feature]
        active.sort()
    return weights


def _norm(example: Prepared, reach: Sequence[float]) -> float:
    counts = Counter(example.places)
    squared = sum(count * count * reach[place] for place, count in counts.items())
    return squared / (example.scale * example.scale)
