"""Events: what the app is told of messages, mentions and homes."""

import re

from bot.sandbox import payloads
from bot.sandbox.hub import Hub
from bot.sandbox.state import Channel, Json, World

KINDS = {"channel": "channel", "group": "group", "im": "im"}
SCOPES = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}


def announce(
    world: World, hub: Hub, room: Channel, message: Json, *, subtype: str | None = None
) -> None:
    """Tell the app of a message, new or changed, in a conversation it is in.

    A mention of the app in a channel gives an `app_mention` too. Its own messages come back.
    """
    world.note_change()
    if world.bot_user not in room.members or SCOPES[room.kind] not in world.scopes:
        return
    body: Json = dict(message) | {"channel": room.id, "channel_type": KINDS[room.kind]}
    body["event_ts"] = message["ts"]
    if subtype == "message_changed":
        body = {
            "type": "message",
            "subtype": subtype,
            "channel": room.id,
            "channel_type": KINDS[room.kind],
            "message": dict(message),
            "hidden": True,
            "ts": world.new_ts(),
        }
        body["event_ts"] = body["ts"]
    tell(world, hub, body)
    is_mention = re.search(rf"<@{world.bot_user}(\|[^>]*)?>", message.get("text", ""))
    is_own = message.get("user") == world.bot_user
    if is_mention and not is_own and subtype is None and room.kind != "im":
        tell(world, hub, {**body, "type": "app_mention"})


def tell(world: World, hub: Hub, body: Json) -> None:
    """Queue an event, with an id of its own."""
    hub.queue_event(payloads.event(world, body, world.new_id("Ev")))
