"""The words that the grammar of Block Kit is written with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Surface = Literal["message", "modal", "home"]
Rule = Callable[[Mapping[str, object]], str | None]
EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})


@dataclass(frozen=True)
class Key:
    """What a key may hold. `most` and `least` count characters, items, or bound a number."""

    kind: str
    most: int = 255
    least: int = 0
    is_required: bool = False
    values: frozenset[str] = frozenset()
    pattern: str = ""
    name: str = ""
    item: "Key | None" = None


@dataclass(frozen=True)
class Spec:
    """The keys of a block, element or object, where it may stand, and its other rules."""

    keys: Mapping[str, Key]
    surfaces: frozenset[Surface] = EVERYWHERE
    one_of: tuple[tuple[str, ...], ...] = ()
    rules: tuple[Rule, ...] = field(default=())


def string(most: int, *, least: int = 0, required: bool = False, pattern: str = "") -> Key:
    """Return a key that holds text of so many characters."""
    return Key("string", most=most, least=least, is_required=required, pattern=pattern)


def plain(most: int, *, required: bool = False) -> Key:
    """Return a key that holds a plain text object."""
    return Key("text", most=most, is_required=required, values=frozenset({"plain_text"}))


def any_text(most: int, *, required: bool = False) -> Key:
    """Return a key that holds a text object, plain or not."""
    kinds = frozenset({"plain_text", "mrkdwn"})
    return Key("text", most=most, is_required=required, values=kinds)


def items(item: Key, most: int, *, least: int = 1, required: bool = False) -> Key:
    """Return a key that holds a list."""
    return Key("items", most=most, least=least, is_required=required, item=item)


def composed(name: str, *, required: bool = False) -> Key:
    """Return a key that holds a composition object."""
    return Key("object", name=name, is_required=required)


def element(kinds: frozenset[str], *, required: bool = False) -> Key:
    """Return a key that holds one of these elements."""
    return Key("element", is_required=required, values=kinds)


def choice(*values: str) -> Key:
    """Return a key that holds one of these words."""
    return Key("string", values=frozenset(values))


BOOL = Key("bool")
ID = string(255, least=1)
DATE = string(10, pattern=r"\d{4}-\d\d-\d\d")
TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = string(20, pattern=r"-?\d+(\.\d+)?")
OPTION = composed("option")
CONFIRM = composed("confirm")
