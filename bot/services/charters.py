"""The charter in force, and the seats that nobody holds."""

from bot.db import charters, counters, outbox, timers
from bot.domain import posts
from bot.domain.charter import Role, SeatKey
from bot.services.deps import Deps
from bot.services.desks import desk_of, today


def put_in_force(deps: Deps, *, digest: str, text: str) -> int:
    """Keep the charter's text; return its version, the same while the text is.

    With a new one, the first tick plans anew what every request has before it.
    """
    now = deps.now()
    with deps.begin() as session:
        before = counters.last(session, deps.workspace, charters.VERSIONS)
        version = charters.put(session, deps.workspace, digest=digest, text=text, at=now)
        if version != before:
            timers.plan_all(session, deps.workspace, f"charter-{version}", now)
    return version


def report_vacant_seats(deps: Deps) -> tuple[SeatKey, ...]:
    """Tell the stewards of the seats that nobody active holds, once a day; return those seats."""
    with deps.begin() as session:
        desk = desk_of(session, deps)
        barred = desk.presence.barred
        vacant = tuple(s.key for s in desk.charter.seats if barred.issuperset(s.members))
        day = today(desk.charter, desk.now).isoformat()
        told = tuple(
            posts.vacant_seat(key.name, steward, day=day)
            for key in vacant
            if key.role is not Role.STEWARD
            for steward in desk.charter.stewards
            if steward not in barred
        )
        outbox.add(session, deps.workspace, told, at=desk.now)
    deps.wake()
    return vacant
