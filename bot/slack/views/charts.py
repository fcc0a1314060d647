"""Slack's own charts and tables, which its SDK has no model for: a small typed builder.

Each keeps within Slack's limits whatever it is given. They are for messages only, and a client or
a workspace may refuse them: a message that has one also has `plain` blocks.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ImageBlock
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.domain.charts import Chart, Series
from bot.export.pictures import in_words
from bot.slack.views.parts import clip

TITLE, LABEL, AXIS, CAPTION, CELL = 50, 20, 50, 255, 200
MOST_SERIES, MOST_POINTS = 6, 20
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 100, 20, 10_000

Json = dict[str, object]
Cell = str | int


class ChartBlock(Block):
    """A `data_visualization` block.

    `drawn` is what it shows, for whoever draws it otherwise, and `words` say it.
    """

    def __init__(self, *, title: str, chart: Json, drawn: Chart, words: str) -> None:
        super().__init__(type="data_visualization")
        self.attributes = Block.attributes | {"title", "chart"}
        self.title = title
        self.chart = chart
        self.drawn = drawn
        self.words = words


class TableBlock(Block):
    """A `data_table` block."""

    def __init__(self, *, caption: str, rows: list[list[Json]]) -> None:
        super().__init__(type="data_table")
        self.attributes = Block.attributes | {"caption", "rows"}
        self.caption = caption
        self.rows = rows


def chart(drawn: Chart, locale: str) -> ChartBlock:
    """Return a chart of the last 20 categories and the first 6 series.

    Categories must differ within their 20 characters, and each series has a value for each.
    """
    labels = [clip(category, LABEL) for category in drawn.categories[-MOST_POINTS:]]
    axis: Json = {"categories": labels, "y_label": clip(drawn.y_label, AXIS)}
    return ChartBlock(
        title=clip(drawn.title, TITLE),
        chart={
            "type": drawn.kind,
            "series": [_series(one, labels) for one in drawn.series[:MOST_SERIES]],
            "axis_config": axis,
        },
        drawn=drawn,
        words=in_words(drawn, locale),
    )


def picture_block(block: ChartBlock, file: str) -> ImageBlock:
    """Return the picture of a chart, uploaded as `file`, to stand where the chart does."""
    return ImageBlock(slack_file=SlackFile(id=file), alt_text=block.words, title=block.title)


def _series(series: Series, labels: Sequence[str]) -> Json:
    values = series.values[-len(labels) :]
    points = [{"label": x, "value": y} for x, y in zip(labels, values, strict=True)]
    return {"name": clip(series.name, LABEL), "data": points}


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> TableBlock:
    """Return a table of at least one row; rows that would exceed Slack's limits are left out."""
    kept = [[_cell(words) for words in header[:MOST_COLUMNS]]]
    left = MOST_CHARACTERS - sum(_length(cell) for cell in kept[0])
    for row in rows[:MOST_ROWS]:
        cells = [_cell(value) for value in row[:MOST_COLUMNS]]
        left -= sum(_length(cell) for cell in cells)
        if left < 0:
            break
        kept.append(cells)
    return TableBlock(caption=clip(caption, CAPTION), rows=kept)


def _cell(value: Cell) -> Json:
    if isinstance(value, int):
        return {"type": "raw_number", "value": value}
    return {"type": "raw_text", "text": clip(value, CELL) or "–"}


def _length(cell: Json) -> int:
    return len(str(cell.get("text") or cell.get("value")))
