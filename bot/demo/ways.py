"""The ways in: how each person reaches the form of a request, up to the form being open."""

from collections.abc import Callable, Mapping

from bot.demo.nudged import nudge_about
from bot.demo.stage import Stage
from bot.demo.story import Asking
from bot.sandbox.person import PersonDriver
from bot.sandbox.state import Json
from bot.slack import ids

COMMAND = "/arbitrage"
Place = tuple[str, str] | None
Way = Callable[[Stage, PersonDriver, Asking, Place], None]


def by_command(_stage: Stage, person: PersonDriver, beat: Asking, _about: Place) -> None:
    """Type the command with the question as its words."""
    person.command(COMMAND, str(beat.fields["title"]), channel=beat.room)


def by_menu(stage: Stage, person: PersonDriver, beat: Asking, _about: Place) -> None:
    """Type the command alone, then take the menu's first button."""
    before = len(person.ephemerals(beat.room))
    person.command(COMMAND, channel=beat.room)
    stage.wait(lambda: len(person.ephemerals(beat.room)) > before, "the menu")
    person.click(beat.room, person.ephemerals(beat.room)[-1]["ts"], "request.new")


def by_shortcut(_stage: Stage, person: PersonDriver, _beat: Asking, _about: Place) -> None:
    """Use the global shortcut."""
    person.shortcut("request.new")


def by_home(stage: Stage, person: PersonDriver, _beat: Asking, _about: Place) -> None:
    """Open the app's Home and take its first button."""
    person.open_home()
    stage.wait(lambda: person.home is not None, "a Home")
    person.press("request.new", in_home=True)


def by_message(_stage: Stage, person: PersonDriver, _beat: Asking, about: Place) -> None:
    """Use the shortcut on one's own message."""
    room, ts = _placed(about)
    person.message_shortcut("message.arbitrate", room, ts)


def by_invitation(stage: Stage, person: PersonDriver, beat: Asking, about: Place) -> None:
    """Be offered the form by somebody who used the shortcut on one's message."""
    room, ts = _placed(about)
    before = len(person.dms())
    stage.slack.person(beat.helper).message_shortcut("message.arbitrate", room, ts)
    stage.wait(lambda: len(person.dms()) > before, "an invitation")
    _open_draft(stage, person, person.dms()[-1])


def by_direct_message(stage: Stage, person: PersonDriver, beat: Asking, _about: Place) -> None:
    """Write the question to the app, and open the form it offers."""
    before = len(person.dms())
    person.dm("app", str(beat.fields["title"]))
    stage.wait(lambda: len(person.dms()) > before + 1, "an offer")
    _open_draft(stage, person, person.dms()[-1])


def by_mention(stage: Stage, person: PersonDriver, beat: Asking, about: Place) -> None:
    """Call the app in a thread, and open the form it offers in private."""
    room, ts = _placed(about)
    before = len(person.ephemerals(room))
    app = stage.slack.world.bot_user
    person.write(room, f"<@{app}> {beat.fields['title']}", thread_ts=ts)
    stage.wait(lambda: len(person.ephemerals(room)) > before, "an offer")
    person.click(room, person.ephemerals(room)[-1]["ts"], "draft.open")


def by_nudge(_stage: Stage, person: PersonDriver, _beat: Asking, about: Place) -> None:
    """Take the offer that the app made in private of one's message."""
    room, ts = _placed(about)
    person.click(room, nudge_about(person, (room, ts)), ids.NUDGE_OPEN)


def _open_draft(stage: Stage, person: PersonDriver, message: Mapping[str, Json]) -> None:
    direct = stage.slack.world.direct(person.id, stage.slack.world.bot_user)
    person.click(direct.id, str(message["ts"]), "draft.open")


def _placed(about: Place) -> tuple[str, str]:
    if about is None:
        raise ValueError("a request about a message that was never written")
    return about


WAYS: Mapping[str, Way] = {
    "command": by_command,
    "menu": by_menu,
    "shortcut": by_shortcut,
    "home": by_home,
    "message": by_message,
    "invitation": by_invitation,
    "dm": by_direct_message,
    "mention": by_mention,
    "nudge": by_nudge,
}
