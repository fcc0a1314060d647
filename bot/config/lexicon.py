"""Reading the words of the detector: the shipped lexicons, and the company's own beside them."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.detection.detecting import Detector
from bot.detection.features import Reader
from bot.detection.lexicon import Entry, Lexicon, Side, entries
from bot.detection.model import Calibration, Model

FOLDER = Path(__file__).resolve().parents[2] / "config"
"""Where the shipped lexicons are."""

WEIGHT_UNIT = 1000  # weights are shipped as whole thousandths


class LexiconError(Exception):
    """A lexicon file is not usable. The message names the file, what is wrong, and the cure."""


class LexiconFile(BaseModel):
    """One file of words. Unknown keys are refused; so is a class on both sides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    canonical: list[str] = Field(default_factory=list)
    cues: dict[str, list[str]] = Field(default_factory=dict)
    suppressors: dict[str, list[str]] = Field(default_factory=dict)
    spellings: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ShippedModel:
    """The weights that come with the bot, and what made them."""

    weights: dict[str, float]
    calibration: Calibration
    made_of: dict[str, str]


def load_lexicon(folder: Path = FOLDER, *, beside: Path | None = None) -> Lexicon:
    """Read every `lexicon.*.toml` of `folder`, in the order of their names.

    Those of `beside` are read too; one with the name of another replaces it. Raises LexiconError
    when a file is wrong, or when there is none.
    """
    named = {path.name: path for path in folder.glob("lexicon.*.toml")}
    named |= {path.name: path for path in beside.glob("lexicon.*.toml")} if beside else {}
    files = [path for _, path in sorted(named.items())]
    if not files:
        raise LexiconError(f"no lexicon.*.toml in {folder}: run from the project's folder.")
    found: list[Entry] = []
    spellings: dict[str, str] = {}
    canonical: list[str] = []
    sides: dict[str, Side] = {}
    for path in files:
        file = _read(path)
        spellings.update(file.spellings)
        canonical += file.canonical
        for entry in _entries(file):
            if sides.setdefault(entry.kind, entry.side) is not entry.side:
                raise LexiconError(f"{path.name}: the class {entry.kind!r} is on the other side.")
            found.append(entry)
    return Lexicon(found, spellings, canonical)


def _entries(file: LexiconFile) -> Iterator[Entry]:
    yield from entries(file.cues, Side.CUE)
    yield from entries(file.suppressors, Side.SUPPRESSOR)


def _read(path: Path) -> LexiconFile:
    try:
        return LexiconFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LexiconError(f"{path.name} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise LexiconError(f"{path.name}: {place}: {first['msg']}.") from error


def load_families() -> dict[str, str]:
    """Return the family of each word that has one, as `~12`."""
    lines = _shipped("families.tsv").splitlines()
    return {word: f"~{family}" for word, family in (line.split("\t") for line in lines)}


def load_model() -> ShippedModel:
    """Return the weights that `arbitrage detect train` made."""
    head, *lines = _shipped("weights.tsv").splitlines()
    about = json.loads(head)
    pairs = [line.rsplit("\t", 1) for line in lines]
    # A hundred thousand weights are a few thousand numbers: each is kept once.
    numbers = {weight: int(weight) / WEIGHT_UNIT for _, weight in pairs}
    return ShippedModel(
        weights={feature: numbers[weight] for feature, weight in pairs},
        calibration=Calibration(**about["calibration"]),
        made_of=about["made_of"],
    )


def load_detector(folder: Path = FOLDER, *, beside: Path | None = None) -> Detector:
    """Return the shipped detector with the words of `folder`, and those `beside` the charter.

    Raises LexiconError.
    """
    shipped = load_model()
    reader = Reader(load_lexicon(folder, beside=beside), load_families())
    return Detector(Model(shipped.weights, shipped.calibration, reader))


def _shipped(name: str) -> str:
    return resources.files("bot.detection").joinpath(name).read_text(encoding="utf-8")
