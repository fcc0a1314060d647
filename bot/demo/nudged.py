"""What the bot does of messages that ask for an arbitration outside the channel."""

from datetime import timedelta

from bot.demo.doing import has_button
from bot.demo.stage import Stage, Stuck
from bot.domain.bypass import message_key
from bot.domain.ids import ChannelId
from bot.sandbox.person import PersonDriver
from bot.services.bypasses_numbers import bypass_numbers
from bot.slack import ids

LONG_AGO = timedelta(days=1000)
Place = tuple[str, str]
"""The name of a channel, and a ts."""


def find_nudge(person: PersonDriver, place: Place) -> str | None:
    """Return the ts of the private offer about one's message, None when there is none."""
    room, ts = place
    key = message_key(ChannelId(person.world.channel_named(room).id), ts)
    offers = (m for m in person.ephemerals(room) if has_button(m, ids.NUDGE_OPEN, key))
    return next((str(offer["ts"]) for offer in offers), None)


def nudge_about(person: PersonDriver, place: Place) -> str:
    """Return the ts of the private offer about one's message. Raises Stuck."""
    found = find_nudge(person, place)
    if found is None:
        raise Stuck(f"no offer about the message {place}")
    return found


def count_bypasses(stage: Stage) -> int:
    """Return how many bypasses the ledger holds, those that are said to be none included."""
    now = stage.slack.clock.now()
    counted = bypass_numbers(stage.deps, now - LONG_AGO, now + timedelta(days=1)).all.tally
    return counted.bypasses + counted.dismissed
