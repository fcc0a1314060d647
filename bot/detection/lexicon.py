"""The words that speak for or against a bypass, by class.

Pure. The classes and words are data: `config/lexicon.*.toml`, read by `bot.config.lexicon`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.detection.normalise import plain_words

Run = tuple[tuple[str, ...], str]
"""Words in a row, and their class."""


class Side(StrEnum):
    """What a class of words speaks for."""

    CUE = "cue"
    SUPPRESSOR = "suppressor"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a lexicon: a word or a run of words, of one class. A star ends a stem."""

    kind: str
    side: Side
    words: str


class Lexicon:
    """Finds the classes of a word and the runs that start at it. Read-only once built."""

    def __init__(
        self,
        entries: Iterable[Entry],
        spellings: Mapping[str, str],
        canonical: Iterable[str] = (),
    ) -> None:
        self.canonical = tuple(canonical)
        self.sides: dict[str, Side] = {}
        self.spellings = dict(spellings)
        self._words: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._runs: dict[str, list[Run]] = {}
        for entry in entries:
            self.sides[entry.kind] = entry.side
            self._add(plain_words(entry.words), entry.kind)

    def _add(self, words: tuple[str, ...], kind: str) -> None:
        if not words:
            return
        first = words[0]
        if len(words) > 1:
            self._runs.setdefault(first, []).append((words, kind))
        elif first.endswith("*"):
            self._stems.setdefault(first[:-1], set()).add(kind)
        else:
            self._words.setdefault(first, set()).add(kind)

    def kinds_of(self, token: str) -> tuple[str, ...]:
        """Return the classes of a single word, in alphabetical order."""
        kinds = set(self._words.get(token, ()))
        for length in range(2, len(token) + 1):
            if token[:length] in self._stems:
                kinds |= self._stems[token[:length]]
        return tuple(sorted(kinds))

    def runs_from(self, token: str) -> Mapping[str, tuple[Run, ...]]:
        """Return the runs of words that may start at `token`, by their second word, longest first.

        Those whose second word is a stem are under the empty word.
        """
        runs = list(self._runs.get(token, ()))
        for length in range(2, len(token) + 1):
            runs += self._runs.get(f"{token[:length]}*", ())
        found: dict[str, list[Run]] = {}
        for run in sorted(runs, key=lambda run: (-len(run[0]), run)):
            second = run[0][1]
            found.setdefault("" if second.endswith("*") else second, []).append(run)
        return {second: tuple(sorted_runs) for second, sorted_runs in found.items()}


def entries(classes: Mapping[str, Iterable[str]], side: Side) -> Iterable[Entry]:
    """Yield the entries of one half of a lexicon file."""
    for kind, lines in classes.items():
        for words in lines:
            yield Entry(kind=kind, side=side, words=words)
