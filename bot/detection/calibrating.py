"""From margins to thresholds and probabilities, on messages that the weights never saw.

Pure. The labelled messages of a fifth of the authors are left out in turn, and half of the ordinary
chat always; the weights shipped are then learnt from everything, the thresholds kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from bot.detection.features import Reader
from bot.detection.model import Calibration, Model
from bot.detection.normalise import plain_sentences
from bot.detection.training import Example, ReadExample, learn

PRIOR = 0.01  # bypasses in ordinary work traffic
NEAR_MISSES = 0.1  # of ordinary work messages look like the labelled ones that are no bypass
FOLDS = 5
# On all the labelled messages, most near misses written as look-alikes: 0.932 of them is 0.951 of
# those that came with the project.
STRICT_PRECISION, BALANCED_PRECISION = 0.932, 0.9
STRICT_RATE, BALANCED_RATE = 0.0009, 0.002  # of ordinary messages
UNCALIBRATED = Calibration(slope=1.0, offset=0.0, strict=0.0, balanced=0.0, floor=-100.0)
LOST_AT_A_GLANCE = 0.006  # of the bypasses that a full reading would find


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A labelled message and its margins under weights that never saw its author.

    `glance` is that of its words alone.
    """

    example: Example
    margin: float
    glance: float


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Margins of messages that were left out."""

    labelled: Sequence[LeftOut]
    ordinary: Sequence[float]

    @property
    def bypasses(self) -> list[float]:
        """Return the margins of the bypasses."""
        return [it.margin for it in self.labelled if it.example.is_bypass]

    @property
    def near_misses(self) -> list[float]:
        """Return the margins of the labelled messages that are no bypass."""
        return [it.margin for it in self.labelled if not it.example.is_bypass]


def left_out(
    labelled: Sequence[ReadExample], ordinary: Sequence[ReadExample], reader: Reader
) -> Margins:
    """Return the margin of every labelled message, and of half of the ordinary chat."""
    authors = sorted({it.example.author for it in labelled})
    found: list[LeftOut] = []
    others: list[float] = []
    for fold in range(FOLDS):
        out = set(authors[fold::FOLDS])
        kept = [it for it in labelled if it.example.author not in out]
        model = Model(learn([*kept, *ordinary[0::2]]), UNCALIBRATED, reader)
        found += [
            judged_without_its_author(model, it.example)
            for it in labelled
            if it.example.author in out
        ]
        others += [margin_of(model, it.example.text) for it in ordinary[1::2]]
    return Margins(labelled=found, ordinary=others)


def judged_without_its_author(model: Model, example: Example) -> LeftOut:
    """Return a message and its margins under weights that never saw its author."""
    sentences = plain_sentences(example.text)
    glance = model.glance(sentences) if sentences else -10.0
    return LeftOut(example=example, margin=margin_of(model, example.text), glance=glance)


def margin_of(model: Model, text: str) -> float:
    """Return the margin of a message; of an empty one, the lowest."""
    sentences = plain_sentences(text)
    return model.margin(sentences) if sentences else -10.0


def fit(margins: Margins, *, precision: float = STRICT_PRECISION) -> Calibration:
    """Return thresholds that keep to the precisions and rates above, and the probabilities.

    `precision` is that of the strict threshold, when the labelled messages are others.
    """
    slope, offset = _logistic(margins)
    strict = max(_for_precision(margins, precision), _for_rate(margins.ordinary, STRICT_RATE))
    balanced = max(
        _for_precision(margins, BALANCED_PRECISION), _for_rate(margins.ordinary, BALANCED_RATE)
    )
    return Calibration(
        slope=round(slope, 3),
        offset=round(offset, 3),
        strict=round(strict, 3),
        balanced=round(min(balanced, strict), 3),
        floor=round(_floor(margins.labelled, min(balanced, strict)), 3),
    )


def _floor(labelled: Sequence[LeftOut], balanced: float) -> float:
    glances = sorted(it.glance for it in labelled if it.example.is_bypass and it.margin >= balanced)
    return glances[int(len(glances) * LOST_AT_A_GLANCE)]


def _for_rate(ordinary: Sequence[float], rate: float) -> float:
    ranked = sorted(ordinary, reverse=True)
    return ranked[int(len(ranked) * rate)]


def _for_precision(margins: Margins, wanted: float) -> float:
    """Return the lowest margin above which `wanted` of the labelled messages are bypasses."""
    ranked = sorted(
        [(margin, 1) for margin in margins.bypasses]
        + [(margin, 0) for margin in margins.near_misses],
        reverse=True,
    )
    right, lowest = 0, ranked[0][0]
    for count, (margin, is_bypass) in enumerate(ranked, start=1):
        right += is_bypass
        if right / count >= wanted:
            lowest = margin
    return lowest


def _logistic(margins: Margins) -> tuple[float, float]:
    """Return the slope and offset of the likeliest logistic curve, at the prior (Newton)."""
    points = [
        *_weighted(margins.bypasses, 1, PRIOR),
        *_weighted(margins.near_misses, 0, (1 - PRIOR) * NEAR_MISSES),
        *_weighted(margins.ordinary, 0, (1 - PRIOR) * (1 - NEAR_MISSES)),
    ]
    slope, offset = 1.0, -4.0
    for _ in range(40):
        by_slope = by_offset = 0.0
        twice_slope, mixed, twice_offset = 1e-9, 0.0, 1e-9
        for margin, truth, weight in points:
            guess = 1 / (1 + exp(-max(-30.0, min(30.0, slope * margin + offset))))
            error, spread = weight * (guess - truth), weight * guess * (1 - guess)
            by_slope += error * margin
            by_offset += error
            twice_slope += spread * margin * margin
            mixed += spread * margin
            twice_offset += spread
        whole = twice_slope * twice_offset - mixed * mixed
        slope -= (twice_offset * by_slope - mixed * by_offset) / whole
        offset -= (twice_slope * by_offset - mixed * by_slope) / whole
    return slope, offset


def _weighted(
    margins: Sequence[float], truth: int, total: float
) -> Iterable[tuple[float, int, float]]:
    return ((margin, truth, total / len(margins)) for margin in margins)
