"""Detection, for stewards: the mode of each channel, and what people taught the detector."""

from bot.domain.bypass import Mode
from bot.domain.errors import MissingChoice
from bot.domain.home import Tab
from bot.domain.ids import ChannelId
from bot.i18n import text
from bot.services import bypasses_settings as settings
from bot.slack import forms, ids
from bot.slack.call import Call, acting, redrawing, showing
from bot.slack.dumping import dump_view
from bot.slack.home_pages import publish
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views import detection
from bot.slack.views.detection import Room
from bot.slack.views.small_forms import notice_view

PAGE = 200


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.DETECTION)(showing(kit, show_detection))
    board.view(ids.DETECTION_FORM)(acting(kit, on_submit))
    board.action(ids.DETECTION_LEARNED)(redrawing(kit, on_learned))
    board.action(ids.DETECTION_UNLEARN)(redrawing(kit, on_unlearn))


def show_detection(call: Call) -> None:
    """Open the form on the channels the bot is in; it opens at once, then they are looked up."""
    kit = call.kit
    settings.require_steward(kit.deps, call.person)
    words = text(call.locale, "detection.loading")
    waiting = dump_view(notice_view(text(call.locale, "detection.title"), words, call.locale))
    opened = kit.client.views_open(trigger_id=call.body["trigger_id"], view=waiting)
    shown = detection.detection_form(
        rooms(kit),
        settings.modes(kit.deps),
        call.locale,
        usual=kit.deps.charter.bypasses.mode,
        learned=len(settings.learned(kit.deps, kit.learner)),
        is_from_home=(call.body.get("view") or {}).get("type") == "home",
    )
    kit.update_view(opened["view"]["id"], shown)


def rooms(kit: Kit) -> tuple[Room, ...]:
    """Return the channels the bot is in, by name, but the arbitration channel."""
    found: list[Room] = []
    cursor = ""
    while True:
        page = kit.client.users_conversations(
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE,
            cursor=cursor or None,
        )
        found += [Room(id=ChannelId(room["id"]), name=room["name"]) for room in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            watched = (room for room in found if room.id != kit.deps.channel)
            return tuple(sorted(watched, key=lambda room: room.name))


def on_submit(call: Call) -> None:
    """Choose what is done in the channels picked; say so, and in the Home if it was asked there."""
    kit = call.kit
    channels = tuple(ChannelId(picked) for picked in forms.choices_of(call.view, "channels"))
    mode = forms.choice_of(call.view, "mode")
    if not channels or mode is None:
        raise MissingChoice(field="mode" if channels else "channels")
    settings.choose_mode(kit.deps, call.person, channels, Mode(mode))
    told = detection.applied_view(channels, Mode(mode), call.locale)
    call.ack(response_action="update", view=dump_view(told))
    if forms.metadata_of(call.view).get("tab") == Tab.SETTINGS:
        kit.later_in_line(call.person, lambda: publish(kit, call.person, Tab.SETTINGS))


def on_learned(call: Call) -> None:
    """Show what people taught."""
    settings.require_steward(call.kit.deps, call.person)
    _show_learned(call)


def on_unlearn(call: Call) -> None:
    """Forget one lesson, and show what is left."""
    kit = call.kit
    settings.unlearn(kit.deps, call.person, forms.action_value(call.body), kit.learner)
    _show_learned(call)


def _show_learned(call: Call) -> None:
    deps = call.kit.deps
    learned = settings.learned(deps, call.kit.learner)
    view = detection.learned_view(learned, call.locale, now=deps.now())
    call.kit.update_view(call.view["id"], view)
