"""The grammar of Block Kit, as data: which keys, how long, how many, and where.

Source: Slack's reference for blocks, block elements and composition objects.
"""

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


def _string(most: int, *, least: int = 0, required: bool = False, pattern: str = "") -> Key:
    return Key("string", most=most, least=least, is_required=required, pattern=pattern)


def _plain(most: int, *, required: bool = False) -> Key:
    return Key("text", most=most, is_required=required, values=frozenset({"plain_text"}))


def _any_text(most: int, *, required: bool = False) -> Key:
    kinds = frozenset({"plain_text", "mrkdwn"})
    return Key("text", most=most, is_required=required, values=kinds)


def _items(item: Key, most: int, *, least: int = 1, required: bool = False) -> Key:
    return Key("items", most=most, least=least, is_required=required, item=item)


def _object(name: str, *, required: bool = False) -> Key:
    return Key("object", name=name, is_required=required)


def _element(kinds: frozenset[str], *, required: bool = False) -> Key:
    return Key("element", is_required=required, values=kinds)


def _choice(*values: str) -> Key:
    return Key("string", values=frozenset(values))


BOOL = Key("bool")
ID = _string(255, least=1)
DATE = _string(10, pattern=r"\d{4}-\d\d-\d\d")
TIME = _string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = _string(20, pattern=r"-?\d+(\.\d+)?")
OPTION = _object("option")
CONFIRM = _object("confirm")


def _initial_is_offered(value: Mapping[str, object]) -> str | None:
    options = value.get("options")
    offered = options if isinstance(options, list) else []
    wanted = value.get("initial_options") or (
        [value["initial_option"]] if "initial_option" in value else []
    )
    if not isinstance(wanted, list):
        return "initial_options must be an array"
    if "option_groups" in value:
        return None
    missing = any(option not in offered for option in wanted)
    return "an initial option must be one of the options" if missing else None


def _lengths_agree(value: Mapping[str, object]) -> str | None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    is_wrong = isinstance(least, int) and isinstance(most, int) and least > most
    return "min_length must not be over max_length" if is_wrong else None


def _select(**more: Key) -> Spec:
    keys = {"action_id": ID, "placeholder": _plain(150), "confirm": CONFIRM}
    return Spec(keys | {"focus_on_load": BOOL} | more, rules=(_initial_is_offered,))


def _input_text(**more: Key) -> Spec:
    keys = {
        "action_id": ID,
        "placeholder": _plain(150),
        "focus_on_load": BOOL,
        "dispatch_action_config": _object("dispatch_action_config"),
    }
    return Spec(keys | more, rules=(_lengths_agree,))


_OPTIONS = {"options": _items(OPTION, 100)}
_GROUPS = {"option_groups": _items(_object("option_group"), 100)}
_TEN = {"options": _items(OPTION, 10, required=True)}
_MANY = {"max_selected_items": Key("int", least=1, most=100)}
_IDS = _items(ID, 100, least=0)

ELEMENTS: dict[str, Spec] = {
    "button": Spec(
        {
            "text": _plain(75, required=True),
            "action_id": ID,
            "url": _string(3000, least=1),
            "value": _string(2000),
            "style": _choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": _string(75),
        }
    ),
    "static_select": _select(**_OPTIONS, **_GROUPS, initial_option=OPTION),
    "multi_static_select": _select(
        **_OPTIONS, **_GROUPS, **_MANY, initial_options=_items(OPTION, 100)
    ),
    "external_select": _select(initial_option=OPTION, min_query_length=Key("int", most=100)),
    "users_select": _select(initial_user=ID),
    "multi_users_select": _select(**_MANY, initial_users=_IDS),
    "conversations_select": _select(
        initial_conversation=ID,
        default_to_current_conversation=BOOL,
        response_url_enabled=BOOL,
        filter=_object("filter"),
    ),
    "channels_select": _select(initial_channel=ID, response_url_enabled=BOOL),
    "overflow": Spec(
        {"action_id": ID, "options": _items(OPTION, 5, required=True), "confirm": CONFIRM}
    ),
    "radio_buttons": _select(**_TEN, initial_option=OPTION),
    "checkboxes": _select(**_TEN, initial_options=_items(OPTION, 10)),
    "datepicker": _select(initial_date=DATE),
    "timepicker": _select(initial_time=TIME, timezone=_string(64)),
    "datetimepicker": _select(initial_date_time=Key("int", most=9_999_999_999)),
    "plain_text_input": _input_text(
        initial_value=_string(3000),
        multiline=BOOL,
        min_length=Key("int", most=3000),
        max_length=Key("int", least=1, most=3000),
    ),
    "number_input": _input_text(
        is_decimal_allowed=Key("bool", is_required=True),
        initial_value=NUMBER,
        min_value=NUMBER,
        max_value=NUMBER,
    ),
    "email_text_input": _input_text(initial_value=_string(3000)),
    "url_text_input": _input_text(initial_value=_string(3000)),
    "rich_text_input": _input_text(),
    "image": Spec(
        {
            "image_url": _string(3000, least=1),
            "slack_file": _object("slack_file"),
            "alt_text": _string(2000, least=1, required=True),
        },
        one_of=(("image_url", "slack_file"),),
    ),
    "mrkdwn": Spec({"text": _string(3000, least=1, required=True), "verbatim": BOOL}),
    "plain_text": Spec({"text": _string(3000, least=1, required=True), "emoji": BOOL}),
}

_SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
_PICKERS = frozenset({"datepicker", "timepicker"})
_CHOICES = frozenset({"radio_buttons", "checkboxes"})
_TYPED = frozenset(name for name in ELEMENTS if name.endswith("_input"))
_IN_ACTIONS = (_SELECTS | _PICKERS | _CHOICES | {"button", "overflow", "datetimepicker"}) - {
    name for name in _SELECTS if name.startswith("multi_")
}
_IN_SECTION = _SELECTS | _PICKERS | _CHOICES | {"button", "overflow", "image"}
_IN_INPUT = _SELECTS | _PICKERS | _CHOICES | _TYPED | {"datetimepicker"}

_BLOCK = {"block_id": _string(255)}
_TITLE = _plain(2000)

BLOCKS: dict[str, Spec] = {
    "section": Spec(
        _BLOCK
        | {
            "text": _any_text(3000),
            "fields": _items(_any_text(2000), 10),
            "accessory": _element(_IN_SECTION),
            "expand": BOOL,
        },
        one_of=(("text", "fields"),),
    ),
    "divider": Spec(_BLOCK),
    "header": Spec(_BLOCK | {"text": _plain(150, required=True)}),
    "context": Spec(
        _BLOCK
        | {
            "elements": _items(
                _element(frozenset({"mrkdwn", "plain_text", "image"})), 10, required=True
            )
        }
    ),
    "actions": Spec(_BLOCK | {"elements": _items(_element(_IN_ACTIONS), 25, required=True)}),
    "input": Spec(
        _BLOCK
        | {
            "label": _plain(2000, required=True),
            "element": _element(_IN_INPUT, required=True),
            "dispatch_action": BOOL,
            "hint": _plain(2000),
            "optional": BOOL,
        }
    ),
    "image": Spec(
        _BLOCK
        | {
            "image_url": _string(3000, least=1),
            "slack_file": _object("slack_file"),
            "alt_text": _string(2000, least=1, required=True),
            "title": _TITLE,
        },
        one_of=(("image_url", "slack_file"),),
    ),
    "rich_text": Spec(_BLOCK | {"elements": Key("rich", is_required=True)}),
    "markdown": Spec(
        _BLOCK | {"text": _string(12_000, least=1, required=True)}, surfaces=frozenset({"message"})
    ),
}

OBJECTS: dict[str, Spec] = {
    "option": Spec(
        {
            "text": _any_text(75, required=True),
            "value": _string(150, least=1, required=True),
            "description": _any_text(75),
            "url": _string(3000),
        }
    ),
    "option_group": Spec(
        {"label": _plain(75, required=True), "options": _items(OPTION, 100, required=True)}
    ),
    "confirm": Spec(
        {
            "title": _plain(100, required=True),
            "text": _any_text(300, required=True),
            "confirm": _plain(30, required=True),
            "deny": _plain(30, required=True),
            "style": _choice("primary", "danger"),
        }
    ),
    "dispatch_action_config": Spec(
        {
            "trigger_actions_on": _items(
                _choice("on_enter_pressed", "on_character_entered"), 2, required=True
            )
        }
    ),
    "filter": Spec(
        {
            "include": _items(_choice("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": BOOL,
            "exclude_bot_users": BOOL,
        }
    ),
    "slack_file": Spec({"id": ID, "url": _string(3000)}, one_of=(("id", "url"),)),
    "modal": Spec(
        {
            "title": _plain(24, required=True),
            "submit": _plain(24),
            "close": _plain(24),
            "callback_id": _string(255),
            "external_id": _string(255),
            "private_metadata": _string(3000),
            "clear_on_close": BOOL,
            "notify_on_close": BOOL,
            "submit_disabled": BOOL,
        }
    ),
    "home": Spec(
        {
            "callback_id": _string(255),
            "external_id": _string(255),
            "private_metadata": _string(3000),
        }
    ),
}
