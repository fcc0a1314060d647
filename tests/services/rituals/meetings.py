"""What tests of rituals share: one ritual, its time, what the outbox gives out."""

from datetime import UTC, date, datetime, timedelta

from bot.db import outbox, people
from bot.db import rituals as rows
from bot.domain.ids import ChannelId, PersonId, RitualId
from bot.domain.people import Absence
from bot.domain.posts import Post
from bot.domain.request import Request
from bot.services import (
    moves,
    rituals_run,
)
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from bot.services.rituals_run import Which
from tests.builders import (
    HUGO,
    LEA,
    NOW,
    WORKSPACE,
    FakeClock,
    some_fields,
)
from tests.ticks import queue_ritual_posts

SYNC = RitualId("roadmap_sync")
STARTS = datetime(2026, 12, 8, 9, tzinfo=UTC)
THE_8TH = Which(ritual=SYNC, slot=date(2026, 12, 8))
THE_22ND = Which(ritual=SYNC, slot=date(2026, 12, 22))
_ZERO = timedelta()


def at(clock: FakeClock, before: timedelta = _ZERO, *, after: timedelta = _ZERO) -> None:
    clock.at = STARTS - before + after


def said(deps: Deps) -> list[Post]:
    """What the outbox gives out now; it is taken as sent."""
    found = []
    with deps.begin() as session:
        lease = (NOW, NOW + timedelta(seconds=60))
        while claimed := outbox.claim(session, WORKSPACE, now=deps.now(), lease=lease):
            outbox.mark_sent(session, WORKSPACE, claimed.id, at=NOW, place=("C", "1.0"))
            found.append(claimed.post)
    return found


def keys(deps: Deps) -> list[str]:
    return [post.key for post in said(deps)]


def tick(deps: Deps) -> list[str]:
    queue_ritual_posts(deps)
    return keys(deps)


def on_agenda(deps: Deps, key: str = "view:1", **changes: object) -> Request:
    command = FileRequest(key=key, draft="", fields=some_fields(**changes), by=HUGO)
    request, _ = file_request(deps, command)
    return moves.schedule(deps, request.id, request.route.deciders[0], key=f"s{key}")


def posted(deps: Deps, which: Which = THE_8TH) -> None:
    """The agenda stands in the channel."""
    with deps.begin() as session:
        place = (ChannelId("C0ARBITRAGES"), "9.0")
        rows.remember(session, WORKSPACE, (which.ritual, which.slot), rows.AGENDA, place)


def away(deps: Deps, person: PersonId, start: datetime, days: float) -> None:
    absence = Absence(person=person, start=start, end=start + timedelta(days=days))
    with deps.begin() as session:
        people.add_absence(session, WORKSPACE, absence, key=f"{person}{start}")
    deps.rosters.forget()


def running(deps: Deps, clock: FakeClock, count: int = 1) -> list[Request]:
    at(clock, timedelta(hours=1))
    found = [on_agenda(deps, f"view:{n}") for n in range(count)]
    at(clock)
    rituals_run.start(deps, THE_8TH, LEA, key="start")
    said(deps)
    return found
