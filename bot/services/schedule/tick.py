"""The tick: each minute, one replica asks the database what is due and queues it.

Nothing is remembered between two ticks. After any stop, the right thing happens once.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.db import leases
from bot.db.leases import Lease
from bot.domain.reminders import TimerKind
from bot.services.deps import Deps
from bot.services.schedule.digests import queue_digests
from bot.services.schedule.escalations import escalate_silent, expire_stale, plan_requests
from bot.services.schedule.guarding import due_now
from bot.services.schedule.reliefs import hand_requests_back, hand_requests_over
from bot.services.schedule.reminders import queue_reminders
from bot.services.schedule.rituals import queue_ritual_posts

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""A replica that dies is replaced after this long, and one tick."""

OF_TIMERS: tuple[Callable[[Deps], int], ...] = (
    plan_requests,
    hand_requests_over,
    hand_requests_back,
    queue_reminders,
    escalate_silent,
    expire_stale,
)
"""What is done of timers, in order. Each returns how many things it did."""

OF_RULES: tuple[Callable[[Deps], int], ...] = (queue_ritual_posts, queue_digests)
"""What the charter's own dates ask for."""


def tick(deps: Deps, *, holder: str, machine_now: Callable[[], datetime]) -> int | None:
    """Do all that is due; return how many things, None when another replica ticks.

    `holder` names this replica; `machine_now` is the machine's time, which never jumps.
    """
    now = machine_now()
    if not _take_lease(deps, holder, now):
        return None
    done, renew_at = 0, now + LEASE / 3
    for task in (*_of_timers(deps), *OF_RULES):
        now = machine_now()
        if now >= renew_at:
            if not _take_lease(deps, holder, now):
                return None
            renew_at = now + LEASE / 3
        done += _guarded(task, deps)
    return done


def _of_timers(deps: Deps) -> tuple[Callable[[Deps], int], ...]:
    """Return what is to be done of timers: nothing when none is due, and one look says so."""
    return OF_TIMERS if due_now(deps, TimerKind, limit=1) else ()


def let_go(deps: Deps, *, holder: str) -> None:
    """Leave the tick to whoever comes next, at once: this replica stops."""
    with deps.begin() as session:
        leases.release(session, deps.workspace, leases.TICK, holder)


def _take_lease(deps: Deps, holder: str, now: datetime) -> bool:
    with deps.begin() as session:
        lease = Lease(holder=holder, now=now, until=now + LEASE)
        return leases.take(session, deps.workspace, leases.TICK, lease)


def _guarded(task: Callable[[Deps], int], deps: Deps) -> int:
    try:
        return task(deps)
    except Exception:
        log.exception("incident %s: task %s failed", secrets.token_hex(4), task.__name__)
        return 0
