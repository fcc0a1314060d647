"""*La charte* in the App Home: one sentence per role, who holds it, and how long answers take."""

from slack_sdk.models.blocks import Block

from bot.config.report import sentences_by_role
from bot.domain.charter import Charter, Layer, Role, Seat
from bot.i18n import count, effort, number, text
from bot.slack.views.parts import (
    bound,
    clip,
    context,
    divider,
    escape,
    header,
    mention,
    section,
    squad_name,
)

HOLDERS = 8
LONGEST = 1400
HOUR_S = 3600


def charter_tab(charter: Charter, locale: str) -> list[Block]:
    """Return the tab, the same for everybody."""
    roles = [
        _role(charter, role, words, locale)
        for role, words in sentences_by_role(charter, locale).items()
    ]
    return [
        header(text(locale, "home.charter")),
        context(text(locale, "home.charter_intro")),
        *(section(role) for role in roles),
        divider(),
        section(_proximity(charter, locale)),
        section(_delays(charter, locale)),
        context(text(locale, "home.charter_more")),
    ]


def _role(charter: Charter, role: Role, words: str, locale: str) -> str:
    seats = [seat for seat in charter.seats if seat.key.role is role]
    told = [_seat(charter, seat, locale) for seat in seats[:HOLDERS]]
    if len(seats) > len(told):
        told.append(count(locale, "common.and_more", len(seats) - len(told)))
    sentence = clip(escape(bound(words[:1].upper() + words[1:])), LONGEST)
    return f"{sentence}\n{' · '.join(told)}"


def _seat(charter: Charter, seat: Seat, locale: str) -> str:
    holder = mention(seat.holder) if seat.holder else text(locale, "home.vacant")
    if seat.key.squad is None:
        return holder
    return f"{holder} ({clip(squad_name(charter, seat.key.squad), 60)})"


def _proximity(charter: Charter, locale: str) -> str:
    return text(locale, "home.proximity", effort=effort(locale, charter.proximity.max_effort_days))


def _delays(charter: Charter, locale: str) -> str:
    told = [
        text(
            locale,
            "home.delay",
            layer=text(locale, f"layer.{layer}"),
            hours=number(locale, charter.sla(layer, is_urgent=False).total_seconds() / HOUR_S),
        )
        for layer in reversed(Layer)
    ]
    urgent = round(100 * charter.urgent_share)
    return text(locale, "home.delays", delays=" · ".join(told), urgent=urgent)
