"""Charts, tables and alerts: each limit at its edge, and where they may stand."""

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk

from bot.sandbox.grammar_terms import Surface
from bot.sandbox.validation import message_problems, problems

Json = dict[str, Any]
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
WEEKS = ["Semaine 1", "Semaine 2"]


def series(name: str = "Décidées", labels: list[str] | None = None) -> Json:
    found = labels if labels is not None else WEEKS
    return {"name": name, "data": [{"label": label, "value": 3.5} for label in found]}


def chart(kind: str = "line", **more: Any) -> Json:
    axis = {"categories": WEEKS, "x_label": "Semaine", "y_label": "Jours"}
    inside = {"type": kind, "series": [series()], "axis_config": axis} | more
    return {"type": "data_visualization", "title": "Temps de décision", "chart": inside}


def pie(count: int = 2) -> Json:
    segments = [{"label": f"Part {n}", "value": n} for n in range(count)]
    inside = {"type": "pie", "segments": segments}
    return {"type": "data_visualization", "title": "Par impact", "chart": inside}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: list[list[Json]] | None = None, **more: Any) -> Json:
    found = rows or [[cell("Niveau"), cell("n")], [cell(), {"type": "raw_number", "value": 3}]]
    return {"type": "data_table", "caption": "Temps de décision", "rows": found} | more


@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_a_chart_is_taken(kind: str) -> None:
    assert problems([chart(kind), pie()], surface="message") == ()


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (chart() | {"title": "x" * 51}, "less than 51 characters"),
        (chart("radar"), "unsupported type: radar"),
        (chart(series=[series(str(n)) for n in range(7)]), "no more than 6 items"),
        (chart(series=[series("x"), series("x")]), "names of series must be unique"),
        (chart(series=[series(labels=WEEKS[::-1])]), "the axis' categories"),
        (chart(series=[series("x" * 21)]), "less than 21 characters"),
        (chart(series=[]), "at least 1 items"),
        (pie(7), "no more than 6 items"),
        (pie() | {"colour": "red"}, "unknown key: colour"),
    ],
)
def test_a_chart_that_slack_refuses_is_refused(block: Json, words: str) -> None:
    assert words in problems([block], surface="message")[0]


def test_a_value_must_be_a_number() -> None:
    block = pie()
    block["chart"]["segments"][0]["value"] = "3"

    assert "must be a number" in problems([block], surface="message")[0]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (table([[cell()]]), "at least 2 items"),
        (table([[cell()]] * 102), "no more than 101 items"),
        (table([[cell()] * 21] * 2), "no more than 20 items"),
        (table([[cell()] * 2, [cell()]]), "same number of cells"),
        (table([[cell("x" * 2000)] * 3] * 2), "10000 characters"),
        (table(page_size=0), "between 1 and 100"),
        (table() | {"caption": ""}, "more than 0 characters"),
        (table([[RICH], [cell()]]), "cannot be rich_text"),
    ],
)
def test_a_table_that_slack_refuses_is_refused(block: Json, words: str) -> None:
    assert any(words in found for found in problems([block], surface="message"))


def test_a_table_at_its_limits_is_taken() -> None:
    full = table([[cell()] * 20] * 101, page_size=100, row_header_column_index=19)

    assert problems([full], surface="message") == ()


def test_what_the_sdk_builds_is_taken() -> None:
    alert = sdk.AlertBlock(text="*Attention*", level="warning").to_dict()
    rows = [[cell("a"), cell("b")]]
    plain = sdk.TableBlock(rows=rows, column_settings=[{"align": "right"}]).to_dict()

    assert problems([alert], surface="modal") == ()
    assert problems([plain], surface="message") == ()


@pytest.mark.parametrize(
    ("block", "surface"),
    [
        (chart(), "home"),
        (chart(), "modal"),
        (table(), "home"),
        ({"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}, "message"),
    ],
)
def test_a_block_stands_only_where_slack_shows_it(block: Json, surface: Surface) -> None:
    assert any("cannot stand" in found for found in problems([block], surface=surface))


def test_a_message_holds_two_charts_and_one_table() -> None:
    assert message_problems({"text": "x", "blocks": [chart(), pie(), table()]}) == ()
    assert "no more than 2" in message_problems({"text": "x", "blocks": [chart()] * 3})[0]
    assert "no more than 1" in message_problems({"text": "x", "blocks": [table()] * 2})[0]
