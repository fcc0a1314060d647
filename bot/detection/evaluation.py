"""How well the detector does on labelled messages. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.detection.detecting import Detection, Detector


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A message whose label is known. `is_hard` marks a near miss."""

    text: str
    is_bypass: bool
    language: str = ""
    kind: str = ""
    is_hard: bool = False


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A labelled message and what the detector said of it."""

    message: Labelled
    detection: Detection

    @property
    def is_wrong(self) -> bool:
        """Tell whether the detector disagrees with the label."""
        return self.message.is_bypass is not self.detection.is_bypass


@dataclass(frozen=True, kw_only=True)
class Score:
    """Counts of one group of messages."""

    found: int
    missed: int
    wrong: int
    left_alone: int

    @property
    def precision(self) -> float | None:
        """Return the share of true ones among those found; None when none was."""
        return _share(self.found, self.wrong)

    @property
    def recall(self) -> float | None:
        """Return the share found among true ones; None when there is none."""
        return _share(self.found, self.missed)

    @property
    def nudged(self) -> float | None:
        """Return the share nudged among those that are no bypass; None when there is none."""
        return _share(self.wrong, self.left_alone)


def judge(detector: Detector, messages: Iterable[Labelled]) -> tuple[Judged, ...]:
    """Return every message with what the detector says of it, in order."""
    return tuple(
        Judged(message=message, detection=detector.detect(message.text)) for message in messages
    )


def score(judged: Iterable[Judged]) -> Score:
    """Return the counts of these messages."""
    pairs = [(it.message.is_bypass, it.detection.is_bypass) for it in judged]
    return Score(
        found=pairs.count((True, True)),
        missed=pairs.count((True, False)),
        wrong=pairs.count((False, True)),
        left_alone=pairs.count((False, False)),
    )


def score_by(
    judged: Sequence[Judged], group: Callable[[Labelled], str]
) -> tuple[tuple[str, Score], ...]:
    """Return the counts of each group, in the order of their names; no name, no group."""
    names = sorted({group(it.message) for it in judged} - {""})
    return tuple((name, score(it for it in judged if group(it.message) == name)) for name in names)


def worst(judged: Iterable[Judged], count: int) -> tuple[Judged, ...]:
    """Return the errors the detector was surest of: wrong nudges first, then the misses."""
    errors = sorted((it for it in judged if it.is_wrong), key=lambda it: it.detection.margin)
    wrong = [it for it in reversed(errors) if not it.message.is_bypass]
    missed = [it for it in errors if it.message.is_bypass]
    return (*wrong[:count], *missed[:count])


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
