"""Which of an author's words show a bypass: signs that touch are quoted as one run. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

MOST_QUOTED = 3
LONGEST_QUOTE = 60  # characters; a run that would be longer is quoted in two

_GAP = re.compile(r"[\s'’-]*(?:[^\W\d_]{1,3}[\s'’-]+){0,2}")
"""What two signs of one run have between them: nothing but a small word or two."""

_MARKUP = re.compile("[<>`]")


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Words of a message that count for a bypass, of one class, and how much they count."""

    kind: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class _Run:
    start: int
    end: int
    weights: dict[str, float]

    @property
    def weight(self) -> float:
        return sum(self.weights.values())


def quotes(text: str, signs: Iterable[Sign]) -> tuple[str, ...]:
    """Return the words of `text` to quote, as they are written, the heaviest first.

    At most `MOST_QUOTED`, of `LONGEST_QUOTE` characters at most unless one sign is longer. A run
    whose classes are all quoted already would say nothing new, and is left out.
    """
    told: set[str] = set()
    found: list[str] = []
    for run in sorted(_runs(text, signs), key=lambda it: (-it.weight, it.start - it.end, it.start)):
        if not run.weights.keys() <= told and len(found) < MOST_QUOTED:
            told |= run.weights.keys()
            found.append(text[run.start : run.end])
    return tuple(found)


def _runs(text: str, signs: Iterable[Sign]) -> Iterator[_Run]:
    """Yield the runs of signs that overlap, or have only a gap between them, in order."""
    run: _Run | None = None
    for sign in sorted(signs, key=lambda it: (it.start, -it.end)):
        if sign.weight <= 0 or _MARKUP.search(text, sign.start, sign.end):
            continue
        if run and _belongs(text, run, sign):
            weights = run.weights | {sign.kind: sign.weight}
            run = replace(run, end=max(run.end, sign.end), weights=weights)
        elif not run or sign.start >= run.end:
            if run:
                yield run
            run = _Run(start=sign.start, end=sign.end, weights={sign.kind: sign.weight})
    if run:
        yield run


def _belongs(text: str, run: _Run, sign: Sign) -> bool:
    if sign.end <= run.end:
        return True
    touches = sign.start < run.end or _GAP.fullmatch(text, run.end, sign.start) is not None
    return touches and sign.end - run.start <= LONGEST_QUOTE
