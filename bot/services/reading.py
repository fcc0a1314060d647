"""What readers are shown: requests in a line or in full. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from bot.db import cards, drafts, lists, outbox, requests
from bot.domain import posts
from bot.domain.calendar import months_later
from bot.domain.content import Draft
from bot.domain.ids import ChannelId, PersonId, RequestId, SquadId
from bot.domain.request import Request
from bot.domain.summary import Listed, Sheet, Summary
from bot.services.deps import Deps
from bot.services.desks import seated

SHOWN = 15
"""How many requests a list of one's own shows at once."""


def sheet(deps: Deps, request_id: RequestId) -> Sheet:
    """Return everything a card shows of a request as it stands now."""
    with deps.read() as session:
        return sheet_of(session, deps, requests.get(session, deps.workspace, request_id))


def sheet_of(session: Connection, deps: Deps, request: Request) -> Sheet:
    """Return the sheet of `request` inside an open transaction."""
    (found,) = sheets_of(session, deps, (request,))
    return found


def sheets_of(session: Connection, deps: Deps, wanted: Sequence[Request]) -> tuple[Sheet, ...]:
    """Return the sheets of several requests inside an open transaction, in their order."""
    places = cards.places(session, deps.workspace, tuple(request.id for request in wanted))
    return tuple(sheet_at(session, deps, request, places.get(request.id)) for request in wanted)


def sheet_at(session: Connection, deps: Deps, request: Request, place: cards.Place | None) -> Sheet:
    """Return the sheet of `request`, whose card is known to be at `place`."""
    url = deps.permalink(*place) if place else None
    return Sheet(request=request, charter=seated(session, deps), url=url)


def find(deps: Deps, number: int) -> Sheet | None:
    """Return the sheet of `ARB-<number>`, None when there is none."""
    with deps.read() as session:
        request = requests.find(session, deps.workspace, number)
        return sheet_of(session, deps, request) if request else None


def request_at(deps: Deps, channel: ChannelId, ts: str) -> RequestId | None:
    """Return the request whose card or panel is the message `ts` of `channel`."""
    with deps.read() as session:
        return cards.request_at(session, deps.workspace, channel, ts)


def inbox(deps: Deps, person: PersonId, *, limit: int = SHOWN) -> Listed:
    """Return what `person` has to decide (or, as a steward, to assign), most pressing first."""
    with deps.read() as session:
        found = lists.inbox(session, deps.workspace, person, limit)
        total = lists.count_inbox(session, deps.workspace, person)
        return Listed(lines=linked(session, deps, found), total=total)


def to_assign(deps: Deps, person: PersonId, lines: Iterable[Summary]) -> frozenset[RequestId]:
    """Return those of `lines` that wait for `person`, as a steward, to name who decides."""
    with deps.read() as session:
        return lists.to_assign(session, deps.workspace, person, (line.id for line in lines))


def mine(deps: Deps, person: PersonId, *, limit: int = SHOWN) -> Listed:
    """Return the requests of `person`, open ones first, newest first."""
    with deps.read() as session:
        found = lists.mine(session, deps.workspace, person, limit)
        total = lists.count_mine(session, deps.workspace, person)
        return Listed(lines=linked(session, deps, found), total=total)


def unfinished(deps: Deps, person: PersonId) -> Draft | None:
    """Return the latest draft of `person`, None when they left none."""
    with deps.read() as session:
        return drafts.latest(session, deps.workspace, person)


def titles(session: Connection, deps: Deps, squads: Iterable[SquadId]) -> tuple[Summary, ...]:
    """Return the requests that one about `squads` could repeat."""
    found = lists.candidates(session, deps.workspace, tuple(squads), deps.now())
    return linked(session, deps, found)


def linked(session: Connection, deps: Deps, summaries: tuple[Summary, ...]) -> tuple[Summary, ...]:
    """Return `summaries` with the addresses of their cards."""
    places = cards.places(session, deps.workspace, tuple(summary.id for summary in summaries))
    return tuple(
        replace(found, url=deps.permalink(*places[found.id])) if found.id in places else found
        for found in summaries
    )


def show_named(
    deps: Deps, number: int, channel: ChannelId, *, thread_ts: str, apart: RequestId | None
) -> None:
    """Queue the short answer to a message that names a request, once per thread.

    Nothing is said in the thread of the request itself (`apart`), nor of an unknown number.
    """
    with deps.begin() as session:
        request = requests.find(session, deps.workspace, number)
        if request is None or request.id == apart:
            return
        post = posts.unfurl(request, channel, thread_ts)
        outbox.add(session, deps.workspace, (post,), at=deps.now())
    deps.wake()


def review_date(deps: Deps, request: Request) -> date:
    """Return when a decision on `request` is reviewed unless its decider says otherwise.

    A working day. Source: governance §5: six months for vision and strategy, else one cycle.
    """
    today = deps.charter.calendar.local_date(deps.now())
    months = deps.charter.review_months[request.route.layer]
    return deps.charter.calendar.next_working_day(months_later(today, months))
