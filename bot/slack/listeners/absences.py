"""One's own absences: who would stand in is said as dates are picked."""

from slack_sdk.models.views import View

from bot.domain.absences import Dates
from bot.domain.errors import DomainError, MissingChoice
from bot.services import absences, requests
from bot.services.absences import Relief
from bot.slack import forms, ids, refusals
from bot.slack.call import Call, acting, redrawing, showing
from bot.slack.dumping import dump_view
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.absences import Shown, absence_form, absence_saved


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.ABSENCE)(showing(kit, on_absence))
    for action in ids.ABSENCE_DATES:
        board.action(action)(redrawing(kit, on_dates))
    board.view(ids.ABSENCE_FORM)(acting(kit, on_submit))
    board.action(ids.ABSENCE_CANCEL)(acting(kit, on_cancel))


def on_absence(call: Call) -> None:
    """Open the form, with the absences declared so far."""
    shown = _shown(call)
    call.open_view(lambda locale: absence_form(shown, locale))


def on_dates(call: Call) -> None:
    """Show who would stand in on the dates picked, and which deputies are away too."""
    if forms.dates_from(call.view) is not None:
        call.kit.update_view(call.view["id"], _redrawn(call))


def on_submit(call: Call) -> None:
    """Declare the absence; errors stay beside their field."""
    dates = forms.dates_from(call.view)
    if dates is None:
        raise MissingChoice(field="away_from")
    key = f"{forms.submission_key(call.view)}:{call.person}"
    relief = absences.declare(call.kit.deps, call.person, dates, key=key)
    view = absence_saved(_shown(call, relief=relief), call.locale)
    call.ack(response_action="update", view=dump_view(view))


def on_cancel(call: Call) -> None:
    """Forget an absence, and show those that are left."""
    absences.cancel(call.kit.deps, call.person, forms.action_value(call.body))
    call.ack()
    call.kit.later(lambda: call.kit.update_view(call.view["id"], _redrawn(call)))


def _redrawn(call: Call) -> View:
    """Return the form as it is filled, with what the dates would change."""
    dates = forms.dates_from(call.view)
    if dates is None:
        return absence_form(_shown(call), call.locale)
    try:
        relief = absences.preview(call.kit.deps, call.person, dates)
    except DomainError as error:
        trouble = refusals.sentence(error, call.locale)
        return absence_form(_shown(call, dates=dates, trouble=trouble), call.locale)
    return absence_form(_shown(call, dates=dates, relief=relief), call.locale)


def _shown(
    call: Call, *, dates: Dates | None = None, relief: Relief | None = None, trouble: str = ""
) -> Shown:
    deps = call.kit.deps
    return Shown(
        charter=relief.charter if relief else requests.charter_of(deps),
        zone=absences.hours_of(deps, call.person).zone,
        declared=absences.of_person(deps, call.person),
        stand_ins=relief.stand_ins if relief else (),
        others_away=relief.others_away if relief else (),
        dates=dates,
        is_previewed=relief is not None,
        trouble=trouble,
    )
