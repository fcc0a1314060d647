"""A number opened: its definition, its n, and the requests behind it, a page at a time.

Source: governance §9.
"""

import json
from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from bot.domain.artefacts import Kept
from bot.domain.bypass import BypassNumbers
from bot.domain.charter import Charter, Layer
from bot.domain.metrics import LEAST, Numbers, Rate, Spread, Timing
from bot.domain.metrics_opened import PAGE, Behind, Kind, Number
from bot.domain.summary import Summary
from bot.i18n import capital, count, day, text
from bot.slack import ids
from bot.slack.views.artefacts import readable_line
from bot.slack.views.inputs import plain
from bot.slack.views.measures import duration, rate_line, reference_text, share_text, working
from bot.slack.views.menus import summary_line
from bot.slack.views.parts import button, context, divider, section, sections
from bot.slack.views.stats import number_name

MOST_WEEKS = 8


def number_page(
    found: Behind,
    charter: Charter,
    locale: str,
    *,
    bypasses: BypassNumbers | None = None,
    artefacts: Sequence[Kept] = (),
) -> View:
    """Return a number opened; `bypasses` tells those of bypasses by way and by week.

    `artefacts` are what is counted in place of requests, as they were when the period ended.
    """
    zone, ended_at = charter.calendar.zone, found.period.end
    told = {"number": found.number.name, "end": found.period.end.isoformat()}
    blocks: list[Block] = [
        section(_said(found, locale)),
        context(f"{_definition(found.number, locale)}\n{_period(found, charter, locale)}"),
        *(_ways(bypasses, locale) if bypasses else []),
        divider(),
        *(
            [readable_line(one, ended_at, zone, locale) for one in artefacts]
            or _requests(found, zone, locale)
        ),
        *_turns(found, locale),
    ]
    return _page(text(locale, "metrics.title"), blocks, locale, metadata=json.dumps(told))


def _said(found: Behind, locale: str) -> str:
    if found.share is not None:
        return rate_line(locale, Rate(found.number.of), found.share)
    name = number_name(found.number, locale)
    return text(locale, "metrics.counted_line", name=name, n=found.n)


def _definition(number: Number, locale: str) -> str:
    if number.kind is Kind.RATE:
        return text(locale, f"metrics.rate.{Rate(number.of)}.definition")
    return text(locale, f"metrics.counted.{number.kind}.definition")


def _period(found: Behind, charter: Charter, locale: str) -> str:
    rounding = text(locale, "metrics.rounding", least=LEAST)
    if found.number.kind is Kind.WAITING:
        return rounding
    dates = (charter.calendar.local_date(at) for at in (found.period.start, found.period.end))
    start, end = (day(locale, date) for date in dates)
    period = text(locale, "digest.period", start=start, end=end)
    told = text(locale, "metrics.over_period", period=period)
    return f"{told} {rounding}"


def _ways(found: BypassNumbers, locale: str) -> list[Block]:
    ways = [
        text(
            locale,
            "metrics.origin_line",
            origin=text(locale, f"origin.{origin}"),
            count=tally.bypasses,
            converted=tally.converted,
        )
        for origin, tally in found.origins.items()
    ]
    weeks = [
        text(locale, "metrics.week_line", week=week, share=share_text(locale, counted.rate))
        for week, counted in list(found.weeks.items())[-MOST_WEEKS:]
    ]
    return [
        *(sections([f"*{text(locale, 'metrics.by_origin')}*", *ways]) if ways else []),
        *(sections([f"*{text(locale, 'metrics.by_week')}*", *weeks]) if weeks else []),
    ]


def _requests(found: Behind, zone: str, locale: str) -> list[Block]:
    if not found.lines:
        return [section(text(locale, "metrics.behind_none"))]
    first = section(count(locale, "metrics.behind", found.total))
    return [first, *(_request(line, zone, locale) for line in found.lines)]


def _request(line: Summary, zone: str, locale: str) -> Block:
    see = button(locale, ids.REQUEST_PAGE, value=line.id)
    return section(summary_line(line, locale, zone), accessory=see)


def _turns(found: Behind, locale: str) -> list[Block]:
    """Return where one is and the buttons to turn; the value is how many requests to skip."""
    last = found.skipped + len(found.lines)
    turns = []
    if found.skipped:
        before = str(max(0, found.skipped - PAGE))
        turns.append(button(locale, ids.NUMBER_EARLIER, value=before))
    if last < found.total:
        turns.append(button(locale, ids.NUMBER_LATER, value=str(last)))
    if not turns:
        return []
    place = text(
        locale, "metrics.behind_page", first=found.skipped + 1, last=last, total=found.total
    )
    return [context(place), ActionsBlock(elements=turns)]


def times_page(numbers: Numbers, locale: str) -> View:
    """Return the four ways to time decisions, each per layer, and the way to those decisions."""
    blocks: list[Block] = [context(text(locale, "metrics.times_definition"))]
    for timing in Timing:
        name = text(locale, f"metrics.timing_{timing}")
        lines = [text(locale, "metrics.detail", timing=name)]
        lines += _spread_lines(numbers.times.get(timing, {}), timing, locale)
        blocks += sections(lines)
    blocks += _layers(numbers, locale)
    blocks.append(context(reference_text(locale)))
    return _page(text(locale, "metrics.open_times"), blocks, locale)


def _layers(numbers: Numbers, locale: str) -> list[Block]:
    times = numbers.times.get(Timing.ELAPSED, {})
    if not times:
        return []
    lines = []
    for layer in Layer:
        if layer in times:
            number = Number(kind=Kind.LAYER, of=layer)
            name = number_name(number, locale)
            words = text(locale, "metrics.counted_line", name=name, n=times[layer].n)
            lines.append(section(words, accessory=button(locale, ids.NUMBER, value=number.name)))
    return [divider(), section(f"*{text(locale, 'metrics.layers')}*"), *lines]


def _spread_lines(times: Mapping[Layer, Spread], timing: Timing, locale: str) -> list[str]:
    told = working if timing in {Timing.WORKING, Timing.WORKING_UNPAUSED} else duration
    lines = [
        text(
            locale,
            "metrics.spread_line",
            layer=capital(text(locale, f"layer.{layer}")),
            n=times[layer].n,
            median=told(locale, times[layer].median_s),
            p90=told(locale, times[layer].p90_s),
            mean=told(locale, times[layer].mean_s),
        )
        for layer in Layer
        if layer in times
    ]
    return lines or [text(locale, "metrics.no_times")]


def _page(title: str, blocks: Sequence[Block], locale: str, *, metadata: str = "") -> View:
    return View(
        type="modal",
        callback_id=ids.NUMBER,
        title=plain(title, 24),
        close=plain(text(locale, "form.understood")),
        private_metadata=metadata or None,
        blocks=list(blocks),
    )
