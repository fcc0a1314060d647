"""What a post about an occurrence says when it is sent, and where it goes."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.db import outbox
from bot.db import rituals as rows
from bot.domain import rituals_posts
from bot.domain.agenda import AgendaSheet
from bot.domain.errors import NoSuchOccurrence
from bot.domain.ids import ChannelId, RitualId
from bot.domain.posts import Post, PostKind
from bot.domain.rituals import Occurrence, Stage
from bot.services import rituals
from bot.services.deps import Deps

PLACES = {PostKind.AGENDA: rows.AGENDA, PostKind.RUN: rows.RUN}
UPDATES = frozenset({PostKind.AGENDA_UPDATE, PostKind.RUN_UPDATE})
IN_CHANNEL = frozenset(
    {PostKind.AGENDA, PostKind.RUN, PostKind.MINUTES, PostKind.RITUAL_LINE, *UPDATES}
)
BEFORE_START = frozenset({rituals_posts.PREPARE, rituals_posts.START})


@dataclass(frozen=True, kw_only=True)
class Said:
    """An occurrence as a post shows it. `ts` is the message to rewrite."""

    agenda: AgendaSheet
    channel: ChannelId | None = None
    thread_ts: str | None = None
    ts: str | None = None


def said(session: Connection, deps: Deps, post: Post, named: tuple[RitualId, date]) -> Said | None:
    """Return what `post` shows of the occurrence `named`; None when it lost its object."""
    try:
        agenda = rituals.sheet_of(session, deps, *named)
    except NoSuchOccurrence:
        return None
    if post.kind in IN_CHANNEL:
        return _in_channel(session, deps, post, agenda)
    return Said(agenda=agenda) if _is_due(post, agenda) else None


def _in_channel(session: Connection, deps: Deps, post: Post, agenda: AgendaSheet) -> Said | None:
    occurrence = agenda.occurrence
    named = (occurrence.ritual, occurrence.slot)
    place = rows.place(session, deps.workspace, named, rows.AGENDA)
    if post.kind is PostKind.AGENDA:
        is_wanted = place is None and occurrence.stage in {Stage.PLANNED, Stage.RUNNING}
        return Said(agenda=agenda, channel=post.channel) if is_wanted else None
    if post.kind in UPDATES:
        if post.kind is PostKind.RUN_UPDATE:
            place = rows.place(session, deps.workspace, named, rows.RUN)
        return Said(agenda=agenda, channel=place[0], ts=place[1]) if place else None
    if place is None:
        # Without an agenda, because its channel is gone, the rest stands on its own.
        is_line = post.kind is PostKind.RITUAL_LINE
        return None if is_line else Said(agenda=agenda, channel=post.channel)
    return Said(agenda=agenda, channel=place[0], thread_ts=place[1])


def _is_due(post: Post, agenda: AgendaSheet) -> bool:
    """Tell whether a direct message still has its object: the same facilitator, the same stage."""
    occurrence, what = agenda.occurrence, post.detail("what")
    if post.kind is PostKind.PROPOSAL:
        return _is_proposed(post, occurrence)
    if what == "no_facilitator":
        return agenda.facilitator is None
    if what in BEFORE_START:
        return occurrence.stage is Stage.PLANNED and post.person == agenda.facilitator
    if what == rituals_posts.CLOSE:
        is_open = occurrence.stage in {Stage.PLANNED, Stage.RUNNING}
        return is_open and post.person == agenda.facilitator
    return True


def _is_proposed(post: Post, occurrence: Occurrence) -> bool:
    found = next((item for item in occurrence.items if item.request == post.request), None)
    proposal = found.proposal if found else None
    return proposal is not None and proposal.id == post.detail("proposal")


def remember(session: Connection, deps: Deps, post: Post, place: tuple[ChannelId, str]) -> None:
    """Keep where an agenda, or the message it is run from, is."""
    named, kind = rituals_posts.named_in(post), PLACES.get(post.kind)
    if named and kind:
        rows.remember(session, deps.workspace, named, kind, place)


def send_elsewhere(session: Connection, deps: Deps, post: Post) -> None:
    """Say in the arbitration channel what a ritual's own channel does not take."""
    is_elsewhere = post.channel is not None and post.channel != deps.channel
    if post.kind in IN_CHANNEL - UPDATES and is_elsewhere:
        moved = replace(post, channel=deps.channel, key=f"{post.key}:again")
        outbox.add(session, deps.workspace, (moved,), at=deps.now())
