"""The numbers, in private: per layer, as rates, and each with what it counts a tap away.

Source: governance §9.
"""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.charter import Layer, Role
from bot.domain.metrics import Numbers, Rate, Share, Spread, Timing, Waiting
from bot.domain.summary import Summary
from bot.i18n import capital, count, text
from bot.slack import ids
from bot.slack.views.inputs import plain
from bot.slack.views.measures import (
    duration,
    layer_lines,
    reference_text,
    share_text,
    times_table,
    working,
)
from bot.slack.views.menus import summary_line
from bot.slack.views.parts import Message, button, context, divider, section, sections

TIMES = "times"
"""The value of the button that opens the times in detail."""


def stats(numbers: Numbers, locale: str) -> Message:
    """Return the numbers as a private answer."""
    title = text(locale, "metrics.title")
    over = text(
        locale,
        "metrics.over",
        filed=count(locale, "digest.filed", numbers.filed),
        decided=count(locale, "digest.decided", numbers.tally.decided),
    )
    times = numbers.times[Timing.ELAPSED], numbers.times[Timing.WORKING_UNPAUSED]
    told = sections(layer_lines(locale, *times, numbers.trends))
    native = [times_table(locale, *times, numbers.trends)] if times[0] else told
    see = button(locale, ids.NUMBER, value=TIMES)
    first = (
        section(f"*{title}*\n{over}"),
        section(f"*{text(locale, 'metrics.times')}*", accessory=see),
    )
    last = (
        divider(),
        *(_rate(rate, numbers.tally.shares[rate], locale) for rate in Rate),
        divider(),
        *sections([f"*{text(locale, 'metrics.waiting')}*", *_waiting(numbers.waiting, locale)]),
        *_load(numbers, locale),
        context(reference_text(locale)),
    )
    return Message(
        text=f"{title} · {over}", blocks=(*first, *native, *last), plain=(*first, *told, *last)
    )


def _rate(rate: Rate, share: Share, locale: str) -> Block:
    words = text(
        locale,
        "metrics.rate_line",
        name=text(locale, f"metrics.rate.{rate}.name"),
        share=share_text(locale, share),
    )
    return section(words, accessory=button(locale, ids.NUMBER, value=rate))


def _waiting(waiting: Sequence[Waiting], locale: str) -> list[str]:
    lines = [
        text(
            locale,
            "metrics.waiting_line",
            layer=capital(text(locale, f"layer.{found.layer}")),
            count=found.ages.n,
            late=found.late,
            median=duration(locale, found.ages.median_s),
            p90=duration(locale, found.ages.p90_s),
        )
        for found in waiting
    ]
    return lines or [text(locale, "metrics.no_waiting")]


def _load(numbers: Numbers, locale: str) -> list[Block]:
    if not numbers.tally.load:
        return []
    lines = [
        text(locale, "metrics.load_line", seat=text(locale, f"role.{Role(seat)}"), count=number)
        for seat, number in numbers.tally.load
    ]
    return [section(f"*{text(locale, 'metrics.load')}*\n{' · '.join(lines)}")]


def rate_page(rate: Rate, share: Share, behind: Sequence[Summary], locale: str, zone: str) -> View:
    """Return what a rate is, what it stands on, and the latest requests that it counts."""
    name = text(locale, f"metrics.rate.{rate}.name")
    definition = text(locale, f"metrics.rate.{rate}.definition")
    blocks: list[Block] = [
        section(text(locale, "metrics.rate_line", name=name, share=share_text(locale, share))),
        context(definition),
        divider(),
    ]
    lines = [summary_line(line, locale, zone) for line in behind]
    if lines:
        blocks += sections([f"*{text(locale, 'metrics.behind')}*", *lines])
    else:
        blocks.append(section(text(locale, "metrics.behind_none")))
    return _page(text(locale, "metrics.title"), blocks, locale)


def times_page(numbers: Numbers, locale: str) -> View:
    """Return the four ways to time decisions, each per layer."""
    blocks: list[Block] = [context(text(locale, "metrics.times_definition"))]
    for timing in Timing:
        name = text(locale, f"metrics.timing_{timing}")
        lines = [text(locale, "metrics.detail", timing=name)]
        lines += _spread_lines(numbers.times.get(timing, {}), timing, locale)
        blocks += sections(lines)
    blocks.append(context(reference_text(locale)))
    return _page(text(locale, "metrics.open_times"), blocks, locale)


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


def _page(title: str, blocks: list[Block], locale: str) -> View:
    return View(
        type="modal",
        callback_id=ids.NUMBER,
        title=plain(title, 24),
        close=plain(text(locale, "form.understood")),
        blocks=blocks,
    )
