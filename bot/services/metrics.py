"""The numbers: kept as decisions are made, read when somebody looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.db import behind as rows
from bot.db import (
    counters,
    decisions,
    digest_lists,
    events,
    metrics,
    metrics_beside,
    record,
    search_words,
)
from bot.db.decisions import Scope
from bot.domain.bypass import Counted
from bot.domain.calendar import Calendar
from bot.domain.events import Event
from bot.domain.ids import RitualId
from bot.domain.metrics import (
    PERIOD,
    Numbers,
    Period,
    Rate,
    Tally,
    Timing,
    shares_beside,
    trends,
)
from bot.domain.metrics_exposed import Measure, measured
from bot.domain.metrics_facts import COUNTED, facts_of
from bot.domain.metrics_opened import PAGE, Behind, Kind, Number
from bot.domain.metrics_rituals import RitualTally, tally_rituals
from bot.domain.request import Request
from bot.services import artefacts
from bot.services.bypasses_numbers import bypass_totals
from bot.services.deps import Deps
from bot.services.reading import linked

__all__ = ["Scope"]  # what readers need of the database's numbers

CAUGHT_UP = "verdicts_caught_up"
"""The counter that is 1 once what was filed before is counted as this version counts.

A version that counts more of a decision takes another name."""

SHOWN_TIMINGS = (Timing.ELAPSED, Timing.WORKING_UNPAUSED)
"""The two that are shown first; the others are a tap away."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What is counted over a period: every rate, and the bypasses and rituals behind some."""

    tally: Tally
    bypasses: Counted
    rituals: Mapping[RitualId, RitualTally]


def keep(session: Connection, calendar: Calendar, request: Request, moved: Sequence[Event]) -> None:
    """Count the decisions of `request` anew when one was made, delivered, reopened, superseded."""
    if any(event.kind in COUNTED for event in moved):
        happened = events.of_request(session, request.workspace, request.id)
        decisions.keep(session, request, facts_of(request, happened, calendar))


def catch_up(deps: Deps) -> int:
    """Put what was filed before this version in the journal, once; return how many requests.

    A batch per transaction: a start that is cut begins again, and replicas may do it together.
    """
    with deps.read() as session:
        if counters.last(session, deps.workspace, CAUGHT_UP):
            return 0
    count = after = 0
    while True:
        with deps.begin() as session:
            batch = record.batch_after(session, deps.workspace, after)
            for request, happened in batch:
                search_words.keep(session, request)
                facts = facts_of(request, happened, deps.charter.calendar)
                decisions.keep(session, request, facts)
            if not batch:
                counters.take(session, deps.workspace, CAUGHT_UP)
                return count
        count += len(batch)
        after = batch[-1][0].number


def latest(deps: Deps) -> Period:
    """Return the period the numbers look back on: the last six weeks."""
    return Period(start=deps.now() - PERIOD, end=deps.now())


def days_of(deps: Deps, period: Period) -> tuple[date, date]:
    """Return the local days whose ends are in `period`: from the first to before the second."""
    calendar = deps.charter.calendar
    return calendar.local_date(period.start), calendar.local_date(period.end)


def numbers(
    deps: Deps, scope: Scope, period: Period, timings: tuple[Timing, ...] = SHOWN_TIMINGS
) -> Numbers:
    """Return everything that is measured over `period`, within `scope`."""
    with deps.read() as session:
        where = (session, deps.workspace, scope)
        (before,) = metrics.times(*where, [period.before], [Timing.ELAPSED])
        (now,) = metrics.times(*where, [period], timings)
        (filed,) = metrics.count_filed(*where, [period])
        counted = counts_of(session, deps, scope, period)
        waiting = metrics.waiting(*where, deps.now())
        is_breathless = artefacts.is_breathless(session, deps, scope, period.end)
    return Numbers(
        period=period,
        filed=filed,
        tally=counted.tally,
        times={timing: now.get(timing, {}) for timing in timings},
        waiting=waiting,
        trends=trends(now.get(Timing.ELAPSED, {}), before.get(Timing.ELAPSED, {})),
        bypasses=counted.bypasses,
        rituals=counted.rituals,
        is_breathless=is_breathless,
    )


def counts_of(session: Connection, deps: Deps, scope: Scope, period: Period) -> Counts:
    """Return every rate of a period, and what those beside decisions are counted from."""
    tally = metrics.tally(session, deps.workspace, scope, period)
    days = days_of(deps, period)
    on_time = metrics_beside.on_time(session, deps.workspace, scope, days)
    bypassed = bypass_totals(session, deps, period)
    held = tally_rituals(metrics_beside.rituals(session, deps.workspace, period), period)
    beside = {
        Rate.ON_TIME: on_time,
        Rate.FRESH: artefacts.fresh_share(session, deps, period.end),
        **shares_beside(bypassed, held),
    }
    shares = {**tally.shares, **beside}
    ordered = {rate: shares[rate] for rate in Rate}
    return Counts(tally=replace(tally, shares=ordered), bypasses=bypassed, rituals=held)


def gauges(deps: Deps) -> dict[str, float]:
    """Return what is watched from outside: how many requests wait, and how many are late."""
    scope = Scope(channels=frozenset({deps.channel}))
    with deps.read() as session:
        waiting, late = digest_lists.count_open(session, deps.workspace, scope, deps.now())
    return {"requests_open": waiting, "requests_late": late}


def measures(deps: Deps) -> tuple[Measure, ...]:
    """Return the numbers of the last six weeks, for who watches from outside."""
    scope = Scope(channels=frozenset({deps.channel}))
    return tuple(measured(numbers(deps, scope, latest(deps))))


def behind(deps: Deps, scope: Scope, period: Period, number: Number, *, skipped: int = 0) -> Behind:
    """Return a page of the requests that a number counts: those that `scope` lets be seen."""
    days = days_of(deps, period)
    where = rows.Where(workspace=deps.workspace, scope=scope, period=period, days=days)
    with deps.read() as session:
        total, n, found = rows.behind(session, where, number, skipped=skipped, limit=PAGE)
        lines = linked(session, deps, found)
        counted = counts_of(session, deps, scope, period) if number.kind is Kind.RATE else None
    share = counted.tally.shares[Rate(number.of)] if counted else None
    return Behind(
        number=number,
        period=period,
        total=total,
        skipped=skipped,
        lines=lines,
        n=n,
        share=share,
    )
