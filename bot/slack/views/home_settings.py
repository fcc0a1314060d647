"""*Réglages* in the App Home: what the charter settles, for stewards, and what is changed here.

Source: product §5.
"""

from collections.abc import Iterable, Mapping

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.bypass import Mode
from bot.domain.charter import Charter, Ritual
from bot.domain.ids import ChannelId
from bot.domain.recurrence import Unit
from bot.i18n import count, text, weekday
from bot.slack import ids
from bot.slack.views.parts import (
    button,
    clip,
    context,
    divider,
    escape,
    header,
    listed,
    section,
    sections,
    squad_name,
)

NAMES, LONGEST_NAME = 20, 80


def settings_tab(
    charter: Charter, modes: Mapping[ChannelId, Mode], locale: str, *, channel: ChannelId
) -> list[Block]:
    """Return the tab; `channel` is where cards go, `modes` those that stewards chose."""
    change = button(locale, ids.DETECTION, value="home")
    coming = button(locale, ids.UPCOMING, value="home")
    return [
        header(text(locale, "home.settings")),
        context(text(locale, "home.settings_intro")),
        *sections(
            [
                text(locale, "home.channel", channel=channel),
                _seats(charter, locale),
                _names("home.squads", (squad.name for squad in charter.squads), locale),
                _names(
                    "home.impacts", (one.name.read_in(locale) for one in charter.impacts), locale
                ),
            ]
        ),
        divider(),
        *sections([text(locale, "home.rituals"), *_rituals(charter, locale)]),
        divider(),
        section(_detection(charter, modes, locale), accessory=change),
        section(_digest(charter, locale)),
        section(text(locale, "home.kept", days=charter.bypasses.kept_for.days)),
        ActionsBlock(elements=[coming]),
    ]


def _seats(charter: Charter, locale: str) -> str:
    vacant = [seat for seat in charter.seats if not seat.members]
    if not vacant:
        return count(locale, "home.seats", len(charter.seats))
    names = [
        f"{text(locale, f'role.{seat.key.role}')}"
        + (f" {squad_name(charter, seat.key.squad)}" if seat.key.squad else "")
        for seat in vacant
    ]
    return text(locale, "home.vacant_seats", seats=_first(names, locale))


def _names(key: str, names: Iterable[str], locale: str) -> str:
    told = [escape(clip(name, LONGEST_NAME)) for name in names]
    return text(locale, key, names=_first(told, locale))


def _first(names: list[str], locale: str) -> str:
    if len(names) <= NAMES:
        return listed(names, locale)
    left = count(locale, "common.and_more", len(names) - NAMES)
    return f"{', '.join(names[:NAMES])} {left}"


def _rituals(charter: Charter, locale: str) -> list[str]:
    lines = [_ritual(ritual, locale) for ritual in charter.rituals[:NAMES]]
    return lines or [text(locale, "ritual.list_empty")]


def _ritual(ritual: Ritual, locale: str) -> str:
    every = "home.every_week" if ritual.rule.unit is Unit.WEEK else "home.every_month"
    return text(
        locale,
        "home.ritual",
        name=escape(clip(ritual.name.read_in(locale), LONGEST_NAME)),
        every=count(locale, every, ritual.rule.step),
        at=f"{ritual.at:%H:%M}",
        minutes=int(ritual.duration.total_seconds()) // 60,
    )


def _detection(charter: Charter, modes: Mapping[ChannelId, Mode], locale: str) -> str:
    usual = text(locale, f"mode.{charter.bypasses.mode}")
    lines = [text(locale, "home.detection", mode=usual)]
    for mode in Mode:
        rooms = [f"<#{channel}>" for channel, chosen in modes.items() if chosen is mode]
        if rooms and mode is not charter.bypasses.mode:
            name = text(locale, f"mode.{mode}")
            lines.append(text(locale, "home.chosen", mode=name, channels=_first(rooms, locale)))
    return "\n".join(lines)


def _digest(charter: Charter, locale: str) -> str:
    plan = charter.digest
    return text(
        locale, "home.digest_plan", day=weekday(locale, plan.weekday), at=f"{plan.at:%H:%M}"
    )
