"""*Santé* in the App Home: the numbers, and the last weeks as bars.

Slack's own charts stand in messages only: here bars are made of text, the same on any ground and
for any reader. Source: product §5, governance §9.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.digest import Week
from bot.domain.metrics import Numbers
from bot.i18n import count, short_day, text
from bot.slack import ids
from bot.slack.views.parts import button, context, divider, section, sections
from bot.slack.views.stats import stats

WIDTH = 12
FULL = "▇"


def health(numbers: Numbers, weeks: Sequence[Week], locale: str) -> list[Block]:
    """Return the tab of somebody who may read the numbers."""
    message = stats(numbers, locale)
    see = ActionsBlock(elements=[button(locale, ids.DIGEST_PREVIEW, value="home")])
    return [
        *(message.plain or message.blocks),
        divider(),
        *sections([text(locale, "home.weeks"), *_week_lines(weeks, locale)]),
        context(text(locale, "home.weeks_drawn")),
        see,
    ]


def withheld(locale: str) -> list[Block]:
    """Return the tab of somebody whom the numbers are not for."""
    return [section(text(locale, "metrics.not_yours"))]


def _week_lines(weeks: Sequence[Week], locale: str) -> list[str]:
    most = max((max(week.filed, week.decided) for week in weeks), default=0)
    return [
        text(
            locale,
            "home.week",
            week=short_day(locale, week.starts_on),
            filed_bar=bar(week.filed, most),
            filed=count(locale, "digest.filed", week.filed),
            decided_bar=bar(week.decided, most),
            decided=count(locale, "digest.decided", week.decided),
        )
        for week in weeks
    ]


def bar(value: int, most: int) -> str:
    """Return `value` as a bar, the longest for `most`; anything above zero is seen."""
    length = -(-WIDTH * value // most) if most else 0
    return FULL * length or "·"
