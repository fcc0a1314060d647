"""Bypasses: arbitrations asked for outside the channel. How they are kept and counted.

Nothing here has an author or people's words. Source: product §6, governance §9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.counting import Share
from bot.domain.ids import ChannelId

CONVERTED_WITHIN = timedelta(hours=48)
"""A bypass that became a request by then is a converted one. Source: governance §9."""


class Mode(StrEnum):
    """What the bot does of the bypasses it finds in a channel: nothing, count, count and nudge."""

    OFF = "off"
    OBSERVE = "observe"
    NUDGE = "nudge"


class Origin(StrEnum):
    """Where a bypass was made. The last three are declared by hand."""

    CHANNEL = "channel"
    SHORTCUT = "shortcut"
    MAIL = "mail"
    MEETING = "meeting"
    CORRIDOR = "corridor"


DECLARED = (Origin.MAIL, Origin.MEETING, Origin.CORRIDOR)


@dataclass(frozen=True, kw_only=True)
class BypassPlan:
    """What the charter settles: the mode of a channel nobody chose one for, and limits.

    Nobody is nudged twice within `nudge_every`; the ledger forgets after `kept_for`.
    """

    mode: Mode = Mode.OBSERVE
    nudge_every: timedelta = timedelta(hours=24)
    kept_for: timedelta = timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Bypass:
    """A line of the ledger. `key` is unique for ever; `week` is the ISO week, `2026-W48`."""

    key: str
    origin: Origin
    at: datetime
    week: str
    channel: ChannelId | None = None
    thread: str | None = None
    permalink: str | None = None
    cues: tuple[str, ...] = ()


def message_key(channel: ChannelId, ts: str) -> str:
    """Return the key of the bypass that is a message: seen again, it is the same one."""
    return f"bypass:{channel}:{ts}"


def draft_key(draft: str) -> str:
    """Return the key of the bypass that its own author declares, and drafts a request for."""
    return f"bypass:draft:{draft}"


def declared_key(submission: str) -> str:
    """Return the key of a bypass that somebody declares for nobody."""
    return f"bypass:{submission}"


def iso_week(at: datetime) -> str:
    """Return the ISO week of a local instant: `2026-W53` for the first of January 2027."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many bypasses, and what became of them.

    Those whose author says that they are no request are only in `dismissed`. `pending` may still
    become requests in time.
    """

    bypasses: int = 0
    nudged: int = 0
    opened: int = 0
    dismissed: int = 0
    converted: int = 0
    pending: int = 0

    @property
    def conversion(self) -> Share:
        """Bypasses that became requests within 48 h, out of those that had their 48 h."""
        return Share(hits=self.converted, n=self.bypasses - self.pending)

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            bypasses=self.bypasses + other.bypasses,
            nudged=self.nudged + other.nudged,
            opened=self.opened + other.opened,
            dismissed=self.dismissed + other.dismissed,
            converted=self.converted + other.converted,
            pending=self.pending + other.pending,
        )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Bypasses beside the requests that came by the channel of themselves."""

    tally: Tally = Tally()
    direct: int = 0

    @property
    def rate(self) -> Share:
        """The bypass rate: bypasses / (bypasses + requests filed directly)."""
        return Share(hits=self.tally.bypasses, n=self.tally.bypasses + self.direct)


@dataclass(frozen=True, kw_only=True)
class BypassNumbers:
    """What is counted from `since` (included) to `until` (excluded), aware UTC; never by person.

    `weeks` are in order. A request has no origin nor channel: those have tallies, and no rate.
    """

    since: datetime
    until: datetime
    all: Counted = Counted()
    weeks: Mapping[str, Counted] = field(default_factory=dict)
    origins: Mapping[Origin, Tally] = field(default_factory=dict)
    channels: Mapping[ChannelId, Tally] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The tally of one week, one origin and one channel."""

    week: str
    origin: Origin
    channel: ChannelId | None
    tally: Tally


def add_up(
    groups: Sequence[Group], direct: Sequence[str], *, since: datetime, until: datetime
) -> BypassNumbers:
    """Return the numbers of a period; `direct` is the week of each request filed directly."""
    weeks = {week: Counted() for week in sorted({g.week for g in groups} | set(direct))}
    origins: dict[Origin, Tally] = {}
    channels: dict[ChannelId, Tally] = {}
    total = Counted(direct=len(direct))
    for week in direct:
        weeks[week] = replace(weeks[week], direct=weeks[week].direct + 1)
    for group in groups:
        known = weeks[group.week]
        weeks[group.week] = replace(known, tally=known.tally.plus(group.tally))
        total = replace(total, tally=total.tally.plus(group.tally))
        origins[group.origin] = origins.get(group.origin, Tally()).plus(group.tally)
        if group.channel:
            channels[group.channel] = channels.get(group.channel, Tally()).plus(group.tally)
    return BypassNumbers(
        since=since, until=until, all=total, weeks=weeks, origins=origins, channels=channels
    )
