"""The stewards' form: what is done in each channel, and what people taught the detector."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    OptionGroup,
    StaticMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.bypass import Mode
from bot.domain.bypass_detection import Learned
from bot.domain.home import Tab
from bot.domain.ids import ChannelId
from bot.i18n import count, text
from bot.slack import ids
from bot.slack.views.inputs import choice, field, plain, radio
from bot.slack.views.parts import button, clip, context, escape, listed, section
from bot.slack.views.small_forms import notice_view

OPTIONS, GROUPS = 100, 10
"""Slack's most options in a group, and as many groups as fit in 250 KB."""

LESSONS_SHOWN = 40
NAMED_CHANNELS = 60


@dataclass(frozen=True, kw_only=True)
class Room:
    """A channel the bot is in."""

    id: ChannelId
    name: str


def detection_form(
    rooms: Sequence[Room],
    modes: Mapping[ChannelId, Mode],
    locale: str,
    *,
    usual: Mode,
    learned: int,
    is_from_home: bool,
) -> View:
    """Return the form; `usual` is the mode of the channels that `modes` does not have.

    It carries the tab of the Home that it was opened from, if any: the one to draw again.
    """
    blocks: list[Block] = [section(text(locale, "detection.intro"))]
    if rooms:
        blocks += [section(line) for line in _by_mode(rooms, modes, locale, usual)]
        blocks += _inputs(rooms, locale)
        if len(rooms) > OPTIONS * GROUPS:
            blocks.append(context(count(locale, "common.and_more", len(rooms) - OPTIONS * GROUPS)))
    else:
        blocks.append(section(text(locale, "detection.nowhere")))
    if learned:
        blocks.append(section(count(locale, "detection.learned", learned)))
        show = button(locale, ids.DETECTION_LEARNED, value="detection")
        blocks.append(ActionsBlock(elements=[show]))
    else:
        blocks.append(context(text(locale, "detection.nothing_learned")))
    return View(
        type="modal",
        callback_id=ids.DETECTION_FORM,
        title=plain(text(locale, "detection.title")),
        submit=plain(text(locale, "detection.submit")) if rooms else None,
        close=plain(text(locale, "form.close")),
        private_metadata=json.dumps({"tab": Tab.SETTINGS} if is_from_home else {}),
        blocks=blocks,
    )


def applied_view(channels: Sequence[ChannelId], mode: Mode, locale: str) -> View:
    """Return what a steward is told once a mode is chosen: where, and what happens there now."""
    told = text(locale, f"detection.applied_{mode}", channels=_named(channels, locale))
    return notice_view(text(locale, "detection.title"), told, locale)


def _named(channels: Sequence[ChannelId], locale: str) -> str:
    named = [f"<#{channel}>" for channel in channels]
    shown, more = named[:NAMED_CHANNELS], len(named) - NAMED_CHANNELS
    if more > 0:
        shown = [*shown[:-1], count(locale, "detection.more", more + 1)]
    return listed(shown, locale)


def _by_mode(
    rooms: Sequence[Room], modes: Mapping[ChannelId, Mode], locale: str, usual: Mode
) -> list[str]:
    lines = []
    for mode in Mode:
        found = [room.id for room in rooms if modes.get(room.id, usual) is mode]
        if found:
            name = text(locale, f"mode.{mode}")
            lines.append(f"*{name}* · {_named(found, locale)}")
    return lines


def _inputs(rooms: Sequence[Room], locale: str) -> list[Block]:
    shown = rooms[: OPTIONS * GROUPS]
    choices = [choice(room.id, f"#{room.name}") for room in shown]
    groups = [
        OptionGroup(label=plain(_span(shown[start : start + OPTIONS]), 75), options=some)
        for start in range(0, len(shown), OPTIONS)
        if (some := choices[start : start + OPTIONS])
    ]
    several = len(groups) > 1
    picker = StaticMultiSelectElement(
        action_id="value",
        options=None if several else choices,
        option_groups=groups if several else None,
    )
    modes = [
        choice(
            mode,
            text(locale, f"mode.{mode}"),
            description=text(locale, f"mode.{mode}_description"),
        )
        for mode in Mode
    ]
    return [
        field("channels", picker, locale, is_required=True),
        field("mode", radio(modes, None), locale, is_required=True),
    ]


def _span(rooms: Sequence[Room]) -> str:
    return f"{clip(rooms[0].name, 30)} … {clip(rooms[-1].name, 30)}"


def learned_view(learned: Sequence[Learned], locale: str, *, now: datetime) -> View:
    """Return what people taught: how many of them and how long ago, never who nor what words."""
    blocks: list[Block] = [section(text(locale, "detection.learned_intro"))]
    for lesson in learned[:LESSONS_SHOWN]:
        undo = button(locale, ids.DETECTION_UNLEARN, value=lesson.id)
        blocks.append(section(_lesson(lesson, locale, now), accessory=undo))
    if not learned:
        blocks.append(context(text(locale, "detection.nothing_learned")))
    if len(learned) > LESSONS_SHOWN:
        blocks.append(context(count(locale, "common.and_more", len(learned) - LESSONS_SHOWN)))
    return View(
        type="modal",
        callback_id=ids.NOTICE_VIEW,
        title=plain(text(locale, "detection.title")),
        close=plain(text(locale, "form.close")),
        blocks=blocks,
    )


def _lesson(lesson: Learned, locale: str, now: datetime) -> str:
    people = count(locale, "detection.people", lesson.people)
    days = (now - lesson.last_at).days
    age = count(locale, "detection.age", days) if days else text(locale, "detection.today")
    cues = escape(clip(lesson.combination.replace("+", ", "), 200)) or "–"
    effect = text(locale, "detection.lowered" if lesson.share else "detection.left_alone")
    return text(locale, "detection.lesson", effect=effect, people=people, age=age, cues=cues)
