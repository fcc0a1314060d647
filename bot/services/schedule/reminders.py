"""Reminders: one message to each person for all that is due to them, in their own hours.

Source: governance §6; product §2, §3.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection

from bot.db import outbox, people, requests, timers
from bot.domain import due_posts
from bot.domain.ids import PersonId, RequestId
from bot.domain.people import Notify, Person
from bot.domain.posts import LATE_AFTER, Item, Post
from bot.domain.relief import hand_over
from bot.domain.reminders import REMINDERS, Timer, TimerKind, is_still_due
from bot.domain.request import Request
from bot.domain.routing import Desk
from bot.services.changes import apply
from bot.services.deps import Deps
from bot.services.desks import desk_of
from bot.services.schedule.guarding import due_now, guarded
from bot.services.schedule.hours import freedom_of

Due = tuple[Timer, Request]


def queue_reminders(deps: Deps) -> int:
    """Queue the reminders that are due; return how many. Twice changes nothing."""
    of_person: dict[PersonId, list[Timer]] = defaultdict(list)
    for timer in due_now(deps, REMINDERS):
        of_person[timer.person or PersonId("")].append(timer)
    return sum(guarded(deps, tuple(due), _queue) for due in of_person.values())


def _queue(deps: Deps, due: tuple[Timer, ...]) -> int:
    """Queue what is due to one person; return how many of them were said."""
    person = due[0].person or PersonId("")
    with deps.begin() as session:
        desk = desk_of(session, deps)
        known = people.get(session, deps.workspace, person)
        free_at = freedom_of(desk, person, known)
        ready = [timer for timer in due if _is_now(session, deps, timer, free_at(timer))]
        found = _taken(session, deps, desk, ready)
        told = _posts(person, known, found, desk.now)
        outbox.add(session, deps.workspace, told, at=desk.now)
    deps.wake()
    return len(found)


def _is_now(session: Connection, deps: Deps, timer: Timer, at: datetime) -> bool:
    """Tell whether a reminder may be said now; else it is put off to `at`, when it may."""
    now = deps.now()
    if at <= now:
        return True
    is_late = now - timer.planned_at > LATE_AFTER
    timers.put_off(session, deps.workspace, timer, at, is_late=is_late)
    return False


def _taken(session: Connection, deps: Deps, desk: Desk, ready: list[Timer]) -> list[Due]:
    """Take reminders for good; without those no longer true, or that another replica has."""
    names = [timer.request or RequestId("") for timer in ready]
    known = requests.many(session, deps.workspace, names)
    wanted = [(timer, known[name]) for timer, name in zip(ready, names, strict=True)]
    true = [pair for pair in wanted if _is_true(session, deps, desk, *pair)]
    keys = [timer.key for timer, _ in true]
    fired = timers.fire_all(session, deps.workspace, keys, desk.now)
    taken = [(timer, request) for timer, request in true if timer.key in fired]
    return [pair for pair in taken if not _is_gone(session, deps, desk, *pair)]


def _is_true(session: Connection, deps: Deps, desk: Desk, timer: Timer, request: Request) -> bool:
    person = timer.person or PersonId("")
    if is_still_due(timer.kind, person, request, desk.charter):
        return True
    timers.drop(session, deps.workspace, timer.key)
    return False


def _is_gone(session: Connection, deps: Deps, desk: Desk, timer: Timer, request: Request) -> bool:
    """Tell whether the reader left, who is not reminded: who stands in for them decides."""
    person = timer.person or PersonId("")
    if person not in desk.presence.barred:
        return False
    if timer.kind is TimerKind.DECIDE:
        apply(session, deps, desk, request.id, lambda r, d: hand_over(r, person, d))
    return True


def _posts(
    person: PersonId, known: Person | None, found: list[Due], now: datetime
) -> tuple[Post, ...]:
    if not found:
        return ()
    if known and known.notify is Notify.MENTION:
        return tuple(
            due_posts.reminder_line(request, person, item_of(timer, request), now)
            for timer, request in found
        )
    items = tuple(item_of(timer, request) for timer, request in found)
    return (due_posts.reminder(person, items, now),)


def item_of(timer: Timer, request: Request) -> Item:
    """Return the line of a reminder of `request` that `timer` asks for."""
    return Item(
        timer=timer.key,
        kind=timer.kind,
        number=timer.number,
        request=request.id,
        answer_by=request.due_at,
        expected_at=timer.planned_at,
        is_snoozed=timer.is_snoozed,
    )
