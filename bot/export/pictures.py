"""Charts as PNG pictures, and in words for who does not see them.

A picture brings its own light ground, so that it reads the same on a white page and on a dark one;
series differ by their markers and hatches too, not by colour alone. Drawn by matplotlib, which is
an extra (`charts`) and is loaded for the first picture.
"""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.domain.charts import Chart, Series
from bot.i18n import number, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUND, INK, GRID = "#ffffff", "#1d1c1d", "#d9d9de"
COLOURS = ("#0b5cad", "#b3470b", "#0f7b45", "#7a3ea8", "#8a6100", "#a1184b")
"""Each at least 4.5 to 1 on the ground, and apart for most colour-blind readers."""

MARKERS = ("o", "s", "^", "D", "v", "P")
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "ooo")
WIDTH_IN, HEIGHT_IN, PAD_IN, DPI = 8.0, 4.0, 0.15, 120
LONGEST_ALT = 2000


class NoPictures(Exception):
    """Matplotlib is not installed here."""


def picture(chart: Chart) -> bytes:
    """Return a PNG of `chart`; the same chart gives the same bytes. Raises NoPictures."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  # half a second, 50 MB: when needed
    except ImportError as error:
        raise NoPictures from error
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=GROUND)
    figure.set_layout_engine("constrained", w_pad=PAD_IN, h_pad=PAD_IN)
    axes = figure.add_subplot()
    if chart.kind == "bar":
        _bars(axes, chart)
    else:
        _lines(axes, chart)
    _dress(axes, chart)
    legend = figure.legend(
        frameon=False, labelcolor=INK, loc="outside lower left", ncols=len(chart.series)
    )
    for words in legend.get_texts():
        words.set_parse_math(False)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()


def _bars(axes: "Axes", chart: Chart) -> None:
    width = 0.8 / max(len(chart.series), 1)
    for place, series in enumerate(chart.series):
        offset = (place - (len(chart.series) - 1) / 2) * width
        drawn = axes.bar(
            [index + offset for index in range(len(chart.categories))],
            [value or 0 for value in series.values],
            width,
            label=series.name,
            color=COLOURS[place % len(COLOURS)],
            hatch=HATCHES[place % len(HATCHES)],
            edgecolor=GROUND,
        )
        axes.bar_label(drawn, labels=_labels(series), color=INK, fontsize=8, padding=2)


def _labels(series: Series) -> list[str]:
    return ["" if value is None else f"{value:g}" for value in series.values]


def _lines(axes: "Axes", chart: Chart) -> None:
    for place, series in enumerate(chart.series):
        axes.plot(
            range(len(chart.categories)),
            [float("nan") if value is None else value for value in series.values],
            label=series.name,
            color=COLOURS[place % len(COLOURS)],
            marker=MARKERS[place % len(MARKERS)],
            linewidth=2,
        )


def _dress(axes: "Axes", chart: Chart) -> None:
    axes.set_facecolor(GROUND)
    axes.set_title(chart.title, color=INK, fontsize=13, loc="left", pad=12, parse_math=False)
    axes.set_ylabel(chart.y_label, color=INK, parse_math=False)
    axes.margins(y=0.12)
    axes.autoscale_view()
    axes.set_ylim(bottom=0, top=max(axes.get_ylim()[1], 1))
    # Whole numbers: a decimal mark would be of one language.
    axes.locator_params(axis="y", integer=True, min_n_ticks=2)
    axes.set_xticks(range(len(chart.categories)), chart.categories, parse_math=False)
    axes.tick_params(colors=INK, length=0, labelsize=9)
    if len(chart.categories) > 8:  # noqa: PLR2004  # more labels would run into each other
        axes.tick_params(axis="x", rotation=35)
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)


def in_words(chart: Chart, locale: str) -> str:
    """Return what a chart shows, for who does not see it: 2000 characters at most."""
    told = " ".join((f"{chart.title}.", *_series_in_words(chart, locale)))
    return told if len(told) <= LONGEST_ALT else told[: LONGEST_ALT - 1].rstrip() + "…"


def _series_in_words(chart: Chart, locale: str) -> Iterator[str]:
    for series in chart.series:
        points = [
            text(locale, "chart.point", where=where, value=number(locale, value))
            for where, value in zip(chart.categories, series.values, strict=True)
            if value is not None
        ]
        yield text(locale, "chart.series", name=series.name, points=", ".join(points))
