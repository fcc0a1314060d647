"""The journal and the numbers: what was decided, found again by those who may read it."""

from slack_sdk.models.views import View

from bot.domain.ids import RequestId
from bot.domain.journal import Query, Turn
from bot.domain.metrics import Rate, Timing
from bot.i18n import text
from bot.services import governance, journal, metrics, requests
from bot.services.metrics import Scope
from bot.slack import forms, ids
from bot.slack.call import Call, acting, redrawing, showing
from bot.slack.dumping import dump_view
from bot.slack.errors import OldControl
from bot.slack.home_pages import draw_journal
from bot.slack.journal_form import Asked, asked_in
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views import stats as views
from bot.slack.views.audit import audit_page
from bot.slack.views.journal import journal as journal_view
from bot.slack.views.journal import request_page
from bot.slack.views.menus import said


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
    board.action(ids.NUMBER)(showing(kit, on_open_number))


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


def show_stats(call: Call) -> None:
    """Answer with the numbers of the last six weeks."""
    scope = _scope(call)
    if scope is None:
        return
    deps = call.kit.deps
    call.answer(views.stats(metrics.numbers(deps, scope, metrics.latest(deps)), call.locale))


def show_audit(call: Call) -> None:
    """Answer with the governance audit."""
    scope = _scope(call)
    if scope is not None:
        call.answer(audit_page(governance.audit_of(call.kit.deps, scope), call.locale))


def on_open_number(call: Call) -> None:
    """Open what a number is and the requests behind it."""
    scope = _scope(call)
    if scope is None:
        return
    deps, wanted = call.kit.deps, forms.action_value(call.body)
    period = metrics.latest(deps)
    if wanted == views.TIMES:
        numbers = metrics.numbers(deps, scope, period, tuple(Timing))
        call.open_view(lambda locale: views.times_page(numbers, locale))
        return
    if wanted not in set(Rate):
        raise OldControl
    rate = Rate(wanted)
    share, behind = metrics.behind(deps, scope, period, rate)
    zone = call.kit.zone
    call.open_view(lambda locale: views.rate_page(rate, share, behind, locale, zone))


def _scope(call: Call) -> Scope | None:
    """Return what the person's numbers are about; None, once they were told, when nothing is."""
    deps = call.kit.deps
    if call.kit.audience.may_see(call.person, deps.channel):
        return Scope(channels=call.kit.audience.reader(call.person).channels)
    call.answer(said(text(call.locale, "metrics.not_yours")))
    return None
