"""Queuing the weekly digests when they are due; nothing is remembered but what was covered."""

from datetime import datetime
from functools import partial
from itertools import takewhile

from sqlalchemy import Connection

from bot.db import digests, outbox
from bot.domain.calendar import Calendar
from bot.domain.digest import Target, post_of
from bot.domain.digest_plan import WhenEmpty
from bot.domain.metrics import Period
from bot.domain.posts import Post
from bot.domain.upcoming import Upcoming
from bot.services.deps import Deps
from bot.services.desks import calendars_of, desk_of
from bot.services.digests import start_covering, told_by
from bot.services.schedule.guarding import Task


def due_digests(deps: Deps) -> tuple[Task, ...]:
    """Return what queues the digests that are due at `deps.now()`.

    Each covers from the end of the last one to the latest slot of the charter's plan: late, twice,
    after a restart or on several replicas, there is no gap and no overlap. The first tick of all
    only says where the first digest starts.
    """
    slot = deps.charter.digest.latest_slot(deps.now(), deps.charter.calendar)
    with deps.read() as session:
        told = digests.told(session, deps.workspace, slot)
        behind = [target for target in _targets(session, deps) if target.name not in told]
    return tuple(partial(_queue, target=target) for target in behind)


def upcoming_digests(deps: Deps, until: datetime) -> tuple[Upcoming, ...]:
    """Return the digests that will be queued before `until`, in order."""
    plan, calendar = deps.charter.digest, deps.charter.calendar
    latest = plan.latest_slot(deps.now(), calendar)
    coming = takewhile(lambda slot: slot < until, plan.slots_after(deps.now(), calendar))
    slots = (latest, *coming)
    found: list[Upcoming] = []
    with deps.read() as session:
        for target in _targets(session, deps):
            last = digests.covered_until(session, deps.workspace, target)
            untold = [slot for slot in slots if (last or latest) < slot]
            starts = [last or latest, *untold]
            for start, end in zip(starts, untold, strict=False):
                period = Period(start=start, end=end)
                found.append(_upcoming(session, deps, target, period))
    return tuple(sorted(found, key=lambda post: (post.due_at, post.key)))


def _upcoming(session: Connection, deps: Deps, target: Target, period: Period) -> Upcoming:
    hours = _hours(session, deps, target)
    post = post_of(target, period, hours, deps.now())
    return Upcoming(
        due_at=hours.next_open(period.end),
        kind=post.kind,
        key=post.key,
        channel=post.channel,
        person=post.person,
        post=post,
    )


def _targets(session: Connection, deps: Deps) -> tuple[Target, ...]:
    barred = desk_of(session, deps).presence.barred
    subscribers = digests.subscribers(session, deps.workspace)
    persons = (found.person for found in subscribers if found.person not in barred)
    return (Target(channel=deps.channel), *(Target(person=person) for person in persons))


def _hours(session: Connection, deps: Deps, target: Target) -> Calendar:
    """Return when `target` may be told something: the company's hours in its channel."""
    if target.person is None:
        return deps.charter.calendar
    return calendars_of(session, deps, deps.charter, (target.person,))(target.person)


def _queue(deps: Deps, target: Target) -> int:
    slot = deps.charter.digest.latest_slot(deps.now(), deps.charter.calendar)
    with deps.begin() as session:
        last = digests.covered_until(session, deps.workspace, target)
        if last is None:
            start_covering(session, deps, target)
            return 0
        if last >= slot:
            return 0
        period = Period(start=last, end=slot)
        if not digests.cover(session, deps.workspace, target, period):
            return 0
        post = post_of(target, period, _hours(session, deps, target), deps.now())
        if _is_left_out(session, deps, post):
            return 0
        queued = outbox.add(session, deps.workspace, (post,), at=deps.now())
    deps.wake()
    return queued


def _is_left_out(session: Connection, deps: Deps, post: Post) -> bool:
    is_silent = deps.charter.digest.when_empty is WhenEmpty.SILENT
    return is_silent and told_by(session, deps, post).is_empty
