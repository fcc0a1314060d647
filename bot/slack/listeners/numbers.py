"""The numbers, and each opened to the requests behind it, for those who may read them.

What somebody may see is asked anew at every click: a button that is seen is not a right.
"""

from datetime import datetime

from slack_sdk.models.views import View

from bot.domain.counting import Period
from bot.domain.metrics import OF_ARTEFACTS, OF_BYPASSES, PERIOD, Rate, Timing
from bot.domain.metrics_opened import Kind, Number, number_named
from bot.i18n import text
from bot.services import artefacts, metrics, requests
from bot.services.bypasses_numbers import bypass_numbers
from bot.services.metrics import Scope
from bot.slack import forms, ids
from bot.slack.call import Call, redrawing, showing
from bot.slack.errors import OldControl
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.menus import said
from bot.slack.views.numbers import number_page, times_page
from bot.slack.views.stats import TIMES, stats


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.NUMBER)(showing(kit, on_open))
    board.action(ids.NUMBER_EARLIER)(redrawing(kit, on_turn))
    board.action(ids.NUMBER_LATER)(redrawing(kit, on_turn))


def show_stats(call: Call) -> None:
    """Answer with the numbers of the last six weeks."""
    scope = scope_of(call)
    if scope is None:
        return
    deps = call.kit.deps
    found = metrics.numbers(deps, scope, metrics.latest(deps))
    call.answer(stats(found, requests.charter_of(deps), call.locale))


def on_open(call: Call) -> None:
    """Open what a number is and the requests behind it, over the modal it stands in if any."""
    scope = scope_of(call)
    if scope is None:
        return
    deps, name = call.kit.deps, forms.action_value(call.body)
    period = metrics.latest(deps)
    if name == TIMES:
        numbers = metrics.numbers(deps, scope, period, tuple(Timing))
        call.push_view(lambda locale: times_page(numbers, locale))
        return
    number = _named(name)
    call.push_view(lambda locale: _page(call, scope, number, period, locale))


def on_turn(call: Call) -> None:
    """Show more of the requests behind the number that is open, over the same period."""
    scope = scope_of(call)
    if scope is None:
        return
    told = forms.metadata_of(call.view)
    number = _named(str(told.get("number")))
    skipped = forms.action_value(call.body)
    if not skipped.isdecimal():
        raise OldControl
    shown = _page(call, scope, number, _period(told.get("end")), call.locale, int(skipped))
    call.kit.update_view(call.view["id"], shown)


def _page(
    call: Call, scope: Scope, number: Number, period: Period, locale: str, skipped: int = 0
) -> View:
    deps = call.kit.deps
    found = metrics.behind(deps, scope, period, number, skipped=skipped)
    is_of_bypasses = number.kind is Kind.RATE and Rate(number.of) in OF_BYPASSES
    ways = bypass_numbers(deps, period.start, period.end) if is_of_bypasses else None
    is_of_artefacts = number.kind is Kind.RATE and Rate(number.of) in OF_ARTEFACTS
    kept = artefacts.all_kept(deps, period.end) if is_of_artefacts else ()
    charter = requests.charter_of(deps)
    return number_page(found, charter, locale, bypasses=ways, artefacts=kept)


def _named(name: str) -> Number:
    number = number_named(name)
    if number is None:
        raise OldControl
    return number


def _period(end: object) -> Period:
    """Return the period of a page that is open. Raises OldControl when it says none."""
    try:
        until = datetime.fromisoformat(str(end))
    except ValueError as error:
        raise OldControl from error
    return Period(start=until - PERIOD, end=until)


def scope_of(call: Call) -> Scope | None:
    """Return what the person's numbers are about; None, once they were told, when nothing is."""
    deps = call.kit.deps
    if call.kit.audience.may_see(call.person, deps.channel):
        return Scope(channels=call.kit.audience.reader(call.person).channels)
    call.answer(said(text(call.locale, "metrics.not_yours")))
    return None
