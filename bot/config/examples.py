"""The messages that the detector learns from and is judged on, and the weights file it ships."""

import hashlib
import json
import lzma
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.config.lexicon import WEIGHT_UNIT
from bot.detection.evaluation import Labelled
from bot.detection.model import Calibration
from bot.detection.training import Example

BYPASS = "bypass"


class ExamplesError(Exception):
    """A file of messages is not usable. The message says which, where and why."""


class Line(BaseModel):
    """One labelled message. What else the line says is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    label: str
    lang: str = ""
    kind: str = ""
    hard: bool = False


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Return the labelled messages of a JSONL file. Raises ExamplesError."""
    return tuple(
        Labelled(
            text=line.text,
            is_bypass=line.label == BYPASS,
            language=line.lang,
            kind=line.kind,
            is_hard=line.hard,
        )
        for line in _lines(path)
    )


def read_examples(folder: Path) -> tuple[Example, ...]:
    """Return the messages of `messages/*.jsonl` under `folder`, one author per file."""
    return tuple(
        Example(
            text=line.text, is_bypass=line.label == BYPASS, author=path.stem, language=line.lang
        )
        for path in _files(folder / "messages", "*.jsonl")
        for line in _lines(path)
    )


def read_ordinary(folder: Path) -> tuple[Example, ...]:
    """Return the real chat of `ordinary/*.jsonl.xz` under `folder`: a JSON string per line."""
    return tuple(
        Example(text=json.loads(line), is_bypass=False)
        for path in _files(folder / "ordinary", "*.jsonl.xz")
        for line in lzma.decompress(path.read_bytes()).decode("utf-8").splitlines()
    )


def digest_of(folder: Path, *patterns: str) -> str:
    """Return what tells one set of files from another: their names and contents."""
    whole = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.rglob(pattern)):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def weights_text(
    weights: Mapping[str, float], calibration: Calibration, made_of: Mapping[str, str]
) -> str:
    """Return the weights file: a line of JSON, then a feature and its weight per line."""
    about = {"calibration": vars(calibration), "made_of": dict(made_of)}
    lines = [f"{name}\t{round(weights[name] * WEIGHT_UNIT)}" for name in sorted(weights)]
    return "\n".join((json.dumps(about, sort_keys=True), *lines)) + "\n"


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise ExamplesError(f"no {pattern} in {folder}: say where with --data.")
    return found


def _lines(path: Path) -> list[Line]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{path.name} cannot be read: {type(error).__name__}.") from error
    found: list[Line] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(Line.model_validate_json(line))
            except ValidationError as error:
                why = error.errors()[0]["msg"]
                raise ExamplesError(f"{path.name}, line {number}: {why}.") from error
    return found
