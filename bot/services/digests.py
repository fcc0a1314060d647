"""Digests: who gets them, and what they say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, islice

from sqlalchemy import Connection

from bot.db import digest_lists, digests, metrics, people, requests
from bot.db.decisions import Scope
from bot.domain.charter import Charter
from bot.domain.digest import (
    SHOWN_DECIDED,
    SHOWN_DUE,
    SHOWN_LATE,
    WEEKS,
    Digest,
    Group,
    Subscription,
    Target,
    Week,
    period_of,
    share_out,
    since_the_first,
)
from bot.domain.ids import ImpactId, PersonId, RequestId, SquadId
from bot.domain.metrics import PERIOD, Period, Times, Timing
from bot.domain.posts import Post
from bot.domain.summary import Sheet
from bot.services import artefacts
from bot.services.bypasses_numbers import bypass_totals
from bot.services.deps import Deps
from bot.services.desks import seated
from bot.services.metrics import SHOWN_TIMINGS, counts_of
from bot.services.reading import linked, sheets_of
from bot.services.rituals import coming_in

A_WEEK = timedelta(weeks=1)


def subscribe(deps: Deps, person: PersonId, squads: tuple[SquadId, ...]) -> Subscription:
    """Send `person` a digest by direct message, about `squads`; all of them when empty.

    The first one covers the week under way; somebody who comes back is never told twice.
    """
    wanted, target = Subscription(person=person, squads=squads), Target(person=person)
    with deps.begin() as session:
        digests.subscribe(session, deps.workspace, wanted)
        start_covering(session, deps, target)
    return wanted


def start_covering(session: Connection, deps: Deps, target: Target) -> None:
    """Let the next digest of `target` start at the latest slot, or where its last one ended."""
    slot = deps.charter.digest.latest_slot(deps.now(), deps.charter.calendar)
    last = digests.covered_until(session, deps.workspace, target)
    if last is None or last < slot:
        untold = Period(start=last or slot - A_WEEK, end=slot)
        digests.cover(session, deps.workspace, target, untold)


def unsubscribe(deps: Deps, person: PersonId) -> None:
    """Send `person` no digest any more."""
    with deps.begin() as session:
        digests.unsubscribe(session, deps.workspace, person)


def subscription(deps: Deps, person: PersonId) -> Subscription | None:
    """Return what `person` subscribed to, None when nothing."""
    with deps.read() as session:
        return digests.subscription(session, deps.workspace, person)


def squads_of(deps: Deps, person: PersonId) -> tuple[SquadId, ...]:
    """Return the squads where `person` holds a seat, in the charter's order."""
    with deps.read() as session:
        charter = seated(session, deps)
    held = {seat.key.squad for seat in charter.seats if person in seat.members}
    return tuple(squad.id for squad in charter.squads if squad.id in held)


def preview(deps: Deps, squads: tuple[SquadId, ...]) -> Digest:
    """Return the digest of the week so far: what would be sent if it ended now."""
    slot = deps.charter.digest.latest_slot(deps.now(), deps.charter.calendar)
    # The week so far; just after a slot, the week that it closed.
    start = slot - A_WEEK if deps.now() - slot < timedelta(days=1) else slot
    scope = Scope(channels=frozenset({deps.channel}), squads=squads)
    with deps.read() as session:
        return digest_of(session, deps, scope, Period(start=start, end=deps.now()))


def curve(deps: Deps, scope: Scope) -> tuple[Week, ...]:
    """Return the last weeks of `scope`, oldest first; the last one ends now."""
    weeks = _weeks(deps.now())
    with deps.read() as session:
        timed = metrics.times(session, deps.workspace, scope, weeks, [Timing.ELAPSED])
        filed = metrics.count_filed(session, deps.workspace, scope, weeks)
    return _told(deps, weeks, filed, timed)


def told_by(session: Connection, deps: Deps, post: Post) -> Digest:
    """Return what the digest of `post` says."""
    squads: tuple[SquadId, ...] = ()
    if post.person:
        found = digests.subscription(session, deps.workspace, post.person)
        squads = found.squads if found else ()
    channel = post.channel or deps.channel
    scope = Scope(channels=frozenset({channel}), squads=squads)
    return digest_of(session, deps, scope, period_of(post))


def digest_of(session: Connection, deps: Deps, scope: Scope, period: Period) -> Digest:
    """Return what a digest about `scope` says of `period`, with what waits at this moment."""
    charter = seated(session, deps)
    where = (session, deps.workspace, scope)
    late = digest_lists.late(*where, deps.now(), limit=SHOWN_LATE)
    due_days = _due_days(charter, period.end)
    due = digest_lists.deliverables(*where, due_days, limit=SHOWN_DUE)
    counts = metrics.by_impact(*where, period)
    weeks = _weeks(period.end)
    timed = metrics.times(*where, weeks, [Timing.ELAPSED])
    six_weeks = Period(start=period.end - PERIOD, end=period.end)
    (times,) = metrics.times(*where, [six_weeks], SHOWN_TIMINGS)
    (filed,) = metrics.count_filed(*where, [period])
    counted = counts_of(session, deps, scope, six_weeks)
    open_count, late_count = digest_lists.count_open(*where, deps.now())
    found = Digest(
        period=period,
        charter=charter,
        squads=scope.squads,
        filed=filed,
        decided=sum(count for _, count in counts),
        groups=_groups(session, deps, scope, period, counts),
        open_count=open_count,
        late_count=late_count,
        late=linked(session, deps, late),
        due_count=digest_lists.count_deliverables(*where, due_days),
        due=_sheets(session, deps, due),
        times={timing: times.get(timing, {}) for timing in SHOWN_TIMINGS},
        shares=counted.tally.shares,
        weeks=since_the_first(_told(deps, weeks, metrics.count_filed(*where, weeks), timed)),
        bypasses=bypass_totals(session, deps, period),
        meetings=coming_in(session, deps, None),
        is_breathless=artefacts.is_breathless(session, deps, scope, period.end),
    )
    return replace(found, names=people.names(session, deps.workspace, found.people))


def _due_days(charter: Charter, end: datetime) -> tuple[date, date]:
    """Return the seven local days from the end of a digest on: what is due until the next one."""
    first = charter.calendar.local_date(end)
    return first, first + timedelta(days=6)


def _groups(
    session: Connection,
    deps: Deps,
    scope: Scope,
    period: Period,
    counts: tuple[tuple[ImpactId, int], ...],
) -> tuple[Group, ...]:
    places = share_out(counts, SHOWN_DECIDED)
    where = (session, deps.workspace, scope, period)
    shown = {
        impact: digest_lists.decided(*where, impact=impact, limit=limit)
        for impact, limit in places.items()
        if limit
    }
    sheets = iter(_sheets(session, deps, tuple(chain.from_iterable(shown.values()))))
    return tuple(
        Group(impact=impact, count=count, sheets=tuple(islice(sheets, len(shown[impact]))))
        for impact, count in counts
        if impact in shown
    )


def _sheets(session: Connection, deps: Deps, wanted: tuple[RequestId, ...]) -> tuple[Sheet, ...]:
    found = requests.many(session, deps.workspace, wanted)
    return sheets_of(session, deps, [found[request] for request in wanted])


def _weeks(end: datetime) -> tuple[Period, ...]:
    """Return the weeks of the curve, oldest first; the last one ends at `end`."""
    starts = [end - number * A_WEEK for number in range(WEEKS, 0, -1)]
    return tuple(Period(start=start, end=start + A_WEEK) for start in starts)


def _told(
    deps: Deps, periods: Sequence[Period], filed: Sequence[int], timed: Sequence[Times]
) -> tuple[Week, ...]:
    calendar = deps.charter.calendar
    medians = [times.get(Timing.ELAPSED, {}) for times in timed]
    return tuple(
        Week(
            starts_on=calendar.local_date(period.start),
            filed=count,
            decided=sum(spread.n for spread in of_week.values()),
            medians=of_week,
        )
        for period, count, of_week in zip(periods, filed, medians, strict=True)
    )
