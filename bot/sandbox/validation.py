"""Block Kit as Slack checks it, a little stricter.

Limits are those of Slack's reference for blocks, elements and views. A problem reads like
Slack's: what is wrong, then where, as a JSON pointer.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.sandbox import grammar
from bot.sandbox.grammar_data import (
    DATA_BLOCKS,
    DATA_ELEMENTS,
    DATA_OBJECTS,
    MOST_IN_A_MESSAGE,
)
from bot.sandbox.grammar_terms import Key, Spec, Surface

BLOCKS = grammar.BLOCKS | DATA_BLOCKS
ELEMENTS = grammar.ELEMENTS | DATA_ELEMENTS
OBJECTS = grammar.OBJECTS | DATA_OBJECTS
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MAX_TEXT = 40_000
MAX_VIEW_BYTES = 250_000
METADATA_LIMIT = 3000


@dataclass
class _Check:
    """One pass over one payload."""

    surface: Surface
    found: list[str] = field(default_factory=list)
    block_ids: set[str] = field(default_factory=set)

    def say(self, what: str, path: str) -> None:
        self.found.append(f"[ERROR] {what} [json-pointer:{path}]")


def problems(blocks: object, *, surface: Surface) -> tuple[str, ...]:
    """Return what Slack would refuse in `blocks`; empty when it would take them."""
    check = _Check(surface)
    _blocks(check, blocks, "/blocks", MAX_BLOCKS[surface])
    return tuple(check.found)


def view_problems(view: object) -> tuple[str, ...]:
    """Return what Slack would refuse in a modal or a home."""
    if not isinstance(view, Mapping):
        return ("[ERROR] must be an object [json-pointer:/view]",)
    kind = view.get("type")
    if not isinstance(kind, str) or kind not in {"modal", "home"}:
        return ("[ERROR] must be modal or home [json-pointer:/view/type]",)
    check = _Check("modal" if kind == "modal" else "home")
    spec = OBJECTS["modal" if kind == "modal" else "home"]
    _keys(check, view, spec, "/view", ignored=frozenset({"type", "blocks"}))
    _blocks(check, view.get("blocks"), "/view/blocks", MAX_BLOCKS[check.surface])
    has_input = any(isinstance(b, Mapping) and b.get("type") == "input" for b in _list(view))
    if has_input and kind == "modal" and not view.get("submit"):
        check.say("a modal with an input needs a submit", "/view/submit")
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        check.say("must be smaller than 250 KB", "/view")
    return tuple(check.found)


def _list(view: Mapping[str, object]) -> Sequence[object]:
    blocks = view.get("blocks")
    return blocks if isinstance(blocks, list) else ()


def message_problems(message: object) -> tuple[str, ...]:
    """Return what Slack would refuse in a message: its text, blocks and metadata."""
    if not isinstance(message, Mapping):
        return ("[ERROR] must be an object [json-pointer:/]",)
    check = _Check("message")
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        check.say("a message needs a text: notifications and screen readers use it", "/text")
    elif len(text) > MAX_TEXT:
        check.say(f"must be less than {MAX_TEXT + 1} characters", "/text")
    if "blocks" in message:
        _blocks(check, message["blocks"], "/blocks", MAX_BLOCKS["message"])
    if "metadata" in message:
        _metadata(check, message["metadata"])
    return tuple(check.found)


def _metadata(check: _Check, metadata: object) -> None:
    is_shaped = (
        isinstance(metadata, Mapping)
        and set(metadata) == {"event_type", "event_payload"}
        and isinstance(metadata["event_type"], str)
        and isinstance(metadata["event_payload"], Mapping)
    )
    if not is_shaped:
        check.say("must have event_type and event_payload", "/metadata")


def _blocks(check: _Check, blocks: object, path: str, most: int) -> None:
    if not isinstance(blocks, list):
        check.say("must be an array", path)
        return
    if not blocks and check.surface == "modal":
        check.say("must have at least one block", path)
    if len(blocks) > most:
        check.say(f"no more than {most} items allowed", path)
    for index, block in enumerate(blocks):
        _block(check, block, f"{path}/{index}")
    kinds = [block.get("type") for block in blocks if isinstance(block, Mapping)]
    for kind, limit in MOST_IN_A_MESSAGE.items():
        if kinds.count(kind) > limit:
            check.say(f"no more than {limit} {kind} blocks allowed", path)


def _block(check: _Check, block: object, path: str) -> None:
    spec = _typed(check, block, BLOCKS, path)
    if spec is None or not isinstance(block, Mapping):
        return
    if check.surface not in spec.surfaces:
        check.say(f"a {block['type']} block cannot stand in a {check.surface}", f"{path}/type")
    block_id = block.get("block_id")
    if isinstance(block_id, str) and block_id:
        if block_id in check.block_ids:
            check.say(f"block_id {block_id} already used", f"{path}/block_id")
        check.block_ids.add(block_id)
    _keys(check, block, spec, path, ignored=frozenset({"type"}))


def _typed(check: _Check, value: object, known: Mapping[str, Spec], path: str) -> Spec | None:
    if not isinstance(value, Mapping):
        check.say("must be an object", path)
        return None
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in known:
        check.say(f"unsupported type: {kind}", f"{path}/type")
        return None
    return known[kind]


def _keys(
    check: _Check, value: Mapping[str, object], spec: Spec, path: str, *, ignored: frozenset[str]
) -> None:
    for name in value.keys() - spec.keys.keys() - ignored:
        check.say(f"unknown key: {name}", f"{path}/{name}")
    for name, key in spec.keys.items():
        if name in value:
            KINDS[key.kind](check, value[name], key, f"{path}/{name}")
        elif key.is_required:
            check.say(f"missing required field: {name}", path)
    for names in spec.one_of:
        if not any(value.get(name) for name in names):
            check.say(f"needs one of: {', '.join(names)}", path)
    for problem in filter(None, (rule(value) for rule in spec.rules)):
        check.say(problem, path)


def _string(check: _Check, value: object, key: Key, path: str) -> None:
    if not isinstance(value, str):
        check.say("must be a string", path)
    elif len(value) < key.least:
        check.say(f"must be more than {key.least - 1} characters", path)
    elif len(value) > key.most:
        check.say(f"must be less than {key.most + 1} characters", path)
    elif key.values and value not in key.values:
        check.say(f"must be one of: {', '.join(sorted(key.values))}", path)
    elif key.pattern and not re.fullmatch(key.pattern, value):
        check.say("invalid format", path)


def _bool(check: _Check, value: object, _key: Key, path: str) -> None:
    if not isinstance(value, bool):
        check.say("must be a boolean", path)


def _int(check: _Check, value: object, key: Key, path: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        check.say("must be an integer", path)
    elif not key.least <= value <= key.most:
        check.say(f"must be between {key.least} and {key.most}", path)


def _text(check: _Check, value: object, key: Key, path: str) -> None:
    if not isinstance(value, Mapping):
        check.say("must be a text object", path)
        return
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in key.values:
        check.say(f"must be {' or '.join(sorted(key.values))}", f"{path}/type")
        return
    allowed = {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}
    for name in value:
        if name not in allowed:
            check.say(f"unknown key: {name}", f"{path}/{name}")
    _string(check, value.get("text"), Key("string", most=key.most, least=1), f"{path}/text")


def _object(check: _Check, value: object, key: Key, path: str) -> None:
    if not isinstance(value, Mapping):
        check.say("must be an object", path)
        return
    _keys(check, value, OBJECTS[key.name], path, ignored=frozenset())


def _number(check: _Check, value: object, _key: Key, path: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        check.say("must be a number", path)


def _variant(check: _Check, value: object, key: Key, path: str) -> None:
    if not isinstance(value, Mapping):
        check.say("must be an object", path)
        return
    spec = OBJECTS.get(f"{key.name}.{value.get('type')}")
    if spec is None:
        check.say(f"unsupported type: {value.get('type')}", f"{path}/type")
        return
    _keys(check, value, spec, path, ignored=frozenset())


def _element(check: _Check, value: object, key: Key, path: str) -> None:
    spec = _typed(check, value, ELEMENTS, path)
    if spec is None or not isinstance(value, Mapping):
        return
    if value["type"] not in key.values:
        check.say(f"a {value['type']} cannot stand here", f"{path}/type")
        return
    _keys(check, value, spec, path, ignored=frozenset({"type"}))


def _items(check: _Check, value: object, key: Key, path: str) -> None:
    if not isinstance(value, list):
        check.say("must be an array", path)
        return
    if len(value) < key.least:
        check.say(f"needs at least {key.least} items", path)
    if len(value) > key.most:
        check.say(f"no more than {key.most} items allowed", path)
    item = key.item
    if item is None:
        return
    for index, found in enumerate(value):
        KINDS[item.kind](check, found, item, f"{path}/{index}")
    ids = [v["action_id"] for v in value if isinstance(v, Mapping) and "action_id" in v]
    if len(set(map(str, ids))) != len(ids):
        check.say("action_id must be unique within a block", path)


def _rich(check: _Check, value: object, _key: Key, path: str) -> None:
    kinds = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    if not isinstance(value, list) or not value:
        check.say("must be an array of rich text", path)
        return
    for index, found in enumerate(value):
        is_rich = isinstance(found, Mapping) and found.get("type") in kinds
        if not is_rich or not isinstance(found.get("elements"), list):
            check.say("must be a rich text element", f"{path}/{index}")


KINDS: dict[str, Callable[[_Check, object, Key, str], None]] = {
    "string": _string,
    "bool": _bool,
    "int": _int,
    "text": _text,
    "object": _object,
    "element": _element,
    "items": _items,
    "rich": _rich,
    "number": _number,
    "variant": _variant,
}
