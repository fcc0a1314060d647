"""The App Home, published when it is opened; quiet."""

from typing import Any

from slack_bolt import Ack, Respond

from bot.domain.ids import PersonId
from bot.services import bypasses_settings, people, reading
from bot.services.rituals import coming
from bot.slack.dumping import dump_view
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.home import Own, home
from bot.slack.views.rituals import home_section


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""

    def on_home_opened(body: dict[str, Any], ack: Ack, _respond: Respond) -> None:
        ack()
        event = body["event"]
        if event.get("tab") == "home":
            kit.later(lambda: publish(kit, PersonId(event["user"])))

    board.event("app_home_opened")(on_home_opened)


def publish(kit: Kit, person: PersonId) -> None:
    """Show `person` what to decide and what they asked, as of now."""
    known = kit.directory.person(person)
    if people.is_barred(known):
        return
    own = Own(
        to_decide=reading.inbox(kit.deps, person),
        mine=reading.mine(kit.deps, person),
        draft=reading.unfinished(kit.deps, person),
        is_steward=people.is_steward(kit.deps, person),
        is_muted=bypasses_settings.is_muted(kit.deps, person),
    )
    rituals = home_section(coming(kit.deps, person), person, kit.deps.now(), known.locale)
    view = home(known.locale, kit.zone, own, rituals=rituals)
    kit.client.views_publish(user_id=person, view=dump_view(view))
