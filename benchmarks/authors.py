"""How well the detector reads authors it never saw: each given author left out in turn.

`python -m benchmarks.authors` takes some minutes. The thresholds that judge an author come from
the other authors and a quarter of the ordinary chat; another quarter is judged, half is learnt.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config.examples import read_examples, read_ordinary
from bot.config.lexicon import load_families, load_lexicon
from bot.detection.calibrating import (
    UNCALIBRATED,
    LeftOut,
    Margins,
    fit,
    judged_without_its_author,
    margin_of,
)
from bot.detection.features import Reader
from bot.detection.model import Model
from bot.detection.training import ReadExample, learn, read

TRAINING = Path("training")
PRECISION = 0.96  # asked of the strict threshold on the other given authors
GIVEN = tuple(f"author_{number:02d}" for number in range(9))


@dataclass(frozen=True, kw_only=True)
class Fold:
    """One author's messages under weights learnt without them, and chat that was not learnt."""

    author: str
    labelled: tuple[LeftOut, ...]
    setting: tuple[float, ...]
    judged: tuple[float, ...]


def leave_out(
    author: str, labelled: Sequence[ReadExample], chat: Sequence[ReadExample], reader: Reader
) -> Fold:
    """Return the margins of an author's messages, learnt from all the others'."""
    kept = [it for it in labelled if it.example.author != author]
    model = Model(learn([*kept, *chat[0::2]]), UNCALIBRATED, reader)
    return Fold(
        author=author,
        labelled=tuple(
            judged_without_its_author(model, it.example)
            for it in labelled
            if it.example.author == author
        ),
        setting=tuple(margin_of(model, it.example.text) for it in chat[1::4]),
        judged=tuple(margin_of(model, it.example.text) for it in chat[3::4]),
    )


def told(folds: Sequence[Fold]) -> Iterator[str]:
    """Yield the figures of each author and of all, by language and kind, at both thresholds."""
    for name in ("strict", "balanced"):
        found: list[tuple[LeftOut, bool]] = []
        nudged = 0
        for fold in folds:
            others = [it for other in folds if other is not fold for it in other.labelled]
            margins = Margins(labelled=others, ordinary=fold.setting)
            threshold: float = getattr(fit(margins, precision=PRECISION), name)
            mine = [(it, it.margin >= threshold) for it in fold.labelled]
            nudged += sum(margin >= threshold for margin in fold.judged)
            found += mine
            yield _figures(f"{name}, {fold.author}", mine)
        for language in ("fr", "en"):
            spoken = [pair for pair in found if pair[0].example.language == language]
            yield _figures(f"{name}, {language}", spoken)
        rate = 1000 * nudged / sum(len(fold.judged) for fold in folds)
        yield f"{name}: {rate:.2f} per 1,000 ordinary messages"


def _figures(name: str, pairs: Iterable[tuple[LeftOut, bool]]) -> str:
    answers = [(it.example.is_bypass, is_found) for it, is_found in pairs]
    found, wrong = answers.count((True, True)), answers.count((False, True))
    missed, other = answers.count((True, False)), answers.count((False, False))
    return (
        f"{name:22} precision {found / max(1, found + wrong):.3f}"
        f"  recall {found / max(1, found + missed):.3f}"
        f"  others nudged {wrong / max(1, wrong + other):.3f}"
    )


def main() -> None:
    """Leave each author out, and print."""
    reader = Reader(load_lexicon(), load_families())
    labelled, chat = read(read_examples(TRAINING), reader), read(read_ordinary(TRAINING), reader)
    folds: list[Fold] = []
    for author in GIVEN:
        sys.stderr.write(f"without {author}\n")
        folds.append(leave_out(author, labelled, chat, reader))
    for line in told(folds):
        print(line)


if __name__ == "__main__":
    main()
