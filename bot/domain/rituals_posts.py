"""What is said about an occurrence, when it is due and until when it is of use.

Source: governance §7, product §4. An agenda is of use until the start; a reminder is sent once to
each person it is for, in their working hours when it can wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.calendar import Calendar, Span, add_working
from bot.domain.ids import ChannelId, PersonId, RequestId, RitualId
from bot.domain.posts import LATE_AFTER, Post, PostKind
from bot.domain.rituals import AGENDA_BEFORE, Occurrence, Proposal, Stage

PREPARE_BEFORE = timedelta(hours=48)
LEAST_NOTICE = timedelta(hours=24)
"""A reminder to prepare that would wait for less than this is sent the working day before."""

START_BEFORE = timedelta(minutes=15)
FARTHEST_BACK_DAYS = 5
"""How many days earlier than its time a post may be sent, for its time is out of hours."""

CLOSE_WITHIN = timedelta(days=7)
"""How late a reminder to close is still sent, after an outage."""

PREPARE, START, CLOSE = "prepare", "start", "close"
OVER = frozenset({Stage.CLOSED, Stage.CANCELLED})
"""Stages of an occurrence that has nothing more to say."""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Who facilitates: their working hours in their own zone, and when they are away."""

    person: PersonId
    calendar: Calendar
    away: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where the agenda of a ritual goes, and the working hours of those who read it there."""

    channel: ChannelId
    calendar: Calendar


@dataclass(frozen=True, kw_only=True)
class Due:
    """A post, and when it is to be queued (aware UTC)."""

    at: datetime
    post: Post


def due_posts(
    occurrence: Occurrence,
    room: Room,
    receiver: Receiver | None,
    stewards: Sequence[PersonId],
) -> tuple[Due, ...]:
    """Return what an occurrence has to say, past and to come.

    `room` is where its agenda goes. Without a `receiver` nobody of the list is there to
    facilitate, and the `stewards` are told in time.
    """
    if occurrence.stage in OVER:
        return ()
    found: list[Due] = []
    if occurrence.stage is Stage.PLANNED:
        at = announced_at(occurrence.starts_at, room.calendar)
        found.append(Due(at=at, post=agenda(occurrence, room.channel)))
    if receiver is None:
        told = occurrence.starts_at - PREPARE_BEFORE
        return (*found, *(Due(at=told, post=_nobody(occurrence, s)) for s in stewards))
    person = receiver.person
    if occurrence.stage is Stage.PLANNED:
        prepare = reminder(occurrence, PREPARE, person, until=occurrence.starts_at)
        found.append(Due(at=prepared_at(occurrence.starts_at, receiver), post=prepare))
        start = reminder(occurrence, START, person, until=occurrence.ends_at)
        found.append(Due(at=occurrence.starts_at - START_BEFORE, post=start))
    close = reminder(occurrence, CLOSE, person, until=occurrence.ends_at + CLOSE_WITHIN)
    found.append(Due(at=occurrence.ends_at, post=close))
    return tuple(found)


def announced_at(starts_at: datetime, calendar: Calendar) -> datetime:
    """Return when to post an agenda: 24 hours before, in working hours.

    When people are not at work then, it is when their last working span before that started.
    """
    wanted = starts_at - AGENDA_BEFORE
    if calendar.is_open(wanted):
        return wanted
    return _before(wanted, calendar) or calendar.next_open(wanted)


def prepared_at(starts_at: datetime, receiver: Receiver) -> datetime:
    """Return when to remind somebody to prepare: 48 hours before, in their working hours.

    When their next working hour is too close to the start it is the working day before instead.
    """
    wanted = starts_at - PREPARE_BEFORE
    after = add_working(receiver.calendar, wanted, timedelta(), away=receiver.away)
    if after <= starts_at - LEAST_NOTICE:
        return after
    return _before(wanted, receiver.calendar, receiver.away) or after


def _before(wanted: datetime, calendar: Calendar, away: Sequence[Span] = ()) -> datetime | None:
    """Return when the last working span before `wanted` started; None within five days."""
    day = calendar.local_date(wanted)
    for back in range(FARTHEST_BACK_DAYS):
        for span in reversed(calendar.spans_on(day - timedelta(days=back))):
            is_away = any(gone.start <= span.start < gone.end for gone in away)
            if span.start <= wanted and not is_away:
                return span.start
    return None


def agenda(occurrence: Occurrence, room: ChannelId) -> Post:
    """Return the agenda's message; one for each occurrence, wherever it moves."""
    return replace(
        _about(occurrence, PostKind.AGENDA, f"agenda:{name(occurrence)}", room),
        useful_until=occurrence.starts_at,
    )


def opening(occurrence: Occurrence, room: ChannelId) -> Post:
    """Return the agenda's message for an occurrence that starts now: of use after the start.

    Its own key: the agenda may have been queued and dropped. It is not said once that one is.
    """
    return _about(occurrence, PostKind.AGENDA, f"agenda:{name(occurrence)}:opening", room)


def agenda_update(
    occurrence: Occurrence, room: ChannelId, cause: str, *, until: datetime | None = None
) -> Post:
    """Return a rewriting of the agenda; `cause` tells two of them apart.

    Only those of use as long are grouped: one that is dropped takes no other with it.
    """
    key = f"agenda_update:{name(occurrence)}:{cause}"
    post = _about(occurrence, PostKind.AGENDA_UPDATE, key, room)
    life = until.astimezone(UTC).strftime("%Y-%m-%dT%H%M") if until else "always"
    return replace(post, group=f"agenda_update:{name(occurrence)}:{life}", useful_until=until)


def run(occurrence: Occurrence, room: ChannelId) -> Post:
    """Return the message an occurrence is run from, in its agenda's thread."""
    return _about(occurrence, PostKind.RUN, f"run:{name(occurrence)}", room)


def run_update(occurrence: Occurrence, room: ChannelId, cause: str) -> Post:
    """Return a rewriting of the message an occurrence is run from."""
    post = _about(occurrence, PostKind.RUN_UPDATE, f"run_update:{name(occurrence)}:{cause}", room)
    return replace(post, group=f"run_update:{name(occurrence)}")


def minutes(occurrence: Occurrence, room: ChannelId) -> Post:
    """Return the minutes, in the agenda's thread."""
    return _about(occurrence, PostKind.MINUTES, f"minutes:{name(occurrence)}", room)


def proposal(
    occurrence: Occurrence, request: RequestId, heard: Proposal, decider: PersonId
) -> Post:
    """Return the message that asks `decider` to confirm what the facilitator heard."""
    post = Post(
        kind=PostKind.PROPOSAL,
        key=f"proposal:{heard.id}:{decider}",
        person=decider,
        request=request,
        details=(*_named(occurrence), ("proposal", heard.id)),
    )
    return replace(post, useful_until=occurrence.ends_at + CLOSE_WITHIN)


def reminder(occurrence: Occurrence, what: str, person: PersonId, *, until: datetime) -> Post:
    """Return a reminder to facilitate; never twice to one person for one date."""
    when = "" if not occurrence.is_moved else f":{_minute(occurrence.starts_at, what)}"
    return Post(
        kind=PostKind.FACILITATOR,
        key=f"facilitator:{what}:{name(occurrence)}{when}:{person}",
        person=person,
        details=(*_named(occurrence), ("what", what)),
        useful_until=until,
    )


def told(occurrence: Occurrence, what: str, person: PersonId) -> Post:
    """Return the word to who facilitates that it was moved, cancelled, or handed to them."""
    return Post(
        kind=PostKind.FACILITATOR,
        key=f"facilitator:{what}:{name(occurrence)}:v{occurrence.version}:{person}",
        person=person,
        details=(*_named(occurrence), ("what", what)),
    )


def line(occurrence: Occurrence, room: ChannelId, what: str) -> Post:
    """Return the line that such a change leaves in the agenda's thread."""
    key = f"ritual_line:{name(occurrence)}:v{occurrence.version}"
    post = _about(occurrence, PostKind.RITUAL_LINE, key, room)
    return replace(post, details=(*post.details, ("what", what)))


def queued_at(due: Due, now: datetime, *, since: datetime | None) -> Post:
    """Return the post of `due`, queued `now`, with its time.

    What comes late waits for hours: only what starts cannot wait. What was due before the
    installation, at `since`, is not late.
    """
    is_old = since is not None and due.at < since
    post = replace(due.post, expected_at=None if is_old else due.at)
    is_late = now - due.at > LATE_AFTER and post.detail("what") != START
    return replace(post, in_hours=post.in_hours or is_late)


def _minute(at: datetime, what: str) -> str:
    # An hour later the same day is nothing to prepare again for, but another start.
    return at.astimezone(UTC).strftime("%Y-%m-%d" if what == PREPARE else "%Y-%m-%dT%H%M")


def _nobody(occurrence: Occurrence, steward: PersonId) -> Post:
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:no_facilitator:{name(occurrence)}:{steward}",
        person=steward,
        details=(*_named(occurrence), ("what", "no_facilitator")),
        useful_until=occurrence.starts_at,
        in_hours=True,
    )


def lost_channel(occurrence: Occurrence, steward: PersonId, channel: str) -> Post:
    """Return the alert that a ritual's channel is not there: its agenda goes elsewhere."""
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:ritual_channel:{name(occurrence)}:{steward}",
        person=steward,
        details=(*_named(occurrence), ("channel", channel), ("what", "ritual_channel")),
    )


def name(occurrence: Occurrence) -> str:
    """Return what names an occurrence in keys: `roadmap_sync:2026-12-08`."""
    return f"{occurrence.ritual}:{occurrence.slot.isoformat()}"


def named_in(post: Post) -> tuple[RitualId, date] | None:
    """Return the ritual and slot that a post is about, None when it is about no occurrence."""
    if not post.detail("slot"):
        return None
    return RitualId(post.detail("ritual")), date.fromisoformat(post.detail("slot"))


def _about(occurrence: Occurrence, kind: PostKind, key: str, room: ChannelId) -> Post:
    return Post(kind=kind, key=key, channel=room, details=_named(occurrence))


def _named(occurrence: Occurrence) -> tuple[tuple[str, str], ...]:
    return (("ritual", occurrence.ritual), ("slot", occurrence.slot.isoformat()))
