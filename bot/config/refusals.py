"""What is refused of a charter file's shape, each told by a sentence that says what to write."""

import difflib
import re
from collections.abc import Mapping
from typing import TypeGuard

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config import shape
from bot.config.lines import Path
from bot.config.problems import Finder

WANTED: Mapping[str, str] = {
    "int": "wants_whole",
    "float": "wants_number",
    "string": "wants_text",
    "bool": "wants_bool",
    "list": "wants_list",
    "dict": "wants_table",
    "model": "wants_table",
    "date": "wants_date",
    "time": "wants_time",
}
"""The problem that a value of another type is, by how pydantic's kinds of errors begin."""

LONGEST_VALUE = 60
"""How much of what stands in the file is said again, in characters."""

BOUNDS: Mapping[str, str] = {
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
    "too_short": "min_length",
    "too_long": "max_length",
    "string_too_short": "min_length",
    "string_too_long": "max_length",
}
"""Kinds of errors that are problems by the same name, and where each says its bound."""


def tell(finder: Finder, error: ErrorDetails) -> None:
    """Keep what pydantic refused as a problem, at its line."""
    path, kind = error["loc"], error["type"]
    name = _name(path)
    given = {"name": name, "value": str(error["input"])[:LONGEST_VALUE]}
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        _tell_unknown(finder, path, name)
    elif kind == "missing":
        finder.add("missing_key", path, name=name)
    elif kind == "value_error":
        finder.add(str(context["error"]), path, **given)
    elif kind == "string_pattern_mismatch":
        finder.add(shape.PATTERNS[context["pattern"]], path, **given)
    elif kind in {"enum", "literal_error"}:
        choices = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
        finder.add("unknown_choice", path, **given, choices=choices)
    elif kind in BOUNDS:
        finder.add(kind, path, name=name, bound=str(context[BOUNDS[kind]]))
    else:
        finder.add(WANTED.get(kind.partition("_")[0], "wrong_value"), path, **given)


def _tell_unknown(finder: Finder, path: Path, name: str) -> None:
    close = difflib.get_close_matches(name, _keys_at(path[:-1]), n=1)
    if close:
        finder.add("unknown_key_like", path, name=name, like=close[0])
    else:
        finder.add("unknown_key", path, name=name)


def _name(path: Path) -> str:
    """Return the key that a steward reads in the file: that of the list, for what is in one."""
    keys = [step for step in path if isinstance(step, str) and step != "[key]"]
    return keys[-1] if keys else ""


def _keys_at(path: Path) -> list[str]:
    """Return the keys that a table may have; empty when it may have any."""
    kind: object = shape.CharterFile
    for step in path:
        if isinstance(step, str) and _is_shape(kind):
            found = kind.model_fields.get(step)
            kind = found.annotation if found else None
        args = getattr(kind, "__args__", ())
        kind = next((arg for arg in args if _is_shape(arg)), kind)
    return list(kind.model_fields) if _is_shape(kind) else []


def _is_shape(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
