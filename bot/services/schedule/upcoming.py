"""What will be posted if nothing changes until then: for people, not for the tick."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.db import people, timers
from bot.domain.ids import PersonId
from bot.domain.people import Notify
from bot.domain.posts import PostKind
from bot.domain.reminders import REMINDERS, Timer, TimerKind
from bot.domain.upcoming import Upcoming
from bot.services.deps import Deps
from bot.services.schedule.artefacts import upcoming_artefact_reminders
from bot.services.schedule.digests import upcoming_digests
from bot.services.schedule.rituals import upcoming_ritual_posts

LISTED = frozenset({*REMINDERS, TimerKind.ESCALATION, TimerKind.EXPIRY})
AT_MOST = 1000


def timer_posts(deps: Deps, until: datetime) -> tuple[Upcoming, ...]:
    """Return the reminders, escalations and expiries due by `until`, soonest first."""
    with deps.read() as session:
        found = timers.due(session, deps.workspace, LISTED, until, limit=AT_MOST)
        named = tuple(dict.fromkeys(timer.person for timer in found if timer.person))
        known = people.many(session, deps.workspace, named)
    mentioned = {person for person, one in known.items() if one.notify is Notify.MENTION}
    return tuple(_upcoming(deps, timer, mentioned) for timer in found)


def _upcoming(deps: Deps, timer: Timer, mentioned: set[PersonId]) -> Upcoming:
    kind = PostKind.LINE
    if timer.person:
        kind = PostKind.REMINDER_LINE if timer.person in mentioned else PostKind.REMINDER
    return Upcoming(
        due_at=max(timer.due_at, deps.now()),
        kind=kind,
        key=timer.key,
        channel=deps.channel if kind is not PostKind.REMINDER else None,
        person=timer.person,
        request=timer.request,
    )


SOURCES: tuple[Callable[[Deps, datetime], tuple[Upcoming, ...]], ...] = (
    timer_posts,
    upcoming_ritual_posts,
    upcoming_digests,
    upcoming_artefact_reminders,
)
"""Who knows of posts to come."""


def next_posts(deps: Deps, *, days: int) -> tuple[Upcoming, ...]:
    """Return what will be posted within `days` if nothing changes, soonest first."""
    until = deps.now() + timedelta(days=days)
    found = (post for source in SOURCES for post in source(deps, until))
    return tuple(sorted(found, key=lambda post: (post.due_at, post.key)))


def next_due(deps: Deps, until: datetime) -> datetime | None:
    """Return when something is due next, in the past when no tick has done it; None by `until`.

    `deps.now()` is when the last tick was known to be over: what is due since then is found.
    """
    with deps.read() as session:
        first = timers.due(session, deps.workspace, TimerKind, until, limit=1)
    found = [timer.due_at for timer in first]
    for source in SOURCES[1:]:
        # Looking no farther than what is known already costs less.
        found += [post.due_at for post in source(deps, min([until, *found]))]
    return min(found, default=None)
