"""One word to who keeps a shared artefact that is no longer current; nothing is remembered.

The last update says when it lapses, and names the reminder: twice, late, after a restart or on
several replicas changes nothing. Source: governance §8, product §4.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.db import charters, outbox, people
from bot.domain.artefacts import Kept, reminder, stale_at
from bot.domain.ids import PersonId
from bot.domain.people import Notify
from bot.domain.posts import Post
from bot.domain.reminders import opening_after
from bot.domain.routing import Desk
from bot.domain.upcoming import Upcoming
from bot.services.artefacts import kept_at
from bot.services.deps import Deps
from bot.services.desks import calendars_of, desk_of
from bot.services.schedule.guarding import Task
from bot.services.schedule.hours import free_at


@dataclass(frozen=True, kw_only=True)
class _Due:
    """A reminder, and when it is to be queued (aware UTC)."""

    at: datetime
    post: Post


def due_artefact_reminders(deps: Deps) -> tuple[Task, ...]:
    """Return what queues the reminders that are due and not said yet."""
    due = tuple(found.post for found in _unsaid(deps, deps.now()))
    return (partial(_queue, due=due),) if due else ()


def _queue(deps: Deps, due: tuple[Post, ...]) -> int:
    with deps.begin() as session:
        queued = outbox.add(session, deps.workspace, due, at=deps.now())
    deps.wake()
    return queued


def upcoming_artefact_reminders(deps: Deps, until: datetime) -> tuple[Upcoming, ...]:
    """Return the reminders that will be queued until `until` if nothing changes, in order."""
    return tuple(
        Upcoming(
            due_at=max(found.at, deps.now()),
            kind=found.post.kind,
            key=found.post.key,
            person=found.post.person,
            post=found.post,
        )
        for found in sorted(_unsaid(deps, until), key=lambda found: (found.at, found.post.key))
    )


def _unsaid(deps: Deps, until: datetime) -> tuple[_Due, ...]:
    with deps.read() as session:
        desk = desk_of(session, deps)
        installed_at = charters.first_at(session, deps.workspace)
        lapsing = [
            (kept, at)
            for kept in kept_at(session, deps, desk.now)
            if (at := _lapses_at(deps, kept, installed_at)) is not None and at <= until
        ]
        found = [_due(session, deps, desk, *each) for each in lapsing]
        due = [one for one in found if one is not None and one.at <= until]
        said = outbox.queued(session, deps.workspace, [one.post.key for one in due])
    return tuple(one for one in due if one.post.key not in said)


def _lapses_at(deps: Deps, kept: Kept, installed_at: datetime | None) -> datetime | None:
    """Return when an artefact lapses; one never filled in, as if it was at the installation."""
    if kept.stale_at is not None or installed_at is None:
        return kept.stale_at
    return stale_at(installed_at, kept.artefact, deps.charter)


def _due(
    session: Connection, deps: Deps, desk: Desk, kept: Kept, lapses_at: datetime
) -> _Due | None:
    """Return the reminder of an artefact; None while nobody who keeps it is there."""
    there = desk.presence.present(kept.keepers, max(lapses_at, desk.now))
    if not there:
        return None
    at = _told_at(session, deps, desk, there[0], lapses_at)
    return _Due(at=at, post=reminder(kept, there[0]))


def _told_at(
    session: Connection, deps: Deps, desk: Desk, person: PersonId, lapses_at: datetime
) -> datetime:
    """Return when it may be said: in working hours; in the morning's, to who asked for that."""
    calendar = calendars_of(session, deps, desk.charter, (person,))(person)
    known = people.get(session, deps.workspace, person)
    is_daily = known is not None and known.notify is Notify.DIGEST
    at = opening_after(calendar, lapses_at) if is_daily else lapses_at
    return free_at(calendar, desk.presence, person, at)
