"""The grammar of the blocks that show data: charts, tables and alerts.

Source: Slack's reference (June 2026) for `data_visualization`, `data_table`, `table` and `alert`.
Where it names no limit, the smallest seen elsewhere holds.
"""

from collections.abc import Iterator, Mapping

from bot.sandbox.grammar_terms import (
    Key,
    Spec,
    Surface,
    any_text,
    choice,
    composed,
    element,
    items,
    string,
)

LABEL = string(20, least=1, required=True)
NUMBER = Key("number", is_required=True)
MOST_POINTS = 20
MOST_CHARACTERS = 10_000

_SERIES = {
    "type": choice("bar", "area", "line"),
    "series": items(composed("data_series"), 6, required=True),
    "axis_config": composed("axis_config", required=True),
}


def _objects(found: object) -> Iterator[Mapping[str, object]]:
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, Mapping))


def _series_agree(chart: Mapping[str, object]) -> str | None:
    series = list(_objects(chart.get("series")))
    names = [str(one.get("name")) for one in series]
    if len(set(names)) != len(names):
        return "names of series must be unique"
    axis = chart.get("axis_config")
    wanted = axis.get("categories") if isinstance(axis, Mapping) else None
    labels = [[point.get("label") for point in _objects(one.get("data"))] for one in series]
    is_same = all(found == wanted for found in labels)
    return None if is_same else "every series must have the axis' categories as labels, in order"


def _rows_agree(table: Mapping[str, object]) -> str | None:
    rows = table.get("rows")
    cells = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    if len({len(row) for row in cells}) > 1:
        return "all rows must have the same number of cells"
    if sum(len(_words(cell)) for row in cells for cell in row) > MOST_CHARACTERS:
        return f"a table holds {MOST_CHARACTERS} characters at most"
    return None


def _words(cell: object) -> str:
    return str(cell.get("text") or cell.get("value") or "") if isinstance(cell, Mapping) else ""


def _header_is_plain(table: Mapping[str, object]) -> str | None:
    rows = table.get("rows")
    header = rows[0] if isinstance(rows, list) and rows else []
    is_rich = any(cell.get("type") == "rich_text" for cell in _objects(header))
    return "a header cell cannot be rich_text" if is_rich else None


_CELLS = items(element(frozenset({"raw_text", "raw_number", "rich_text"})), 20, required=True)
_ID = {"block_id": string(255)}
_IN_MESSAGES: frozenset[Surface] = frozenset({"message"})

DATA_BLOCKS: dict[str, Spec] = {
    "data_visualization": Spec(
        _ID
        | {
            "title": string(50, least=1, required=True),
            "chart": Key("variant", name="chart", is_required=True),
        },
        surfaces=_IN_MESSAGES,
    ),
    "data_table": Spec(
        _ID
        | {
            "caption": string(255, least=1, required=True),
            "rows": items(_CELLS, 101, least=2, required=True),
            "page_size": Key("int", least=1, most=100),
            "row_header_column_index": Key("int", most=19),
        },
        surfaces=_IN_MESSAGES,
        rules=(_rows_agree, _header_is_plain),
    ),
    "table": Spec(
        _ID
        | {
            "rows": items(_CELLS, 100, required=True),
            "column_settings": items(composed("column_setting"), 20),
        },
        surfaces=_IN_MESSAGES,
        rules=(_rows_agree,),
    ),
    "alert": Spec(
        _ID
        | {
            "text": any_text(200, required=True),
            "level": choice("default", "info", "warning", "error", "success"),
        },
        surfaces=frozenset({"modal"}),
    ),
}

DATA_ELEMENTS: dict[str, Spec] = {
    "raw_text": Spec({"text": string(2000, least=1, required=True)}),
    "raw_number": Spec({"value": NUMBER, "text": string(255)}),
    "rich_text": Spec({"elements": Key("rich", is_required=True)}),
}

DATA_OBJECTS: dict[str, Spec] = {
    "chart.pie": Spec(
        {"type": choice("pie"), "segments": items(composed("data_point"), 6, required=True)}
    ),
    **dict.fromkeys(
        ("chart.bar", "chart.area", "chart.line"), Spec(_SERIES, rules=(_series_agree,))
    ),
    "data_series": Spec(
        {"name": LABEL, "data": items(composed("data_point"), MOST_POINTS, required=True)}
    ),
    "data_point": Spec({"label": LABEL, "value": NUMBER}),
    "axis_config": Spec(
        {
            "categories": items(string(20, least=1), MOST_POINTS, required=True),
            "x_label": string(50),
            "y_label": string(50),
        }
    ),
    "column_setting": Spec({"align": choice("left", "center", "right"), "is_wrapped": Key("bool")}),
}

MOST_IN_A_MESSAGE = {"data_visualization": 2, "data_table": 1, "table": 1}
