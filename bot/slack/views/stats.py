"""The numbers, in private: per layer, as rates, and each with what it counts a tap away.

Source: governance §9.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.charter import Charter, Layer, Role
from bot.domain.metrics import Numbers, Rate, Timing, Waiting
from bot.domain.metrics_opened import Kind, Number, of_rate
from bot.i18n import capital, count, text
from bot.slack import ids
from bot.slack.views.measures import (
    duration,
    layer_lines,
    rate_line,
    reference_text,
    ritual_lines,
    times_table,
)
from bot.slack.views.parts import Message, button, context, divider, section, sections

TIMES = "times"
"""The value of the button that opens the times in detail."""


def stats(numbers: Numbers, charter: Charter, locale: str) -> Message:
    """Return the numbers as a private answer; each opens on the requests behind it."""
    title = text(locale, "metrics.title")
    over = _over(numbers, locale)
    times = numbers.times[Timing.ELAPSED], numbers.times[Timing.WORKING_UNPAUSED]
    told = sections(layer_lines(locale, *times, numbers.trends))
    native = [times_table(locale, *times, numbers.trends)] if times[0] else told
    first = (
        section(f"*{title}*\n{over}"),
        *_breathless(numbers, locale),
        *(_counted(Number(kind=kind), n, locale) for kind, n in _volumes(numbers)),
        divider(),
        section(f"*{text(locale, 'metrics.times')}*", accessory=_see(TIMES, locale)),
    )
    last = (
        divider(),
        *(_rate(numbers, rate, locale) for rate in Rate),
        divider(),
        *_titled("metrics.rituals", ritual_lines(charter, numbers.rituals, locale), locale),
        section(f"*{text(locale, 'metrics.waiting')}*"),
        *_waiting(numbers.waiting, locale),
        *_load(numbers, locale),
        context(reference_text(locale)),
    )
    return Message(
        text=f"{title} · {over}", blocks=(*first, *native, *last), plain=(*first, *told, *last)
    )


def _over(numbers: Numbers, locale: str) -> str:
    return text(
        locale,
        "metrics.over",
        filed=count(locale, "digest.filed", numbers.filed),
        decided=count(locale, "digest.decided", numbers.tally.decided),
    )


def _breathless(numbers: Numbers, locale: str) -> list[Block]:
    return [section(text(locale, "metrics.breathless"))] if numbers.is_breathless else []


def _see(value: str, locale: str) -> ButtonElement:
    return button(locale, ids.NUMBER, value=value)


def _volumes(numbers: Numbers) -> list[tuple[Kind, int]]:
    return [(Kind.FILED, numbers.filed), (Kind.DECIDED, numbers.tally.decided)]


def _counted(number: Number, n: int, locale: str) -> Block:
    words = text(locale, "metrics.counted_line", name=number_name(number, locale), n=n)
    return section(words, accessory=_see(number.name, locale))


def number_name(number: Number, locale: str) -> str:
    """Return what a number is called."""
    match number.kind:
        case Kind.RATE:
            return text(locale, f"metrics.rate.{Rate(number.of)}.name")
        case Kind.LAYER | Kind.WAITING:
            layer = text(locale, f"layer.{Layer(number.of)}")
            return text(locale, f"metrics.counted.{number.kind}.name", of=layer)
        case Kind.SEAT:
            role = text(locale, f"role.{Role(number.of)}")
            return text(locale, f"metrics.counted.{number.kind}.name", of=role)
        case Kind.FILED | Kind.DECIDED:
            return text(locale, f"metrics.counted.{number.kind}.name")


def _rate(numbers: Numbers, rate: Rate, locale: str) -> Block:
    words = rate_line(locale, rate, numbers.tally.shares[rate])
    return section(words, accessory=_see(of_rate(rate).name, locale))


def _titled(title: str, lines: Sequence[str], locale: str) -> list[Block]:
    return sections([f"*{text(locale, title)}*", *lines])


def _waiting(waiting: Sequence[Waiting], locale: str) -> list[Block]:
    if not waiting:
        return [section(text(locale, "metrics.no_waiting"))]
    return [_waiting_line(found, locale) for found in waiting]


def _waiting_line(found: Waiting, locale: str) -> Block:
    words = text(
        locale,
        "metrics.waiting_line",
        layer=capital(text(locale, f"layer.{found.layer}")),
        count=found.ages.n,
        late=found.late,
        median=duration(locale, found.ages.median_s),
        p90=duration(locale, found.ages.p90_s),
    )
    number = Number(kind=Kind.WAITING, of=found.layer)
    return section(words, accessory=_see(number.name, locale))


def _load(numbers: Numbers, locale: str) -> list[Block]:
    if not numbers.tally.load:
        return []
    title = section(f"*{text(locale, 'metrics.load')}*")
    return [title, *(_seat(Role(seat), n, locale) for seat, n in numbers.tally.load)]


def _seat(role: Role, n: int, locale: str) -> Block:
    words = text(locale, "metrics.load_line", seat=text(locale, f"role.{role}"), count=n)
    return section(words, accessory=_see(Number(kind=Kind.SEAT, of=role).name, locale))
