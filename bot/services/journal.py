"""The journal: every request and what happened to it, for those who may read it."""

from bot.db import events, requests, search
from bot.db.errors import NotFound
from bot.domain.events import Event
from bot.domain.ids import ChannelId, RequestId
from bot.domain.journal import Page, Query, Reader
from bot.domain.summary import Sheet
from bot.services.deps import Deps
from bot.services.reading import linked, sheet_of


def channels(deps: Deps) -> tuple[ChannelId, ...]:
    """Return the channels where requests were ever posted."""
    with deps.read() as session:
        return search.channels(session, deps.workspace)


def page(deps: Deps, reader: Reader, query: Query) -> Page:
    """Return the page that `query` asks for, of what `reader` may see, newest first."""
    with deps.read() as session:
        found = search.page(session, deps.workspace, reader, query)
        lines = linked(session, deps, found.lines)
    return Page(lines=lines, has_older=found.has_older, has_newer=found.has_newer)


def history(deps: Deps, reader: Reader, request_id: RequestId) -> tuple[Sheet, tuple[Event, ...]]:
    """Return a request and all that happened to it, oldest first.

    Raises NotFound for one that does not exist, and for one that `reader` may not see: it does
    not exist for them.
    """
    with deps.read() as session:
        request = requests.get(session, deps.workspace, request_id)
        if not reader.may_see(request):
            raise NotFound(request_id)
        happened = events.of_request(session, deps.workspace, request_id)
        return sheet_of(session, deps, request), happened
