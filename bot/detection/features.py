"""What the model looks at: the parts of a sentence, each named by a short string.

Pure. `word`, `two words`, `three words`; `#abc` letters of a word; `~12` a word's family;
`<ask>` a class of the lexicon, `<ask>?` the class in a question, `<add>&<ask>` two classes in one
sentence, `<ask>..<add>` one after the other, `<ask> the` among words; `?:word` a word of a
question. Of the message: `=w4` its length, `=s2` its sentences, `=q11` whether one of them asks
and the last one, `=^so what` how it starts, `=$that ok ?` how it ends; `<add>&&<confirm>?` a class,
and another in a later sentence, which asks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set, Sized
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from bot.detection.lexicon import Lexicon, Run

START, END, ASKED = "^", "$", "?"
SHORTEST_CUT = 4  # letters; a shorter word is looked at whole
LETTERS = (3, 4, 5)
MOST_REMEMBERED = 50_000  # words; the memory of a long-running process is bounded
LONGEST_WORD = 30  # letters; the rest of a longer one says nothing
LONGEST_TOLD, MOST_TOLD = 8, 5  # of the length's order and of the sentences; above, all the same
EDGE, LAST = 2, 3  # words that start and end a message

_ELONGATED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of one word wherever it stands."""

    token: str
    family: str
    tag: str
    kinds: tuple[str, ...]
    runs: Mapping[str, tuple[Run, ...]]


class Match(NamedTuple):
    """The words from `first` up to `after` are of the class `kind`."""

    kind: str
    first: int
    after: int


class Sentence(NamedTuple):
    """The words of a sentence, what they are together, and the classes found in it."""

    words: Sequence[Word]
    features: Sequence[str]
    kinds: Set[str]

    @property
    def asks(self) -> bool:
        """Tell whether it is a question."""
        return any(word.token == ASKED for word in self.words)


class Reader:
    """Knows words, by a lexicon and their families. Remembers those it met, within bounds."""

    def __init__(self, lexicon: Lexicon, families: Mapping[str, str]) -> None:
        self.lexicon = lexicon
        self._families = families
        self._known: dict[str, Word] = {}

    def word(self, token: str) -> Word:
        """Return what is known of `token`."""
        known = self._known.get(token)
        if known is None:
            known = self._look_up(token)
            if is_worth_remembering(token, self._known):
                self._known[token] = known
        return known

    def plain(self, token: str) -> tuple[str, str]:
        """Return how `token` is spelt, and its family: all that its own features depend on."""
        token = self._spelt(token[:LONGEST_WORD])
        return token, self._families.get(token, token)

    def _look_up(self, token: str) -> Word:
        token, family = self.plain(token)
        kinds = self.lexicon.kinds_of(token)
        return Word(
            token=token,
            family=family,
            tag=f"<{kinds[0]}>" if kinds else token,
            kinds=kinds,
            runs=self.lexicon.runs_from(token),
        )

    def _spelt(self, token: str) -> str:
        if _ELONGATED.search(token):
            once, twice = _ELONGATED.sub(r"\1", token), _ELONGATED.sub(r"\1\1", token)
            token = twice if twice in self._families else once
        return self.lexicon.spellings.get(token, token)


def is_worth_remembering(token: str, known: Sized) -> bool:
    """Tell whether there is room in a memory of words for one more, of ordinary length."""
    return len(token) <= LONGEST_WORD and len(known) < MOST_REMEMBERED


def within(word: Word) -> list[str]:
    """Return the features of a word by itself."""
    return parts(word.token, word.family)


def parts(token: str, family: str) -> list[str]:
    """Return the features of a word by itself, from its spelling and its family."""
    return [token, family, *_letters(token)]


def _letters(token: str) -> list[str]:
    if len(token) < SHORTEST_CUT:
        return []
    marked = f"<{token}>"
    return [
        f"#{marked[first : first + length]}"
        for length in LETTERS
        for first in range(len(marked) - length + 1)
    ]


def between(words: Sequence[Word]) -> Sentence:
    """Return a sentence and the features of its words together; one that recurs is there twice."""
    runs, kinds = _runs_in(words)
    found: list[str] = []
    sentence = Sentence(words, found, kinds)
    tokens, families = [word.token for word in words], [word.family for word in words]
    _add_runs(found, tokens)
    if families != tokens:
        _add_runs(found, families, "~")
    if kinds:
        tags = _tags(words, runs)
        _add_runs(found, tags, "<")
        _add_classes(found, sorted(kinds), [tag for tag in tags if tag[0] == "<"])
    if sentence.asks:
        found += [f"<{kind}>?" for kind in sorted(kinds)]
        found += [f"?:{token}" for token in tokens]
    return sentence


def across(sentences: Sequence[Sentence]) -> list[str]:
    """Return the features of the sentences of a message together."""
    if not sentences:
        return []
    length = sum([len(sentence.words) for sentence in sentences])
    asking = [sentence.asks for sentence in sentences]
    first = [word.token for word in sentences[0].words[:EDGE]]
    last = [word.token for word in sentences[-1].words[-LAST:]]
    found = [
        f"=w{min(length.bit_length(), LONGEST_TOLD)}",
        f"=s{min(len(sentences), MOST_TOLD)}",
        f"=q{any(asking):d}{asking[-1]:d}",
        f"=^{first[0]}",
        f"=^{' '.join(first)}",
        f"=${' '.join(last)}",
    ]
    if len(sentences) > 1:
        found += _later(sentences, asking)
    return found


def _later(sentences: Sequence[Sentence], asking: Sequence[bool]) -> Iterable[str]:
    """Yield every two classes of which the second is in a later sentence."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, sentence in enumerate(sentences):
        for kind in sentence.kinds:
            first.setdefault(kind, place)
            last[f"<{kind}>?" if asking[place] else f"<{kind}>"] = place
    for before, started in sorted(first.items()):
        for after, ended in sorted(last.items()):
            if started < ended:
                yield f"<{before}>&&{after}"


def matches(words: Sequence[Word]) -> list[Match]:
    """Return every place where the lexicon has something to say, in order."""
    found = [
        Match(kind, place, place + 1) for place, word in enumerate(words) for kind in word.kinds
    ]
    return sorted([*found, *_runs_at_all(words)], key=lambda match: (match.first, match))


def _runs_at_all(words: Sequence[Word]) -> Iterable[Match]:
    """Yield every run of words of the lexicon; those that start together, longest first."""
    for place, (word, following) in enumerate(pairwise(words)):
        runs = word.runs
        if runs and (following.token in runs or "" in runs):
            exact, stemmed = runs.get(following.token, ()), runs.get("", ())
            yield from _held(words, place, (*exact, *stemmed))


def _held(words: Sequence[Word], place: int, runs: Iterable[Run]) -> list[Match]:
    """Return those of `runs` that really are at `place`, longest first."""
    return sorted(
        (
            Match(kind, place, place + len(run))
            for run, kind in runs
            if place + len(run) <= len(words)
            and all(
                word.token == part or (part[-1] == "*" and word.token.startswith(part[:-1]))
                for word, part in zip(words[place + 1 : place + len(run)], run[1:], strict=True)
            )
        ),
        key=lambda match: (-match.after, match.kind),
    )


def _runs_in(words: Sequence[Word]) -> tuple[dict[int, Match], set[str]]:
    """Return the longest run at each place where there is one, and every class found."""
    kinds = set(chain.from_iterable([word.kinds for word in words]))
    longest: dict[int, Match] = {}
    for match in _runs_at_all(words):
        kinds.add(match.kind)
        longest.setdefault(match.first, match)
    return longest, kinds


def _tags(words: Sequence[Word], runs: Mapping[int, Match]) -> list[str]:
    if not runs:
        return [word.tag for word in words]
    tags: list[str] = []
    place = 0
    while place < len(words):
        run = runs.get(place)
        tags.append(f"<{run.kind}>" if run else words[place].tag)
        place = run.after if run else place + 1
    return tags


def _add_runs(found: list[str], tokens: Sequence[str], mark: str = "") -> None:
    """Add the pairs and triples of a sentence that hold `mark`: each pair, then its triple."""
    row = [START, *tokens, END]
    pairs = [f"{first} {second}" for first, second in pairwise(row)]
    runs = [pairs[0]] * (2 * len(pairs) - 1)
    runs[1::2] = pairs[1:]
    runs[2::2] = [f"{before} {pair}" for before, pair in zip(row, pairs[1:], strict=False)]
    found += [run for run in runs if mark in run] if mark else runs


def _add_classes(found: list[str], kinds: Sequence[str], tags: Sequence[str]) -> None:
    for place, kind in enumerate(kinds):
        found.append(f"<{kind}>")
        found += [f"<{kind}>&<{other}>" for other in kinds[place + 1 :]]
    for first, second in pairwise(tags):
        found.append(f"{first}..{second}")
    for first, second, third in zip(tags, tags[1:], tags[2:], strict=False):
        found.append(f"{first}..{second}..{third}")
