"""What the inputs of a view hold, typed as Slack types them in `state.values`."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.api import Api
from bot.sandbox.state import Json

HOLDERS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
LISTS = frozenset(
    {"multi_static_select", "multi_external_select", "multi_users_select", "checkboxes"}
)
SEARCHED = frozenset({"external_select", "multi_external_select"})


class NotOffered(ValueError):
    """A person cannot choose what the form does not offer."""


def initial_values(blocks: Sequence[Json]) -> dict[str, dict[str, Json]]:
    """Return the state of a view that nobody touched."""
    values: dict[str, dict[str, Json]] = {}
    for block in blocks:
        for element in elements_of(block):
            kind = element["type"]
            if kind not in HOLDERS:
                continue
            holds, initial = HOLDERS[kind]
            empty: Any = [] if kind in LISTS else None
            state = {"type": kind, holds: element.get(initial, empty)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def name_blocks(api: Api, blocks: Sequence[Json]) -> None:
    """Give an id to the blocks and elements that have none, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", api.world.new_id("b"))
        for element in elements_of(block):
            element.setdefault("action_id", api.world.new_id("a"))


def elements_of(block: Mapping[str, Any]) -> list[Json]:
    """Return the interactive elements of a block."""
    kind = block["type"]
    if kind == "input":
        return [block["element"]]
    if kind == "actions":
        return list(block["elements"])
    if kind == "section" and block.get("accessory"):
        return [block["accessory"]]
    return []


def typed(element: Json, value: Any) -> Json:
    """Return the state of an element once a person gave it `value`. Raises NotOffered."""
    kind = element["type"]
    if kind == "overflow":
        return {"type": kind, "selected_option": _offered(element, value)}
    holds = HOLDERS[kind][0]
    if kind in {"static_select", "radio_buttons"}:
        return {"type": kind, holds: _offered(element, value) if value is not None else None}
    if kind in {"multi_static_select", "checkboxes"}:
        return {"type": kind, holds: [_offered(element, one) for one in value or []]}
    if kind == "number_input" and value not in (None, ""):
        _check_number(element, str(value))
    return {"type": kind, holds: value if value != "" else None}


def _offered(element: Json, value: str) -> Json:
    groups = [element, *element.get("option_groups", [])]
    for option in (found for group in groups for found in group.get("options", [])):
        if option["value"] == value:
            found: Json = option
            return found
    raise NotOffered(f"{value} is not an option of {element['action_id']}")


def _check_number(element: Json, value: str) -> None:
    number = float(value)
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        raise NotOffered(f"{value} is below {least}")
    if most is not None and number > float(most):
        raise NotOffered(f"{value} is above {most}")


def is_empty(state: Json) -> bool:
    """Tell whether an input holds nothing."""
    return not any(value for key, value in state.items() if key != "type")
