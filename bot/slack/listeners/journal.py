"""The journal: what was decided, found again by those who may read it."""

from slack_sdk.models.views import View

from bot.domain.ids import RequestId
from bot.domain.journal import Query, Turn
from bot.services import journal, requests
from bot.slack import forms, ids
from bot.slack.call import Call, acting, redrawing, showing
from bot.slack.dumping import dump_view
from bot.slack.home_pages import draw_journal
from bot.slack.journal_form import Asked, asked_in
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.journal import journal as journal_view
from bot.slack.views.journal import request_page


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    for action in ids.JOURNAL_FILTERS.values():
        board.action(action)(redrawing(kit, on_filter))
    board.action(ids.JOURNAL_CLEAR)(redrawing(kit, on_clear))
    board.action(ids.JOURNAL_OLDER)(redrawing(kit, on_older))
    board.action(ids.JOURNAL_NEWER)(redrawing(kit, on_newer))
    board.action(ids.JOURNAL_WORDS)(redrawing(kit, on_filter))
    board.view(ids.JOURNAL)(acting(kit, on_search))
    board.action(ids.REQUEST_PAGE)(showing(kit, on_open_request))
    board.action(ids.HISTORY_BEFORE)(redrawing(kit, on_before))


def show(call: Call, words: str) -> None:
    """Open the journal on the requests found by `words`; on the latest without any."""
    asked = Asked(words=words)
    call.open_view(lambda locale: _drawn(call, asked, locale))


def _drawn(call: Call, asked: Asked, locale: str, *, turn: Turn | None = None, at: int = 0) -> View:
    """Return the journal on one page: the newest, or the one older or newer than number `at`."""
    deps = call.kit.deps
    query = _query(call, asked, turn, at)
    page = journal.page(deps, call.kit.audience.reader(call.person), query)
    return journal_view(requests.charter_of(deps), asked, page, locale)


def _query(call: Call, asked: Asked, turn: Turn | None, at: int) -> Query:
    below, above = (at if turn is wanted else None for wanted in (Turn.OLDER, Turn.NEWER))
    return asked.query(call.kit.deps.now(), below=below, above=above)


def on_filter(call: Call) -> None:
    """Show the first page of what the filters let through."""
    _redraw(call, asked_in(call.view))


def on_clear(call: Call) -> None:
    """Show everything again."""
    _redraw(call, Asked(turn=asked_in(call.view).turn + 1))


def on_older(call: Call) -> None:
    """Turn to older requests."""
    _redraw(call, asked_in(call.view), turn=Turn.OLDER)


def on_newer(call: Call) -> None:
    """Turn back to newer requests."""
    _redraw(call, asked_in(call.view), turn=Turn.NEWER)


def _redraw(call: Call, asked: Asked, *, turn: Turn | None = None) -> None:
    value = forms.action_value(call.body)
    at = int(value) if turn and value.isdigit() else 0
    if call.view["type"] == "home":
        draw_journal(call.kit, call.person, asked, _query(call, asked, turn, at))
    else:
        shown = _drawn(call, asked, call.locale, turn=turn, at=at)
        call.kit.update_view(call.view["id"], shown)


def on_search(call: Call) -> None:
    """Show what the words find, in the same modal."""
    found = _drawn(call, asked_in(call.view), call.locale)
    call.ack(response_action="update", view=dump_view(found))


def on_open_request(call: Call) -> None:
    """Open a request's page: over the journal, or by itself from a message or the App Home."""
    reader = call.kit.audience.reader(call.person)
    request_id = RequestId(forms.action_value(call.body))
    sheet, events = journal.history(call.kit.deps, reader, request_id)
    call.push_view(lambda locale: request_page(sheet, events, locale))


def on_before(call: Call) -> None:
    """Show what happened to a request before what its page shows."""
    reader = call.kit.audience.reader(call.person)
    request_id, _, seq = forms.action_value(call.body).partition("|")
    sheet, events = journal.history(call.kit.deps, reader, RequestId(request_id))
    earlier = tuple(event for event in events if seq.isdigit() and event.seq < int(seq))
    call.kit.update_view(call.view["id"], request_page(sheet, earlier, call.locale))
