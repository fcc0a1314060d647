"""The shared artefacts: read by everybody, said current by the seat that keeps each.

The right is asked anew at every click: a button that is seen is not a right.
"""

from bot.domain.artefacts import Artefact, Body, Kept
from bot.domain.home import Tab
from bot.i18n import text
from bot.services import artefacts
from bot.services.metrics import Scope
from bot.slack import forms, ids
from bot.slack.artefact_form import Shown, body_in, shown_by, shown_in
from bot.slack.call import Call, acting, showing
from bot.slack.dumping import dump_view
from bot.slack.home_pages import publish
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.artefact_page import artefact_form, artefact_page
from bot.slack.views.artefacts import listed, noted
from bot.slack.views.menus import said
from bot.slack.views.small_forms import notice_view


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.ARTEFACT_READ)(showing(kit, on_read))
    board.action(ids.ARTEFACT_UPDATE)(showing(kit, on_update))
    board.action(ids.ARTEFACT_CONFIRM)(acting(kit, on_confirm))
    board.view(ids.ARTEFACT_FORM)(acting(kit, on_submit))


def show_artefacts(call: Call) -> None:
    """Answer with the four artefacts."""
    deps = call.kit.deps
    kept = artefacts.all_kept(deps)
    call.answer(listed(kept, call.person, deps.now(), call.kit.zone, call.locale))


def on_read(call: Call) -> None:
    """Open what an artefact says, over the modal it stands in if any."""
    found = artefacts.page(call.kit.deps, _clicked(call).artefact, _scope(call))
    at = call.kit.deps.now()
    call.push_view(lambda locale: artefact_page(found, at, locale))


def on_update(call: Call) -> None:
    """Open the form for who keeps the artefact; a reminder that was answered opens nothing."""
    deps, shown = call.kit.deps, _clicked(call)
    kept = artefacts.to_keep(deps, shown.artefact, call.person)
    if not shown.in_home:
        artefacts.require_unsettled(kept, shown.seen)
    found = artefacts.page(deps, shown.artefact, _scope(call))
    carried = Shown(artefact=shown.artefact, seen=found.kept.seen, in_home=shown.in_home).carried
    call.open_view(lambda locale: artefact_form(found, locale, metadata=carried))


def on_confirm(call: Call) -> None:
    """Say that an artefact is still current, in one click."""
    deps, shown = call.kit.deps, _clicked(call)
    key = forms.click_key(call.body)
    artefacts.confirm(deps, shown.artefact, call.person, key=key, seen=shown.seen)
    if shown.in_home:
        _redraw(call)
    else:
        call.kit.later(lambda: call.answer(said(_thanks(call, shown.artefact))))
    call.ack()


def on_submit(call: Call) -> None:
    """Keep what is typed; errors stay beside their field, and nothing typed is lost."""
    deps, shown = call.kit.deps, shown_in(call.view)
    before = _before(artefacts.to_keep(deps, shown.artefact, call.person))
    key = forms.submission_key(call.view)
    body = body_in(call.view, before)
    artefacts.update(deps, shown.artefact, call.person, body, key=key, seen=shown.seen)
    if shown.in_home:
        _redraw(call)
        call.ack()
    else:
        title = text(call.locale, "artefact.title")
        view = notice_view(title, _thanks(call, shown.artefact), call.locale)
        call.ack(response_action="update", view=dump_view(view))


def _before(kept: Kept) -> Body:
    return kept.last.body if kept.last else Body()


def _clicked(call: Call) -> Shown:
    in_home = (call.body.get("view") or {}).get("type") == "home"
    return shown_by(forms.action_value(call.body), in_home=in_home)


def _redraw(call: Call) -> None:
    kit, person = call.kit, call.person
    kit.later_in_line(person, lambda: publish(kit, person, Tab.CHARTER))


def _thanks(call: Call, artefact: Artefact) -> str:
    kept = artefacts.to_keep(call.kit.deps, artefact, call.person)
    return noted(kept, call.kit.zone, call.locale)


def _scope(call: Call) -> Scope | None:
    """Return whose decisions the person may see; None when the channel is not theirs."""
    if not call.kit.audience.may_see(call.person, call.kit.deps.channel):
        return None
    return Scope(channels=call.kit.audience.reader(call.person).channels)
