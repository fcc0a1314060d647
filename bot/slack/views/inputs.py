"""Inputs of modals: one block each, its words in the catalog, its id the field's name."""

from collections.abc import Iterable
from datetime import date

from slack_sdk.models.blocks import (
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from bot.i18n import has_text, text
from bot.slack.views.parts import clip

OPTION_LIMIT = 75
TEXT_LIMIT = 3000


def plain(words: str, limit: int = TEXT_LIMIT) -> PlainTextObject:
    """Return plain text within a limit."""
    return PlainTextObject(text=clip(words, limit), emoji=False)


def choice(value: str, words: str, *, description: str | None = None) -> Option:
    """Return one option of a select, radio or checkbox."""
    told = plain(description, OPTION_LIMIT) if description else None
    return Option(value=value, text=plain(words, OPTION_LIMIT), description=told)


def field(
    name: str,
    element: InputInteractiveElement,
    locale: str,
    *,
    block_id: str | None = None,
    is_required: bool = False,
    dispatches: bool = False,
) -> InputBlock:
    """Return the input `name`: label `form.<name>`, hint `form.<name>_hint` when there is one."""
    hint = f"form.{name}_hint"
    return InputBlock(
        block_id=block_id or name,
        label=plain(text(locale, f"form.{name}")),
        hint=plain(text(locale, hint)) if has_text(hint) else None,
        element=element,
        optional=not is_required,
        dispatch_action=dispatches or None,
    )


def words_input(value: str = "", *, is_long: bool = False) -> PlainTextInputElement:
    """Return a text input. It takes all Slack allows: too long is told, never cut."""
    return PlainTextInputElement(
        action_id="value", initial_value=value[:TEXT_LIMIT] or None, multiline=is_long or None
    )


def number_input(value: float | None, *, action_id: str) -> NumberInputElement:
    """Return an input for a number of days, halves allowed."""
    return NumberInputElement(
        action_id=action_id,
        is_decimal_allowed=True,
        min_value="0",
        max_value="9999",
        initial_value=f"{value:g}" if value is not None else None,
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_character_entered"]),
    )


def date_input(value: date | None) -> DatePickerElement:
    """Return a date picker."""
    return DatePickerElement(action_id="value", initial_date=value.isoformat() if value else None)


def person_input(value: str | None = None) -> UserSelectElement:
    """Return a picker of one person."""
    return UserSelectElement(action_id="value", initial_user=value)


def select(
    options: Iterable[Option], value: str | None, *, action_id: str = "value"
) -> StaticSelectElement:
    """Return a select of one option; a value that is no longer offered is left out."""
    offered = list(options)
    return StaticSelectElement(
        action_id=action_id,
        options=offered,
        initial_option=next((option for option in offered if option.value == value), None),
    )


def radio(options: Iterable[Option], value: str | None) -> RadioButtonsElement:
    """Return radio buttons, one of them chosen when `value` is offered."""
    offered = list(options)
    return RadioButtonsElement(
        action_id="value",
        options=offered,
        initial_option=next((option for option in offered if option.value == value), None),
    )


def multi_select(
    options: Iterable[Option], values: Iterable[str], *, action_id: str
) -> StaticMultiSelectElement:
    """Return a select of several options."""
    offered = list(options)
    wanted = set(values)
    chosen = [option for option in offered if option.value in wanted]
    return StaticMultiSelectElement(
        action_id=action_id, options=offered, initial_options=chosen or None
    )


def checkbox(option: Option, *, is_checked: bool, action_id: str) -> CheckboxesElement:
    """Return a single checkbox."""
    return CheckboxesElement(
        action_id=action_id,
        options=[option],
        initial_options=[option] if is_checked else None,
    )
