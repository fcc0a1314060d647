"""Preferences, and what stewards see of what will be posted."""

from bot.domain.errors import NotASteward
from bot.domain.people import Notify
from bot.i18n import LOCALES
from bot.services import people, requests
from bot.services.schedule import upcoming
from bot.slack import forms, ids
from bot.slack.call import Call, acting, showing
from bot.slack.home_pages import publish
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.preferences import preferences_form
from bot.slack.views.upcoming import upcoming_view


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.PREFERENCES)(showing(kit, on_preferences))
    board.view(ids.PREFERENCES_FORM)(acting(kit, on_submit))
    board.action(ids.UPCOMING)(showing(kit, on_upcoming))


def on_preferences(call: Call) -> None:
    """Open the form on what is preferred now."""
    deps = call.kit.deps
    known = people.known(deps, call.person)
    notify = known.notify if known else Notify.DM
    language = people.chosen_locale(deps, call.person)
    call.open_view(lambda locale: preferences_form(locale, notify=notify, language=language))


def on_submit(call: Call) -> None:
    """Keep what is preferred, and show the App Home in that language."""
    chosen = forms.choice_of(call.view, "language")
    notify = Notify(forms.choice_of(call.view, "notify") or Notify.DM)
    locale = chosen if chosen in LOCALES else None
    kept = people.prefer(call.kit.deps, call.person, notify=notify, locale=locale)
    call.kit.directory.recent.put(kept)
    call.ack()
    call.kit.later(lambda: publish(call.kit, call.person))


def on_upcoming(call: Call) -> None:
    """Show stewards what will be posted if nothing changes."""
    deps = call.kit.deps
    charter = requests.charter_of(deps)
    if call.person not in charter.stewards:
        raise NotASteward(stewards=",".join(charter.stewards))
    listed = upcoming.next_posts(deps, days=7)
    call.open_view(lambda locale: upcoming_view(listed, charter, locale))
