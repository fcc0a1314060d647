"""Block Kit validation: each limit at its edge, and agreement with two independent builders."""

from typing import Any

import blockkit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk

from bot.sandbox.validation import message_problems, problems, view_problems

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "a"} | more


def option(text: str = "x", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "a", "options": [option()]} | more


def an_input(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element} | more


TEXT_INPUT = {"type": "plain_text_input", "action_id": "a"}

# (what stands at the limit, what is one over)
EDGES: list[tuple[str, Json, Json]] = [
    (
        "message",
        {"type": "section", "text": mrkdwn("x" * 3000)},
        {"type": "section", "text": mrkdwn("x" * 3001)},
    ),
    (
        "message",
        {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
        {"type": "section", "fields": [mrkdwn()] * 11},
    ),
    (
        "message",
        {"type": "section", "fields": [mrkdwn("x" * 2000)]},
        {"type": "section", "fields": [mrkdwn("x" * 2001)]},
    ),
    (
        "message",
        {"type": "header", "text": plain("x" * 150)},
        {"type": "header", "text": plain("x" * 151)},
    ),
    (
        "message",
        {"type": "context", "elements": [mrkdwn()] * 10},
        {"type": "context", "elements": [mrkdwn()] * 11},
    ),
    (
        "message",
        {"type": "actions", "elements": [button(action_id=str(n)) for n in range(25)]},
        {"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]},
    ),
    (
        "message",
        {"type": "actions", "elements": [button(text=plain("x" * 75))]},
        {"type": "actions", "elements": [button(text=plain("x" * 76))]},
    ),
    (
        "message",
        {"type": "actions", "elements": [button(value="x" * 2000)]},
        {"type": "actions", "elements": [button(value="x" * 2001)]},
    ),
    (
        "message",
        {"type": "actions", "elements": [button(url="x" * 3000)]},
        {"type": "actions", "elements": [button(url="x" * 3001)]},
    ),
    (
        "message",
        {"type": "actions", "elements": [button(action_id="x" * 255)]},
        {"type": "actions", "elements": [button(action_id="x" * 256)]},
    ),
    (
        "message",
        {"type": "divider", "block_id": "x" * 255},
        {"type": "divider", "block_id": "x" * 256},
    ),
    (
        "message",
        {"type": "actions", "elements": [select(options=[option()] * 100)]},
        {"type": "actions", "elements": [select(options=[option()] * 101)]},
    ),
    (
        "message",
        {"type": "actions", "elements": [select()]},
        {"type": "actions", "elements": [select(options=[])]},
    ),
    (
        "message",
        {"type": "actions", "elements": [select(options=[option("x" * 75)])]},
        {"type": "actions", "elements": [select(options=[option("x" * 76)])]},
    ),
    (
        "message",
        {"type": "actions", "elements": [select(options=[option(value="x" * 150)])]},
        {"type": "actions", "elements": [select(options=[option(value="x" * 151)])]},
    ),
    (
        "message",
        {"type": "actions", "elements": [select(placeholder=plain("x" * 150))]},
        {"type": "actions", "elements": [select(placeholder=plain("x" * 151))]},
    ),
    (
        "modal",
        an_input({"type": "radio_buttons", "action_id": "a", "options": [option()] * 10}),
        an_input({"type": "radio_buttons", "action_id": "a", "options": [option()] * 11}),
    ),
    (
        "modal",
        an_input({"type": "checkboxes", "action_id": "a", "options": [option()] * 10}),
        an_input({"type": "checkboxes", "action_id": "a", "options": [option()] * 11}),
    ),
    (
        "message",
        {
            "type": "actions",
            "elements": [{"type": "overflow", "action_id": "a", "options": [option()] * 5}],
        },
        {
            "type": "actions",
            "elements": [{"type": "overflow", "action_id": "a", "options": [option()] * 6}],
        },
    ),
    (
        "modal",
        an_input(TEXT_INPUT | {"initial_value": "x" * 3000}),
        an_input(TEXT_INPUT | {"initial_value": "x" * 3001}),
    ),
    (
        "modal",
        an_input(TEXT_INPUT | {"min_length": 2, "max_length": 2}),
        an_input(TEXT_INPUT | {"min_length": 3, "max_length": 2}),
    ),
    (
        "modal",
        an_input({"type": "datepicker", "action_id": "a", "initial_date": "2026-11-24"}),
        an_input({"type": "datepicker", "action_id": "a", "initial_date": "24/11/2026"}),
    ),
    (
        "modal",
        an_input(select(initial_option=option())),
        an_input(select(initial_option=option("other"))),
    ),
    ("modal", an_input(TEXT_INPUT), an_input(button())),
    ("message", {"type": "section", "text": mrkdwn()}, {"type": "section"}),
    ("message", {"type": "section", "text": mrkdwn()}, {"type": "section", "text": mrkdwn("")}),
    ("message", {"type": "divider"}, {"type": "divider", "colour": "red"}),
    ("message", {"type": "divider"}, {"type": "separator"}),
    ("message", {"type": "header", "text": plain()}, {"type": "header", "text": mrkdwn()}),
    ("message", {"type": "markdown", "text": "x"}, {"type": "markdown", "text": ""}),
    (
        "message",
        {"type": "image", "image_url": "https://x.fr/i.png", "alt_text": "i"},
        {"type": "image", "image_url": "https://x.fr/i.png"},
    ),
]


@pytest.mark.parametrize(("surface", "fine", "over"), EDGES)
def test_each_limit_holds_at_its_edge(surface: Any, fine: Json, over: Json) -> None:
    assert problems([fine], surface=surface) == ()
    assert problems([over], surface=surface) != ()


def test_a_block_stands_only_where_slack_lets_it() -> None:
    assert problems([{"type": "markdown", "text": "x"}], surface="home") != ()


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_so_many_blocks_and_no_more(surface: Any, most: int) -> None:
    divider = {"type": "divider"}

    assert problems([divider] * most, surface=surface) == ()
    assert problems([divider] * (most + 1), surface=surface) != ()


def test_a_block_id_is_used_once() -> None:
    divider = {"type": "divider", "block_id": "same"}

    assert "already used" in problems([divider, divider], surface="message")[0]


def test_an_action_id_is_used_once_in_a_block() -> None:
    block = {"type": "actions", "elements": [button(), button()]}

    assert problems([block], surface="message") != ()


MODAL: Json = {
    "type": "modal",
    "title": plain("x" * 24),
    "submit": plain("x" * 24),
    "close": plain("x" * 24),
    "callback_id": "x" * 255,
    "private_metadata": "x" * 3000,
    "blocks": [an_input(TEXT_INPUT)],
}


@pytest.mark.parametrize(
    "change",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"close": plain("x" * 25)},
        {"title": mrkdwn()},
        {"callback_id": "x" * 256},
        {"private_metadata": "x" * 3001},
        {"external_id": "x" * 256},
        {"blocks": []},
        {"submit": None},
        {"type": "popup"},
        {"colour": "red"},
    ],
)
def test_a_modal_keeps_to_its_limits(change: Json) -> None:
    assert view_problems(MODAL) == ()
    assert view_problems(MODAL | change) != ()


def test_an_input_needs_a_submit() -> None:
    view = {key: value for key, value in MODAL.items() if key != "submit"}

    assert "needs a submit" in str(view_problems(view))


def test_a_view_is_smaller_than_250_kilobytes() -> None:
    section = {"type": "section", "text": mrkdwn("x" * 2900)}

    assert view_problems(MODAL | {"blocks": [section] * 80}) == ()
    assert "250 KB" in str(view_problems(MODAL | {"blocks": [section] * 90}))


def test_a_message_has_a_text_and_a_shape() -> None:
    assert message_problems({"text": "x" * 40_000}) == ()
    assert message_problems({"text": "x" * 40_001}) != ()
    assert message_problems({"text": " ", "blocks": []}) != ()
    assert message_problems({"text": "x", "metadata": {"event_type": "e"}}) != ()


SDK_REFUSES = [
    sdk.HeaderBlock(text=sdk.PlainTextObject(text="x" * 151)),
    sdk.SectionBlock(text=sdk.MarkdownTextObject(text="x" * 3001)),
    sdk.SectionBlock(fields=[sdk.MarkdownTextObject(text="x")] * 11),
    sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x")] * 11),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x" * 76, action_id="a")]),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x", action_id="a" * 256)]),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x", action_id="a", value="v" * 2001)]),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x", action_id="a", style="red")]),
    sdk.DividerBlock(block_id="x" * 256),
    sdk.ImageBlock(image_url="x" * 3001, alt_text="x"),
    sdk.ImageBlock(image_url="x", alt_text="x" * 2001),
]


@pytest.mark.parametrize("block", SDK_REFUSES)
def test_what_the_sdk_refuses_we_refuse(block: sdk.Block) -> None:
    with pytest.raises(SlackObjectFormationError):
        block.to_dict()

    assert problems([_raw(block)], surface="message") != ()


def _raw(block: sdk.Block) -> Json:
    """What the SDK would have sent, had it not checked."""
    if isinstance(block, sdk.ActionsBlock):
        elements = [element.get_non_null_attributes() for element in block.elements]
        return {"type": "actions", "elements": elements}
    return dict(block.get_non_null_attributes())


SDK_TAKES: list[sdk.Block] = [
    sdk.HeaderBlock(text="x"),
    sdk.SectionBlock(text="x", accessory=sdk.ButtonElement(text="x", action_id="a", value="v")),
    sdk.SectionBlock(fields=["a", "b"]),
    sdk.DividerBlock(),
    sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x"), sdk.PlainTextObject(text="x")]),
    sdk.ActionsBlock(
        elements=[
            sdk.DatePickerElement(action_id="d", initial_date="2026-11-24"),
            sdk.UserSelectElement(action_id="u"),
            sdk.StaticSelectElement(action_id="s", options=[sdk.Option(value="v", text="t")]),
            sdk.OverflowMenuElement(action_id="o", options=[sdk.Option(value="v", text="t")] * 2),
        ]
    ),
    sdk.ImageBlock(image_url="https://x.fr/i.png", alt_text="x", title="t"),
]


@pytest.mark.parametrize("block", SDK_TAKES)
def test_what_the_sdk_makes_we_take(block: sdk.Block) -> None:
    assert problems([block.to_dict()], surface="message") == ()


def test_what_blockkit_makes_we_take() -> None:
    made = [
        blockkit.Header("x").build(),
        blockkit.Section("x").accessory(blockkit.Button("x").action_id("a").value("v")).build(),
        blockkit.Divider().build(),
        blockkit.Context().add_element(blockkit.Text("x")).build(),
        blockkit.Actions()
        .add_element(
            blockkit.StaticSelect()
            .action_id("s")
            .add_option(blockkit.Option("t", "v"))
            .placeholder("p")
        )
        .build(),
    ]

    assert problems(made, surface="message") == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda: blockkit.Header("x" * 151),
        lambda: blockkit.Section("x" * 3001),
        lambda: blockkit.Actions().add_element(blockkit.Button("x" * 76).action_id("a")),
        lambda: blockkit.Divider().block_id("x" * 256),
    ],
)
def test_what_blockkit_refuses_we_refuse(make: Any) -> None:
    with pytest.raises(Exception, match=r"(?i)length|must|max"):
        make().build()


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "element", "options", "fields", "label", "accessory"]
            )
            | st.text(max_size=8),
            inner | st.sampled_from(["section", "actions", "button", "mrkdwn", "input"]),
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(anything)
def test_nothing_makes_the_validator_fail(value: Any) -> None:
    for surface in ("message", "modal", "home"):
        problems(value, surface=surface)
        problems([value], surface=surface)
    view_problems(value)
    message_problems(value)
