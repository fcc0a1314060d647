"""The tick: each minute, one replica asks the database what is due and queues it.

Nothing is remembered between two ticks. After any stop, the right thing happens once.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.db import leases, polls, timers
from bot.db.leases import Lease
from bot.domain.reminders import REMINDERS, TimerKind
from bot.services.deps import Deps
from bot.services.polls import close_polls
from bot.services.schedule.artefacts import queue_artefact_reminders
from bot.services.schedule.digests import queue_digests
from bot.services.schedule.escalations import escalate_silent, expire_stale, plan_requests
from bot.services.schedule.reliefs import hand_requests_back, hand_requests_over
from bot.services.schedule.reminders import queue_reminders
from bot.services.schedule.rituals import queue_ritual_posts

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""A replica that dies is replaced after this long, and one tick."""

Task = Callable[[Deps], int]
"""Does what is due; returns how many things it did."""

OF_TIMERS: tuple[tuple[Task, frozenset[TimerKind]], ...] = (
    (plan_requests, frozenset({TimerKind.PLAN})),
    (hand_requests_over, frozenset({TimerKind.ABSENCE_START})),
    (hand_requests_back, frozenset({TimerKind.ABSENCE_END})),
    (queue_reminders, REMINDERS),
    (escalate_silent, frozenset({TimerKind.ESCALATION})),
    (expire_stale, frozenset({TimerKind.EXPIRY})),
)
"""What is done of timers, in order, each for its kinds."""

OF_RULES: tuple[Task, ...] = (queue_ritual_posts, queue_digests, queue_artefact_reminders)
"""What the charter's own dates ask for."""


def tick(deps: Deps, *, holder: str, machine_now: Callable[[], datetime]) -> int | None:
    """Do all that is due; return how many things, None when another replica ticks.

    `holder` names this replica; `machine_now` is the machine's time, which never jumps.
    """
    now = machine_now()
    if not _take_lease(deps, holder, now):
        return None
    done, renew_at = 0, now + LEASE / 3
    for task in _due_tasks(deps):
        now = machine_now()
        if now >= renew_at:
            if not _take_lease(deps, holder, now):
                return None
            renew_at = now + LEASE / 3
        done += _guarded(task, deps)
    return done


def _due_tasks(deps: Deps) -> tuple[Task, ...]:
    """Return what is to be done, in order, by one look at what is due."""
    with deps.read() as session:
        due = timers.kinds_due(session, deps.workspace, deps.now())
        is_a_poll_over = bool(polls.over(session, deps.workspace, deps.now()))
    # What is planned anew may be due at once, of any kind.
    is_any = TimerKind.PLAN in due
    of_timers = tuple(task for task, kinds in OF_TIMERS if is_any or kinds & due)
    return (*of_timers, *OF_RULES, *((close_polls,) if is_a_poll_over else ()))


def let_go(deps: Deps, *, holder: str) -> None:
    """Leave the tick to whoever comes next, at once: this replica stops."""
    with deps.begin() as session:
        leases.release(session, deps.workspace, leases.TICK, holder)


def _take_lease(deps: Deps, holder: str, now: datetime) -> bool:
    """Take the lease or keep it; while it is another's, or was just taken, nothing is written."""
    with deps.read() as session:
        enough = Lease(holder=holder, now=now, until=now + LEASE * 2 / 3)
        known = leases.foretold(session, deps.workspace, leases.TICK, enough)
    if known is not None:
        return known
    with deps.begin() as session:
        lease = Lease(holder=holder, now=now, until=now + LEASE)
        return leases.take(session, deps.workspace, leases.TICK, lease)


def _guarded(task: Task, deps: Deps) -> int:
    try:
        return task(deps)
    except Exception:
        log.exception("incident %s: task %s failed", secrets.token_hex(4), task.__name__)
        return 0
