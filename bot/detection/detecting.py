"""Does this message ask for an arbitration outside the channel, how surely, and by which words?

Pure. Source: governance §9, the bypass; nothing of the message is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.detection.features import Match, matches
from bot.detection.glancing import Glance
from bot.detection.lexicon import Side
from bot.detection.model import Level, Model
from bot.detection.normalise import Place, plain_sentences, sentences
from bot.detection.quoting import Sign, quotes

MOST_TOLD = 6  # cues, and as many suppressors: an explanation that nobody reads explains nothing
DECIDER_BONUS = 0.15
DIRECT_BONUS = 0.05


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is known around a message, when it is."""

    is_to_decider: bool = False
    """It is addressed to, or mentions, somebody who holds a seat."""
    is_direct: bool = False
    """It was sent in a direct message."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Words that count for or against, where they stand, and how much they count."""

    name: str
    phrase: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class Detection:
    """What was found in a message; `start` and `end` are those of its most telling sentence.

    `score` is the share of bypasses among messages that look as much like one, in ordinary traffic.
    `quotes` are the words to show for it, those of cues that touch as one.
    """

    score: float
    margin: float
    level: Level
    cues: tuple[Cue, ...] = ()
    suppressors: tuple[Cue, ...] = ()
    quotes: tuple[str, ...] = ()
    start: int = 0
    end: int = 0

    @property
    def is_bypass(self) -> bool:
        """Tell whether it is sure enough to be told to its author."""
        return self.level is Level.STRICT


class Detector:
    """Judges messages, one at a time. Can be shared between threads."""

    def __init__(self, model: Model) -> None:
        self.model = model
        surely = model.calibration.balanced - DECIDER_BONUS - DIRECT_BONUS
        self._first_look = Glance(model, below=surely)

    def find(self, text: str, context: Context = Context()) -> Detection | None:  # frozen
        """Return what `detect` does of a bypass, even an unsure one; None of any other message.

        Most messages are none at the first look, which is ten times as fast.
        """
        if self._first_look.rules_out(text):
            return None
        found = self.detect(text, context)
        return None if found.level is Level.NONE else found

    def detect(self, text: str, context: Context = Context()) -> Detection:  # frozen
        """Return what `text` is; what is not a bypass is not explained, for it is most messages."""
        found = plain_sentences(text)
        if not found:
            return Detection(score=0.0, margin=-10.0, level=Level.NONE)
        margin = self.model.margin(found)
        margin += DECIDER_BONUS * context.is_to_decider + DIRECT_BONUS * context.is_direct
        level = self.model.calibration.level(margin)
        if level is Level.NONE:
            score = self.model.calibration.probability(margin)
            return Detection(score=score, margin=margin, level=level)
        return self._explained(text, margin)

    def explain(self, text: str) -> Detection:
        """Return what `text` is, with its cues and suppressors whatever the answer."""
        found = self.detect(text)
        return self._explained(text, found.margin) if plain_sentences(text) else found

    def _explained(self, text: str, margin: float) -> Detection:
        best = max(sentences(text), key=lambda places: self.model.mean(_tokens(places)))
        found = matches([self.model.reader.word(place.token) for place in best])
        cues = sorted(self._cues(text, best, found), key=lambda cue: (-abs(cue.weight), cue.start))
        sides = self.model.reader.lexicon.sides
        for_it = [cue for cue in cues if sides[cue.name] is Side.CUE]
        against = [cue for cue in cues if sides[cue.name] is Side.SUPPRESSOR]
        return Detection(
            score=self.model.calibration.probability(margin),
            margin=margin,
            level=self.model.calibration.level(margin),
            cues=tuple(for_it[:MOST_TOLD]),
            suppressors=tuple(against[:MOST_TOLD]),
            quotes=quotes(text, _signs(for_it, best, found)),
            start=best[0].start,
            end=best[-1].end,
        )

    def _cues(self, text: str, places: Sequence[Place], found: Iterable[Match]) -> Iterable[Cue]:
        """Yield one cue per class found in a sentence: the longest words that say it."""
        longest: dict[str, Match] = {}
        for match in found:
            known = longest.get(match.kind)
            if known is None or match.after - match.first > known.after - known.first:
                longest[match.kind] = match
        for kind, match in longest.items():
            start, end = places[match.first].start, places[match.after - 1].end
            weight = round(self.model.weight_of(kind, longest), 2)
            yield Cue(name=kind, phrase=text[start:end], start=start, end=end, weight=weight)


def _signs(cues: Iterable[Cue], places: Sequence[Place], found: Iterable[Match]) -> Iterable[Sign]:
    """Yield every place of a sentence where one of `cues` is said: a cue is only the longest."""
    weights = {cue.name: cue.weight for cue in cues}
    for match in found:
        if match.kind in weights:
            start, end = places[match.first].start, places[match.after - 1].end
            yield Sign(kind=match.kind, start=start, end=end, weight=weights[match.kind])


def _tokens(places: Iterable[Place]) -> list[str]:
    return [place.token for place in places]
