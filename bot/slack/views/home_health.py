"""*Santé* in the App Home: the numbers, and the last weeks as bars.

Slack's own charts stand in messages only: here bars are made of text, the same on any ground and
for any reader. Source: product §5, governance §9.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.charter import Charter
from bot.domain.digest import Week
from bot.domain.metrics import Numbers
from bot.i18n import short_day, text
from bot.slack import ids
from bot.slack.views.parts import button, context, divider, section
from bot.slack.views.stats import stats

WIDTH = 8
FULL = "█"


def health(numbers: Numbers, charter: Charter, weeks: Sequence[Week], locale: str) -> list[Block]:
    """Return the tab of somebody who may read the numbers."""
    message = stats(numbers, charter, locale)
    see = ActionsBlock(elements=[button(locale, ids.DIGEST_PREVIEW, value="home")])
    return [
        *(message.plain or message.blocks),
        divider(),
        section(f"{text(locale, 'home.weeks')}\n```{_drawn(weeks, locale)}```"),
        context(text(locale, "home.weeks_drawn")),
        see,
    ]


def withheld(locale: str) -> list[Block]:
    """Return the tab of somebody whom the numbers are not for."""
    return [section(text(locale, "metrics.not_yours"))]


def _drawn(weeks: Sequence[Week], locale: str) -> str:
    """Return the weeks in columns, one a line: when, filed, decided."""
    most = max((max(week.filed, week.decided) for week in weeks), default=0)
    rows = [
        (short_day(locale, week.starts_on), _cell(week.filed, most), _cell(week.decided, most))
        for week in weeks
    ]
    names = ("", text(locale, "digest.series_filed"), text(locale, "digest.series_decided"))
    widths = [max(len(cell) for cell in column) for column in zip(names, *rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (names, *rows)
    )
    return "\n".join(lines)


def _cell(value: int, most: int) -> str:
    return f"{bar(value, most)} {value}"


def bar(value: int, most: int) -> str:
    """Return `value` as a bar, the longest for `most`; anything above zero is seen."""
    length = -(-WIDTH * value // most) if most else 0
    return FULL * length or "·"
