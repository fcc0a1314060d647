"""Numbers in words: durations, shares, times per layer. Rounded to the nearest, halves up."""

from collections.abc import Mapping

from bot.domain.charter import Charter, Layer
from bot.domain.ids import RitualId
from bot.domain.metrics import BEFORE, LEAST, TARGET, Rate, Share, Spread, against_before
from bot.domain.metrics_rituals import RitualTally
from bot.i18n import capital, language, text
from bot.slack.views.charts import Cell, TableBlock, table
from bot.slack.views.parts import ritual_name

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
TOLD_IN_DAYS_S = 2 * DAY_S
"""From so long on, a duration is told in days."""


def duration(locale: str, length_s: int) -> str:
    """Return an elapsed time: « 25 min », « 7 h », « 2,5 j »."""
    if length_s < HOUR_S:
        return text(locale, "metrics.minutes", count=_rounded(length_s, MINUTE_S))
    if length_s < TOLD_IN_DAYS_S:
        return text(locale, "metrics.hours", count=_rounded(length_s, HOUR_S))
    return text(locale, "metrics.days", count=_decimal(locale, days(length_s)))


def working(locale: str, length_s: int) -> str:
    """Return a working time, in hours: a working day has no one length."""
    if length_s < HOUR_S:
        return text(locale, "metrics.minutes", count=_rounded(length_s, MINUTE_S))
    return text(locale, "metrics.hours", count=_rounded(length_s, HOUR_S))


def days(length_s: int) -> float:
    """Return a length in days, to the nearest tenth."""
    return _rounded(10 * length_s, DAY_S) / 10


def share_text(locale: str, share: Share) -> str:
    """Return a share with what it stands on: « 25 % (3 sur 12) »."""
    if share.percent is None:
        return text(locale, "metrics.share_none")
    percent = text(locale, "metrics.percent", count=share.percent)
    return text(locale, "metrics.share", percent=percent, hits=share.hits, n=share.n)


def rate_text(locale: str, rate: Rate, share: Share) -> str:
    """Return a rate with what it stands on; that of debt is in person-days."""
    if rate is not Rate.DEBT or share.percent is None:
        return share_text(locale, share)
    percent = text(locale, "metrics.percent", count=share.percent)
    hits, n = (_decimal(locale, hundredths / 100) for hundredths in (share.hits, share.n))
    return text(locale, "metrics.share_days", percent=percent, hits=hits, n=n)


def rate_line(locale: str, rate: Rate, share: Share) -> str:
    """Return a rate by its name."""
    name = text(locale, f"metrics.rate.{rate}.name")
    return text(locale, "metrics.rate_line", name=name, share=rate_text(locale, rate, share))


def ritual_lines(
    charter: Charter, tallies: Mapping[RitualId, RitualTally], locale: str
) -> list[str]:
    """Return a line per ritual, in the charter's order."""
    known = [ritual.id for ritual in charter.rituals]
    ranked = sorted(tallies, key=lambda r: known.index(r) if r in known else len(known))
    lines = [
        text(
            locale,
            "metrics.ritual_line",
            ritual=ritual_name(charter, ritual, locale),
            planned=tallies[ritual].planned,
            held=tallies[ritual].held,
            closed=tallies[ritual].closed,
            items=tallies[ritual].items,
            decided=tallies[ritual].decided,
            left=tallies[ritual].left,
            discussions=tallies[ritual].discussions,
        )
        for ritual in ranked
    ]
    return lines or [text(locale, "metrics.no_rituals")]


def layer_lines(
    locale: str,
    times: Mapping[Layer, Spread],
    worked: Mapping[Layer, Spread],
    trends: Mapping[Layer, int],
) -> list[str]:
    """Return a line per layer that has decisions, in the order of layers."""
    lines = []
    for layer in Layer:
        if layer not in times:
            continue
        line = _layer_line(locale, layer, times[layer], worked[layer])
        against = against_before(times[layer])
        if against is not None:
            told = against_text(locale, against)
            line = text(locale, "metrics.layer_against", line=line, against=told)
        if layer in trends:
            told = trend_text(locale, trends[layer])
            line = text(locale, "metrics.layer_trend", line=line, trend=told)
        lines.append(line)
    return lines or [text(locale, "metrics.no_times")]


def _layer_line(locale: str, layer: Layer, spread: Spread, worked: Spread) -> str:
    return text(
        locale,
        "metrics.layer_line",
        layer=capital(text(locale, f"layer.{layer}")),
        n=spread.n,
        median=duration(locale, spread.median_s),
        p90=duration(locale, spread.p90_s),
        mean=duration(locale, spread.mean_s),
        working=working(locale, worked.median_s),
    )


def times_table(
    locale: str,
    times: Mapping[Layer, Spread],
    worked: Mapping[Layer, Spread],
    trends: Mapping[Layer, int],
) -> TableBlock:
    """Return the same as a native table; some layer must have decisions."""
    columns = ["layer", "n", "median", "p90", "mean", "against", "working"]
    columns += ["trend"] if trends else []
    rows = [
        _row(locale, layer, times[layer], worked[layer], trends)
        for layer in Layer
        if layer in times
    ]
    names = [text(locale, f"metrics.column_{column}") for column in columns]
    return table(text(locale, "metrics.table"), names, rows)


def _row(
    locale: str, layer: Layer, spread: Spread, worked: Spread, trends: Mapping[Layer, int]
) -> list[Cell]:
    move, against = trends.get(layer), against_before(spread)
    nothing = text(locale, "metrics.nothing")
    return [
        capital(text(locale, f"layer.{layer}")),
        spread.n,
        duration(locale, spread.median_s),
        duration(locale, spread.p90_s),
        duration(locale, spread.mean_s),
        nothing if against is None else against_text(locale, against),
        working(locale, worked.median_s),
        *([nothing if move is None else trend_text(locale, move)] if trends else []),
    ]


def trend_text(locale: str, move: int) -> str:
    """Return how a median moved, in words."""
    if move == 0:
        return text(locale, "metrics.trend_flat")
    percent = text(locale, "metrics.percent", count=abs(move))
    key = "metrics.trend_down" if move < 0 else "metrics.trend_up"
    return text(locale, key, percent=percent)


def against_text(locale: str, difference: int) -> str:
    """Return how far a mean is from the reference: « − 65 % »."""
    percent = text(locale, "metrics.percent", count=abs(difference))
    key = "metrics.against_below" if difference < 0 else "metrics.against_above"
    return text(locale, key, percent=percent)


def reference_text(locale: str) -> str:
    """Return the article's reference, and how numbers are rounded."""
    before, target = (duration(locale, int(found.total_seconds())) for found in (BEFORE, TARGET))
    reference = text(locale, "metrics.reference", before=before, target=target)
    return f"{reference}\n{text(locale, 'metrics.rounding', least=LEAST)}"


def _rounded(value: int, unit: int) -> int:
    return (2 * value + unit) // (2 * unit)


def _decimal(locale: str, value: float) -> str:
    told = f"{value:g}"
    return told.replace(".", ",") if language(locale) == "fr" else told
