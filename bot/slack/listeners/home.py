"""The App Home: published when it is opened, its tabs, and the lists too long for it."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, Respond

from bot.domain.home import OPEN_FOR, Tab
from bot.domain.ids import PersonId
from bot.services import homes, reading
from bot.slack import forms, ids
from bot.slack.call import Call, redrawing, showing
from bot.slack.errors import OldControl
from bot.slack.home_pages import draw_journal, publish
from bot.slack.journal_form import asked_in
from bot.slack.kit import Kit, Payload
from bot.slack.switchboard import Switchboard
from bot.slack.views.home_lists import MOST, whole_list


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""

    def on_home_opened(body: dict[str, Any], ack: Ack, _respond: Respond) -> None:
        ack()
        event = body["event"]
        person = PersonId(event["user"])
        if event.get("tab") == "home":
            kit.later_in_line(person, lambda: reopen(kit, person, event.get("view") or {}))
        else:
            kit.later_in_line(person, lambda: homes.shown(kit.deps, person, None))

    board.event("app_home_opened")(on_home_opened)
    for tab, action in ids.HOME_TABS.items():
        board.action(action)(redrawing(kit, _to(tab)))
    board.action(ids.HOME_ALL)(showing(kit, on_all))


def reopen(kit: Kit, person: PersonId, view: Payload) -> None:
    """Publish the Home on the tab that was left a moment ago, with its search; else on the first.

    `view` is what was published last, empty the first time.
    """
    known = {tab.value: tab for tab in Tab}
    carried = forms.metadata_of(view)
    tab, at = known.get(str(carried.get("tab"))), carried.get("at")
    is_recent = isinstance(at, int) and kit.deps.now().timestamp() - at < OPEN_FOR.total_seconds()
    if tab is None or tab is Tab.SETTINGS or not is_recent:
        publish(kit, person)
    elif tab is Tab.JOURNAL:
        asked = asked_in(view)
        homes.shown(kit.deps, person, tab)
        draw_journal(kit, person, asked, asked.query(kit.deps.now()))
    else:
        publish(kit, person, tab)


def _to(tab: Tab) -> Callable[[Call], None]:
    def on_tab(call: Call) -> None:
        publish(call.kit, call.person, tab)

    return on_tab


def on_all(call: Call) -> None:
    """Show a whole list of one's own in a modal."""
    deps, zone = call.kit.deps, call.kit.zone
    match forms.action_value(call.body):
        case "to_decide":
            title, found = "home.to_decide", reading.inbox(deps, call.person, limit=MOST)
        case "mine":
            title, found = "home.mine", reading.mine(deps, call.person, limit=MOST)
        case _:
            raise OldControl
    call.open_view(lambda locale: whole_list(title, found, locale, zone))
