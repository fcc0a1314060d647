"""The numbers: kept as decisions are made, read when somebody looks."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.db import counters, decisions, digest_lists, events, metrics, record, search
from bot.db.decisions import Scope
from bot.domain.calendar import Calendar
from bot.domain.events import Event
from bot.domain.metrics import PERIOD, Numbers, Period, Rate, Share, Timing, times_of, trends
from bot.domain.metrics_facts import ENDINGS, facts_of
from bot.domain.request import Request
from bot.domain.summary import Summary
from bot.services.deps import Deps
from bot.services.reading import linked

__all__ = ["Scope"]  # what readers need of the database's numbers

CAUGHT_UP = "journal_caught_up"
"""The counter that is 1 once what was filed before the journal is in it."""

BEHIND = 20

SHOWN_TIMINGS = (Timing.ELAPSED, Timing.WORKING_UNPAUSED)
"""The two that are shown first; the others are a tap away."""


def keep(session: Connection, calendar: Calendar, request: Request, moved: Sequence[Event]) -> None:
    """Count the decisions of `request` anew when one was made, reopened or superseded."""
    if any(event.kind in ENDINGS for event in moved):
        happened = events.of_request(session, request.workspace, request.id)
        decisions.keep(session, request, facts_of(request, happened, calendar))


def catch_up(deps: Deps) -> int:
    """Put what was filed before the journal existed in it, once; return how many requests.

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
                search.keep(session, request)
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


def numbers(
    deps: Deps, scope: Scope, period: Period, timings: tuple[Timing, ...] = SHOWN_TIMINGS
) -> Numbers:
    """Return everything that is measured over `period`, within `scope`."""
    with deps.read() as session:
        where = (session, deps.workspace, scope)
        before, now = metrics.durations(*where, [period.before, period], timings)
        tally = metrics.tally(*where, period)
        (filed,) = metrics.count_filed(*where, [period])
        waiting = metrics.waiting(*where, deps.now())
    past, times = times_of(before), times_of(now)
    return Numbers(
        period=period,
        filed=filed,
        tally=tally,
        times={timing: times.get(timing, {}) for timing in timings},
        waiting=waiting,
        trends=trends(times.get(Timing.ELAPSED, {}), past.get(Timing.ELAPSED, {})),
    )


def gauges(deps: Deps) -> dict[str, float]:
    """Return what is watched from outside: how many requests wait, and how many are late."""
    scope = Scope(channels=frozenset({deps.channel}))
    with deps.read() as session:
        return {
            "requests_open": digest_lists.count_open(session, deps.workspace, scope),
            "requests_late": digest_lists.count_late(session, deps.workspace, scope, deps.now()),
        }


def behind(
    deps: Deps, scope: Scope, period: Period, rate: Rate
) -> tuple[Share, tuple[Summary, ...]]:
    """Return a rate and the latest requests that it counts."""
    with deps.read() as session:
        share = metrics.tally(session, deps.workspace, scope, period).shares[rate]
        found = metrics.behind(session, deps.workspace, scope, period, rate, limit=BEHIND)
        return share, linked(session, deps, found)
