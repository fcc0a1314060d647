"""The digest's numbers: Slack's own charts and table, and the same in plain text."""

from collections.abc import Mapping

from slack_sdk.models.blocks import Block

from bot.domain.charter import Layer
from bot.domain.charts import Chart, Series
from bot.domain.digest import Digest, Week, comparable_weeks
from bot.domain.metrics import Spread, Timing
from bot.i18n import count, short_day, text
from bot.slack.views.charts import ChartBlock, chart
from bot.slack.views.measures import days, duration, layer_lines, times_table
from bot.slack.views.parts import section


def native(found: Digest, locale: str) -> list[Block]:
    """Return the charts and the table; text where there is too little to draw."""
    blocks: list[Block] = []
    weeks, layers = comparable_weeks(found.weeks)
    if any(week.filed or week.decided for week in found.weeks):
        blocks.append(_counts_chart(found.weeks, locale))
    if layers:
        blocks.append(_times_chart(weeks, layers, locale))
    if found.times[Timing.ELAPSED]:
        return [*blocks, times_table(locale, *_times(found), {})]
    return [*blocks, section(text(locale, "metrics.no_times"))]


def plain(found: Digest, locale: str) -> list[Block]:
    """Return the same numbers in lines of text."""
    lines = layer_lines(locale, *_times(found), {})
    blocks: list[Block] = [section("\n".join(lines))]
    if any(week.filed or week.decided for week in found.weeks):
        weeks, layers = comparable_weeks(found.weeks)
        told = [_week_line(week, layers if week in weeks else (), locale) for week in found.weeks]
        blocks.append(section("\n".join([f"*{text(locale, 'digest.weeks')}*", *told])))
    return blocks


def _times(found: Digest) -> tuple[Mapping[Layer, Spread], Mapping[Layer, Spread]]:
    return found.times[Timing.ELAPSED], found.times[Timing.WORKING_UNPAUSED]


def _week_line(week: Week, layers: tuple[Layer, ...], locale: str) -> str:
    line = text(
        locale,
        "digest.week_line",
        week=short_day(locale, week.starts_on),
        filed=count(locale, "digest.filed", week.filed),
        decided=count(locale, "digest.decided", week.decided),
    )
    medians = [
        f"{text(locale, f'layer.{layer}')} {duration(locale, week.medians[layer].median_s)}"
        for layer in layers
    ]
    return " · ".join([line, *medians])


def _counts_chart(weeks: tuple[Week, ...], locale: str) -> ChartBlock:
    filed = tuple(float(week.filed) for week in weeks)
    decided = tuple(float(week.decided) for week in weeks)
    drawn = Chart(
        id="filed-and-decided",
        kind="bar",
        title=text(locale, "digest.chart_counts"),
        categories=tuple(short_day(locale, week.starts_on) for week in weeks),
        series=(
            Series(name=text(locale, "digest.series_filed"), values=filed),
            Series(name=text(locale, "digest.series_decided"), values=decided),
        ),
        y_label=text(locale, "digest.axis_count"),
    )
    return chart(drawn, locale)


def _times_chart(weeks: tuple[Week, ...], layers: tuple[Layer, ...], locale: str) -> ChartBlock:
    drawn = Chart(
        id="time-to-decide",
        kind="line",
        title=text(locale, "digest.chart_times"),
        categories=tuple(short_day(locale, week.starts_on) for week in weeks),
        series=tuple(
            Series(
                name=text(locale, f"layer.{layer}"),
                values=tuple(days(week.medians[layer].median_s) for week in weeks),
            )
            for layer in layers
        ),
        y_label=text(locale, "digest.axis_days"),
    )
    return chart(drawn, locale)
