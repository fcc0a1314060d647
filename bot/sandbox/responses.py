"""The response_url: how an app answers privately, even where it is not a member."""

import secrets
from datetime import timedelta

from bot.sandbox.api import Api, ApiError
from bot.sandbox.api_chat import bot_message, checked
from bot.sandbox.state import RESPONSE_URL_LIFE_S, RESPONSE_URL_USES, Json, ResponseUrl, World


def new_response_url(
    world: World, port_url: str, channel: str, user: str, message: Json | None = None
) -> str:
    """Return an address that answers `user` in `channel`; `message` is what it may replace."""
    token = secrets.token_urlsafe(16)
    made = ResponseUrl(channel=channel, user=user, made_at=world.clock.now(), message=message)
    world.response_urls[token] = made
    return f"{port_url}response/{token}"


def take_response(api: Api, token: str, body: Json) -> str | None:
    """Show what was sent to a response_url; return why not, None when it is shown."""
    world = api.world
    with world.lock:
        known = world.response_urls.get(token)
        if known is None:
            return "no_such_url"
        age = world.clock.now() - known.made_at
        if known.uses >= RESPONSE_URL_USES or age > timedelta(seconds=RESPONSE_URL_LIFE_S):
            return "used_url"
        known.uses += 1
        room = world.channels[known.channel]
        if body.get("delete_original"):
            _forget(room.ephemerals, known.message)
            _forget(room.messages, known.message)
            world.note_change()
            return None
        try:
            kept = checked(api, body)
        except ApiError as error:
            return error.code
        message = bot_message(api, kept)
        if body.get("replace_original") and known.message is not None:
            known.message.update(kept)
        elif body.get("response_type") == "in_channel":
            room.messages.append(message)
        else:
            thread = {"thread_ts": body["thread_ts"]} if body.get("thread_ts") else {}
            room.ephemerals.append(message | {"to": known.user} | thread)
        world.note_change()
    return None


def _forget(messages: list[Json], message: Json | None) -> None:
    if message in messages:
        messages.remove(message)
