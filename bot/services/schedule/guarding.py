"""One bad item never stops the others: each is guarded, and in its own transaction."""

import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from bot.db import outbox, timers
from bot.domain import due_posts
from bot.domain.reminders import Timer, TimerKind
from bot.services.deps import Deps
from bot.services.desks import seated

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
TOLD_AFTER = 3
"""Failures of one thing before the stewards are told of it."""

Item = TypeVar("Item")
Result = TypeVar("Result")

Task = Callable[[Deps], int]
"""Does what is due; returns how many things it did. Again, or on another replica: nothing more."""

Look = Callable[[Deps], tuple[Task, ...]]
"""Reads what is due, and returns what does it: nothing when nothing is."""


class SomeFailed(Exception):
    """Some items could not be done; the others were."""


Work = Callable[[Deps, tuple[Timer, ...]], int]
"""Does several due timers at once; returns how many it did."""


def due_now(deps: Deps, kinds: Iterable[TimerKind]) -> tuple[Timer, ...]:
    """Return the timers of `kinds` that are due, soonest first."""
    with deps.read() as session:
        return timers.due(session, deps.workspace, kinds, deps.now())


def each_due(deps: Deps, kinds: Iterable[TimerKind], work: Callable[[Deps, Timer], bool]) -> int:
    """Do `work` for each timer of `kinds` that is due; return how many said that they did it."""

    def alone(deps: Deps, due: tuple[Timer, ...]) -> int:
        return work(deps, due[0])

    return sum(guarded(deps, (timer,), alone) for timer in due_now(deps, kinds))


def guarded(deps: Deps, due: tuple[Timer, ...], work: Work) -> int:
    """Do `work` on timers together, and on each alone when that fails; return how many were done.

    A failure is logged, tried again later, and told to the stewards at the third.
    """
    try:
        return work(deps, due)
    except Exception:
        log.exception("incident %s: %s timers failed", secrets.token_hex(4), len(due))
    if len(due) > 1:
        return sum(guarded(deps, (timer,), work) for timer in due)
    _try_later(deps, due[0])
    return 0


def all_done(items: Iterable[Item], work: Callable[[Item], object]) -> None:
    """Do `work` on every item, whatever one of them does. Raises SomeFailed at the end."""
    wanted = tuple(items)
    failed = len(wanted) - len(those_done(wanted, work))
    if failed:
        raise SomeFailed(failed)


def those_done(items: Iterable[Item], work: Callable[[Item], Result]) -> tuple[Result, ...]:
    """Return what `work` makes of the items; one that it fails on is logged and left out."""
    found: list[Result] = []
    for item in items:
        try:
            found.append(work(item))
        except Exception:
            log.exception("incident %s: one of several failed", secrets.token_hex(4))
    return tuple(found)


def _try_later(deps: Deps, timer: Timer) -> None:
    now, attempts = deps.now(), timer.attempts + 1
    wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    with deps.begin() as session:
        timers.put_off(session, deps.workspace, timer, now + wait, is_late=True, attempts=attempts)
        if attempts != TOLD_AFTER:
            return
        told = tuple(
            due_posts.failed_timer(timer.key, person, request=timer.request, what=timer.kind)
            for person in seated(session, deps).stewards
        )
        outbox.add(session, deps.workspace, told, at=now)
    deps.wake()
