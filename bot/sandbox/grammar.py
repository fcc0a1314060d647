"""The grammar of Block Kit, as data: which keys, how long, how many, and where.

Source: Slack's reference for blocks, block elements and composition objects.
"""

from collections.abc import Mapping

from bot.sandbox.grammar_terms import (
    BOOL,
    CONFIRM,
    DATE,
    ID,
    NUMBER,
    OPTION,
    TIME,
    Key,
    Spec,
    any_text,
    choice,
    composed,
    element,
    items,
    plain,
    string,
)


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
    keys = {"action_id": ID, "placeholder": plain(150), "confirm": CONFIRM}
    return Spec(keys | {"focus_on_load": BOOL} | more, rules=(_initial_is_offered,))


def _input_text(**more: Key) -> Spec:
    keys = {
        "action_id": ID,
        "placeholder": plain(150),
        "focus_on_load": BOOL,
        "dispatch_action_config": composed("dispatch_action_config"),
    }
    return Spec(keys | more, rules=(_lengths_agree,))


_OPTIONS = {"options": items(OPTION, 100)}
_GROUPS = {"option_groups": items(composed("option_group"), 100)}
_TEN = {"options": items(OPTION, 10, required=True)}
_MANY = {"max_selected_items": Key("int", least=1, most=100)}
_IDS = items(ID, 100, least=0)

ELEMENTS: dict[str, Spec] = {
    "button": Spec(
        {
            "text": plain(75, required=True),
            "action_id": ID,
            "url": string(3000, least=1),
            "value": string(2000),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        }
    ),
    "static_select": _select(**_OPTIONS, **_GROUPS, initial_option=OPTION),
    "multi_static_select": _select(
        **_OPTIONS, **_GROUPS, **_MANY, initial_options=items(OPTION, 100)
    ),
    "external_select": _select(initial_option=OPTION, min_query_length=Key("int", most=100)),
    "multi_external_select": _select(
        **_MANY, initial_options=items(OPTION, 100), min_query_length=Key("int", most=100)
    ),
    "users_select": _select(initial_user=ID),
    "multi_users_select": _select(**_MANY, initial_users=_IDS),
    "conversations_select": _select(
        initial_conversation=ID,
        default_to_current_conversation=BOOL,
        response_url_enabled=BOOL,
        filter=composed("filter"),
    ),
    "channels_select": _select(initial_channel=ID, response_url_enabled=BOOL),
    "overflow": Spec(
        {"action_id": ID, "options": items(OPTION, 5, required=True), "confirm": CONFIRM}
    ),
    "radio_buttons": _select(**_TEN, initial_option=OPTION),
    "checkboxes": _select(**_TEN, initial_options=items(OPTION, 10)),
    "datepicker": _select(initial_date=DATE),
    "timepicker": _select(initial_time=TIME, timezone=string(64)),
    "datetimepicker": _select(initial_date_time=Key("int", most=9_999_999_999)),
    "plain_text_input": _input_text(
        initial_value=string(3000),
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
    "email_text_input": _input_text(initial_value=string(3000)),
    "url_text_input": _input_text(initial_value=string(3000)),
    "rich_text_input": _input_text(),
    "image": Spec(
        {
            "image_url": string(3000, least=1),
            "slack_file": composed("slack_file"),
            "alt_text": string(2000, least=1, required=True),
        },
        one_of=(("image_url", "slack_file"),),
    ),
    "mrkdwn": Spec({"text": string(3000, least=1, required=True), "verbatim": BOOL}),
    "plain_text": Spec({"text": string(3000, least=1, required=True), "emoji": BOOL}),
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

_BLOCK = {"block_id": string(255)}
_TITLE = plain(2000)

BLOCKS: dict[str, Spec] = {
    "section": Spec(
        _BLOCK
        | {
            "text": any_text(3000),
            "fields": items(any_text(2000), 10),
            "accessory": element(_IN_SECTION),
            "expand": BOOL,
        },
        one_of=(("text", "fields"),),
    ),
    "divider": Spec(_BLOCK),
    "header": Spec(_BLOCK | {"text": plain(150, required=True)}),
    "context": Spec(
        _BLOCK
        | {
            "elements": items(
                element(frozenset({"mrkdwn", "plain_text", "image"})), 10, required=True
            )
        }
    ),
    "actions": Spec(_BLOCK | {"elements": items(element(_IN_ACTIONS), 25, required=True)}),
    "input": Spec(
        _BLOCK
        | {
            "label": plain(2000, required=True),
            "element": element(_IN_INPUT, required=True),
            "dispatch_action": BOOL,
            "hint": plain(2000),
            "optional": BOOL,
        }
    ),
    "image": Spec(
        _BLOCK
        | {
            "image_url": string(3000, least=1),
            "slack_file": composed("slack_file"),
            "alt_text": string(2000, least=1, required=True),
            "title": _TITLE,
        },
        one_of=(("image_url", "slack_file"),),
    ),
    "rich_text": Spec(_BLOCK | {"elements": Key("rich", is_required=True)}),
    "markdown": Spec(
        _BLOCK | {"text": string(12_000, least=1, required=True)}, surfaces=frozenset({"message"})
    ),
}

OBJECTS: dict[str, Spec] = {
    "option": Spec(
        {
            "text": any_text(75, required=True),
            "value": string(150, least=1, required=True),
            "description": any_text(75),
            "url": string(3000),
        }
    ),
    "option_group": Spec(
        {"label": plain(75, required=True), "options": items(OPTION, 100, required=True)}
    ),
    "confirm": Spec(
        {
            "title": plain(100, required=True),
            "text": any_text(300, required=True),
            "confirm": plain(30, required=True),
            "deny": plain(30, required=True),
            "style": choice("primary", "danger"),
        }
    ),
    "dispatch_action_config": Spec(
        {
            "trigger_actions_on": items(
                choice("on_enter_pressed", "on_character_entered"), 2, required=True
            )
        }
    ),
    "filter": Spec(
        {
            "include": items(choice("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": BOOL,
            "exclude_bot_users": BOOL,
        }
    ),
    "slack_file": Spec({"id": ID, "url": string(3000)}, one_of=(("id", "url"),)),
    "modal": Spec(
        {
            "title": plain(24, required=True),
            "submit": plain(24),
            "close": plain(24),
            "callback_id": string(255),
            "external_id": string(255),
            "private_metadata": string(3000),
            "clear_on_close": BOOL,
            "notify_on_close": BOOL,
            "submit_disabled": BOOL,
        }
    ),
    "home": Spec(
        {
            "callback_id": string(255),
            "external_id": string(255),
            "private_metadata": string(3000),
        }
    ),
}
