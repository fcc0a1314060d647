"""The tick: each minute, one replica asks the database what is due and queues it.

Nothing is remembered between two ticks. After any stop, the right thing happens once.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from bot.db import leases, polls, timers
from bot.db.leases import Lease
from bot.domain.reminders import REMINDERS, TimerKind
from bot.services.deps import Deps
from bot.services.polls import close_polls
from bot.services.schedule.artefacts import due_artefact_reminders
from bot.services.schedule.digests import due_digests
from bot.services.schedule.escalations import escalate_silent, expire_stale, plan_requests
from bot.services.schedule.guarding import Look, Task
from bot.services.schedule.reliefs import hand_requests_back, hand_requests_over
from bot.services.schedule.reminders import queue_reminders
from bot.services.schedule.rituals import due_ritual_posts

log = logging.getLogger(__name__)

Done = TypeVar("Done")

LEASE = timedelta(seconds=90)
"""A replica that dies is replaced after this long, and one tick."""

OF_TIMERS: tuple[tuple[Task, frozenset[TimerKind]], ...] = (
    (plan_requests, frozenset({TimerKind.PLAN})),
    (hand_requests_over, frozenset({TimerKind.ABSENCE_START})),
    (hand_requests_back, frozenset({TimerKind.ABSENCE_END})),
    (queue_reminders, REMINDERS),
    (escalate_silent, frozenset({TimerKind.ESCALATION})),
    (expire_stale, frozenset({TimerKind.EXPIRY})),
)
"""What is done of timers, in order, each for its kinds."""


def due_timers(deps: Deps) -> tuple[Task, ...]:
    """Return what is to be done of timers, in order."""
    with deps.read() as session:
        due = timers.kinds_due(session, deps.workspace, deps.now())
    # What is planned anew may be due at once, of any kind.
    is_any = TimerKind.PLAN in due
    return tuple(task for task, kinds in OF_TIMERS if is_any or kinds & due)


def due_polls(deps: Deps) -> tuple[Task, ...]:
    """Return what closes the polls whose time is over."""
    with deps.read() as session:
        is_one_over = bool(polls.over(session, deps.workspace, deps.now()))
    return (close_polls,) if is_one_over else ()


LOOKS: tuple[Look, ...] = (
    due_timers,
    due_ritual_posts,
    due_digests,
    due_artefact_reminders,
    due_polls,
)
"""What finds something to do, in the order in which it is done."""


def tick(deps: Deps, *, holder: str, machine_now: Callable[[], datetime]) -> int | None:
    """Do all that is due; return how many things, None when another replica ticks.

    `holder` names this replica; `machine_now` is the machine's time, which never jumps. What is
    due is seen in one look, before the lease is taken: what another replica does meanwhile is
    never done twice, for each thing has its key.
    """
    now = machine_now()
    with deps.look():
        is_ours = _is_ours(deps, holder, now)
        if is_ours is False:
            return None
        tasks = _guarded(_due_together, deps)
    if not (is_ours or _take_lease(deps, holder, now)):
        return None
    done, renew_at = 0, now + LEASE / 3
    for task in _due_apart(deps) if tasks is None else tasks:
        now = machine_now()
        if now >= renew_at:
            if not _take_lease(deps, holder, now):
                return None
            renew_at = now + LEASE / 3
        done += _guarded(task, deps) or 0
    return done


def let_go(deps: Deps, *, holder: str) -> None:
    """Leave the tick to whoever comes next, at once: this replica stops."""
    with deps.begin() as session:
        leases.release(session, deps.workspace, leases.TICK, holder)


def _due_together(deps: Deps) -> tuple[Task, ...]:
    """Return all that is to be done, in order."""
    return tuple(task for look in LOOKS for task in look(deps))


def _due_apart(deps: Deps) -> Iterator[Task]:
    """Yield what each look finds by itself: one that fails keeps nobody from the others."""
    for look in LOOKS:
        yield from _guarded(look, deps) or ()


def _is_ours(deps: Deps, holder: str, now: datetime) -> bool | None:
    """Tell whether this replica has the lease for long enough; None when it is to be taken."""
    with deps.read() as session:
        enough = Lease(holder=holder, now=now, until=now + LEASE * 2 / 3)
        return leases.foretold(session, deps.workspace, leases.TICK, enough)


def _take_lease(deps: Deps, holder: str, now: datetime) -> bool:
    """Take the lease or keep it; False when it is another's."""
    with deps.begin() as session:
        lease = Lease(holder=holder, now=now, until=now + LEASE)
        return leases.take(session, deps.workspace, leases.TICK, lease)


def _guarded(work: Callable[[Deps], Done], deps: Deps) -> Done | None:
    try:
        return work(deps)
    except Exception:
        # By its name alone: what it was given is people's.
        name = getattr(getattr(work, "func", work), "__name__", "a task")
        log.exception("incident %s: %s failed", secrets.token_hex(4), name)
        return None
