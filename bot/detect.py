"""`arbitrage detect`: judge sentences, lines or JSON objects; measure; rebuild the weights."""

import argparse
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from bot.config.examples import (
    ExamplesError,
    digest_of,
    read_examples,
    read_labelled,
    read_ordinary,
    weights_text,
)
from bot.config.lexicon import FOLDER, LexiconError, load_detector, load_families, load_lexicon
from bot.detection.calibrating import Margins, fit, left_out
from bot.detection.detecting import Cue, Detection, Detector
from bot.detection.evaluation import Judged, Score, judge, score, score_by, worst
from bot.detection.features import Reader
from bot.detection.model import Calibration
from bot.detection.training import SEED, learn, read

FINE, WRONG, CANNOT = 0, 1, 2
TRAIN = ["train"]
WORST_SHOWN = 10
SHOWN_CHARACTERS = 160
WANTED = "each line is to be an object with a `text`"
HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can hold and UTF-8 cannot."""


class BadLines(Exception):
    """Some lines could not be judged. The message says how many, and the first."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what `arbitrage detect` accepts."""
    parser.add_argument(
        "sentence",
        nargs="*",
        help="what to judge; none: the lines of standard input; `train`: rebuild the weights",
    )
    parser.add_argument("--jsonl", action="store_true", help="objects with `text` on stdin")
    parser.add_argument("--evaluate", metavar="FILE", type=Path, help="labelled messages, in JSONL")
    parser.add_argument("--lexicon", metavar="FOLDER", type=Path, default=FOLDER)
    parser.add_argument("--data", metavar="FOLDER", type=Path, default=Path("training"))
    parser.add_argument("--output", metavar="FILE", type=Path, help="of `train`: default, shipped")


def detect(options: argparse.Namespace) -> int:
    """Do what the options say; return the exit code."""
    try:
        for line in _answer(options):
            print(line, flush=options.sentence == TRAIN)
    except (LexiconError, ExamplesError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT
    except BadLines as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    return FINE


def _answer(options: argparse.Namespace) -> Iterator[str]:
    if options.sentence == TRAIN:
        yield from train(options.data, options.lexicon, options.output)
        return
    detector = load_detector(options.lexicon)
    if options.evaluate:
        yield from evaluate(detector, options.evaluate)
    elif options.jsonl:
        yield from _completed(detector, _stdin())
    elif options.sentence:
        yield from _told(detector.explain(" ".join(options.sentence)))
    else:
        yield from (_line(detector, line.rstrip("\n")) for line in _stdin())


def _stdin() -> Iterable[str]:
    """Return the lines of standard input; what is no UTF-8 is replaced, and judged all the same."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin


def _completed(detector: Detector, lines: Iterable[str]) -> Iterator[str]:
    """Yield each JSON object with its answer added, in order; of any other line, what is wrong.

    Raises BadLines in the end, when every line has its answer.
    """
    bad: list[int] = []
    count = 0
    for count, line in enumerate((line for line in lines if line.strip()), start=1):
        try:
            asked = json.loads(line)
            found = detector.explain(_text_of(asked))
        except (ValueError, TypeError, RecursionError):
            bad.append(count)
            asked, found = {"error": WANTED}, detector.explain("")
        answer = asked | _answered(found)
        written = json.dumps(answer, ensure_ascii=False)
        yield json.dumps(answer) if HALF.search(written) else written
    if bad:
        raise BadLines(f"{WANTED}: {len(bad)} of {count} lines are not; the first is {bad[0]}.")


def _text_of(asked: object) -> str:
    text = asked.get("text") if isinstance(asked, dict) else None
    if not isinstance(text, str):
        raise TypeError(WANTED)
    return text


def _answered(found: Detection) -> dict[str, object]:
    return {
        "bypass": found.is_bypass,
        "score": round(found.score, 4),
        "level": found.level.value,
        "cues": [asdict(cue) for cue in found.cues],
        "suppressors": [asdict(cue) for cue in found.suppressors],
    }


def _line(detector: Detector, text: str) -> str:
    found = detector.detect(text)
    return f"{'bypass' if found.is_bypass else 'ok':6}  {found.score:.3f}  {text}"


def _told(found: Detection) -> Iterator[str]:
    yield f"{'bypass' if found.is_bypass else 'ok'} ({found.level}), score {found.score:.3f}"
    for name, cues in (("for", found.cues), ("against", found.suppressors)):
        yield from (_cue(name, cue) for cue in cues)


def _cue(name: str, cue: Cue) -> str:
    return f"  {name:7} {cue.name:12} {cue.weight:+.2f}  {cue.phrase!r} at {cue.start}-{cue.end}"


def evaluate(detector: Detector, path: Path) -> Iterator[str]:
    """Yield what there is to say of the detector on a file of labelled messages."""
    judged = judge(detector, read_labelled(path))
    yield _figures("all", score(judged))
    for name, found in score_by(judged, lambda message: message.language):
        yield _figures(f"language {name}", found)
    for name, found in score_by(judged, lambda message: message.kind):
        yield _figures(f"kind {name}", found)
    hard = score(it for it in judged if it.message.is_hard)
    if hard.nudged is not None:
        yield f"{'hard negatives':24} nudged {hard.nudged:.1%} of {hard.wrong + hard.left_alone}"
    yield from _worst(judged)


def _figures(name: str, found: Score) -> str:
    parts = [
        f"{label} {share:.3f}"
        for label, share in (("precision", found.precision), ("recall", found.recall))
        if share is not None and found.found + found.missed
    ]
    if found.nudged is not None:
        parts.append(f"nudged {found.nudged:.1%} of {found.wrong + found.left_alone} others")
    return f"{name:24} {'  '.join(parts)}"


def _worst(judged: Sequence[Judged]) -> Iterator[str]:
    for it in worst(judged, WORST_SHOWN):
        what = "missed" if it.message.is_bypass else "wrong"
        text = " ".join(it.message.text.split())[:SHOWN_CHARACTERS]
        yield f"{what:6} {it.detection.score:.3f} {it.message.kind:16} {text}"


def train(data: Path, lexicon: Path, output: Path | None) -> Iterable[str]:
    """Rebuild the weights from `data`, the same to the bit each time; yield what was done."""
    reader = Reader(load_lexicon(lexicon), load_families())
    labelled, ordinary = read_examples(data), read_ordinary(data)
    yield f"{len(labelled)} labelled messages, {len(ordinary)} ordinary ones"
    known, chat = read(labelled, reader), read(ordinary, reader)
    margins = left_out(known, chat, reader)
    calibration = fit(margins)
    yield from held_out_figures(margins, calibration)
    weights = learn([*known, *chat])
    made_of = {
        "training": digest_of(data, "*.jsonl", "*.jsonl.xz"),
        "lexicon": digest_of(lexicon, "lexicon.*.toml"),
        "seed": str(SEED),
    }
    text = weights_text(weights, calibration, made_of)
    target = output or Path(str(resources.files("bot.detection").joinpath("weights.tsv")))
    target.write_text(text, encoding="utf-8", newline="\n")
    yield f"{len(weights)} weights in {target.name}, made of {made_of}"


def held_out_figures(margins: Margins, calibration: Calibration) -> Iterator[str]:
    """Yield the figures on authors left out, at each threshold; they judge the method."""
    for name in ("strict", "balanced"):
        threshold: float = getattr(calibration, name)
        nudged = sum(margin >= threshold for margin in margins.ordinary)
        yield f"{name}: {1000 * nudged / len(margins.ordinary):.2f} per 1,000 ordinary messages"
        for language in ("fr", "en"):
            spoken = [it for it in margins.labelled if it.example.language == language]
            pairs = [(it.example.is_bypass, it.margin >= threshold) for it in spoken]
            found, wrong = pairs.count((True, True)), pairs.count((False, True))
            missed = pairs.count((True, False))
            precision, recall = found / max(1, found + wrong), found / max(1, found + missed)
            yield f"  {language}: precision {precision:.3f}, recall {recall:.3f}"
