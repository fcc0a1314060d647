"""The clock of a request: due dates, reminders, and how long a decision took.

Pure. Every instant is aware UTC. Source: governance §6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendar import Calendar, Span, add_each, add_working, working_between


@dataclass(frozen=True, kw_only=True)
class Pause:
    """The clock stood still from `start`, until `end`; None while it still does."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TimeToDecide:
    """How long a decision took, in elapsed and working time, with the pauses and without."""

    elapsed: timedelta
    elapsed_unpaused: timedelta
    working: timedelta
    working_unpaused: timedelta


def due_at(
    calendar: Calendar, started_at: datetime, allowance: timedelta, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """Return when `allowance` of working time has passed; None while the clock is paused."""
    if any(pause.end is None for pause in pauses):
        return None
    return add_working(calendar, started_at, allowance, away=_ended(pauses))


def reminder_instants(
    calendar: Calendar,
    started_at: datetime,
    allowance: timedelta,
    *,
    fractions: Sequence[float],
    pauses: Sequence[Pause] = (),
) -> tuple[datetime, ...]:
    """Return when each of `fractions` of the allowance has passed, in order; empty while paused."""
    if any(pause.end is None for pause in pauses):
        return ()
    amounts = sorted(allowance * share for share in fractions)
    return add_each(calendar, started_at, amounts, away=_ended(pauses))


def time_to_decide(
    calendar: Calendar, submitted_at: datetime, decided_at: datetime, pauses: Sequence[Pause] = ()
) -> TimeToDecide:
    """Return how long it took from `submitted_at` to `decided_at`."""
    away = [
        Span(start=max(span.start, submitted_at), end=min(span.end, decided_at))
        for span in _ended(pauses, by=decided_at)
        if span.start < decided_at and span.end > submitted_at
    ]
    elapsed = decided_at - submitted_at
    return TimeToDecide(
        elapsed=elapsed,
        elapsed_unpaused=elapsed - sum((span.length for span in away), timedelta()),
        working=working_between(calendar, submitted_at, decided_at),
        working_unpaused=working_between(calendar, submitted_at, decided_at, away=away),
    )


def _ended(pauses: Sequence[Pause], *, by: datetime | None = None) -> tuple[Span, ...]:
    return tuple(
        Span(start=pause.start, end=end)
        for pause in pauses
        if (end := pause.end or by) is not None and end > pause.start
    )
