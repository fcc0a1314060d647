"""Messages: posting, updating, deleting, private ones, and reading them back."""

from bot.sandbox.api import Api, ApiError, Handler
from bot.sandbox.events import announce
from bot.sandbox.inputs import name_blocks
from bot.sandbox.state import Channel, Json
from bot.sandbox.validation import message_problems

HISTORY_LIMIT = 15


def find_channel(api: Api, name: object) -> Channel:
    """Return the channel of a call; a user's id is their conversation with the bot.

    Raises ApiError: `channel_not_found`, `is_archived`.
    """
    wanted = str(name)
    if wanted in api.world.people:
        return api.world.direct(wanted, api.world.bot_user)
    found = api.world.channels.get(wanted)
    if found is None:
        raise ApiError("channel_not_found")
    if found.is_archived:
        raise ApiError("is_archived")
    return found


def _joined(api: Api, name: object) -> Channel:
    found = find_channel(api, name)
    if api.world.bot_user in found.members:
        return found
    # A private place the app is not in does not exist for it.
    raise ApiError("not_in_channel" if found.kind == "channel" else "channel_not_found")


def checked(api: Api, args: Json) -> Json:
    """Return the parts of a message. Raises ApiError for one that Slack would refuse."""
    if not args.get("text") and not args.get("blocks"):
        raise ApiError("no_text")
    kept = {key: args[key] for key in ("text", "blocks", "metadata") if args.get(key) is not None}
    found = message_problems(kept)
    unknown = {block.get("type") for block in kept.get("blocks") or []} & api.world.unknown_blocks
    found += tuple(f"unsupported type: {kind}" for kind in sorted(unknown))
    if found:
        code = "invalid_metadata_format" if "/metadata" in found[0] else "invalid_blocks"
        raise ApiError(code, errors=list(found), response_metadata={"messages": list(found)})
    name_blocks(api, kept.get("blocks") or [])
    return kept


def post_message(api: Api, args: Json) -> Json:
    """Answer `chat.postMessage`."""
    found = _joined(api, args["channel"])
    kept = checked(api, args)
    thread = args.get("thread_ts")
    if thread and api.world.message(found, thread) is None:
        raise ApiError("thread_not_found")
    message = bot_message(api, kept)
    if thread:
        message["thread_ts"] = thread
    found.messages.append(message)
    announce(api.world, api.hub, found, message)
    return {"channel": found.id, "ts": message["ts"], "message": message}


def bot_message(api: Api, kept: Json) -> Json:
    """Return a message of the app."""
    world = api.world
    return {
        "type": "message",
        "user": world.bot_user,
        "bot_id": world.bot_id,
        "app_id": world.app_id,
        "team": world.team,
        "ts": world.new_ts(),
        **kept,
    }


def update(api: Api, args: Json) -> Json:
    """Answer `chat.update`: only the app's own messages."""
    found = _joined(api, args["channel"])
    message = api.world.message(found, args["ts"])
    if message is None:
        raise ApiError("message_not_found")
    if message.get("bot_id") != api.world.bot_id:
        raise ApiError("cant_update_message")
    kept = checked(api, args)
    message.pop("blocks", None)
    message.update(kept)
    message["edited"] = {"user": api.world.bot_user, "ts": api.world.new_ts()}
    announce(api.world, api.hub, found, message, subtype="message_changed")
    return {"channel": found.id, "ts": message["ts"], "text": message.get("text", "")}


def delete(api: Api, args: Json) -> Json:
    """Answer `chat.delete`: only the app's own messages."""
    found = _joined(api, args["channel"])
    message = api.world.message(found, args["ts"])
    if message is None:
        raise ApiError("message_not_found")
    if message.get("bot_id") != api.world.bot_id:
        raise ApiError("cant_delete_message")
    found.messages.remove(message)
    api.world.note_change()
    return {"channel": found.id, "ts": message["ts"]}


def post_ephemeral(api: Api, args: Json) -> Json:
    """Answer `chat.postEphemeral`: seen by one member of the channel, until they reload."""
    found = _joined(api, args["channel"])
    if args["user"] not in found.members:
        raise ApiError("user_not_in_channel")
    message = bot_message(api, checked(api, args)) | {"to": args["user"]}
    if args.get("thread_ts"):
        message["thread_ts"] = args["thread_ts"]
    found.ephemerals.append(message)
    api.world.note_change()
    return {"message_ts": message["ts"]}


def get_permalink(api: Api, args: Json) -> Json:
    """Answer `chat.getPermalink`."""
    found = find_channel(api, args["channel"])
    if api.world.message(found, args["message_ts"]) is None:
        raise ApiError("message_not_found")
    ts = args["message_ts"].replace(".", "")
    return {"channel": found.id, "permalink": f"{api.world.url}archives/{found.id}/p{ts}"}


def history(api: Api, args: Json) -> Json:
    """Answer `conversations.history`: newest first, threads' replies left out."""
    found = _joined(api, args["channel"])
    shown = [m for m in found.messages if m.get("thread_ts", m["ts"]) == m["ts"]]
    return _page(args, list(reversed(shown)))


def replies(api: Api, args: Json) -> Json:
    """Answer `conversations.replies`: the thread's root, then its replies, oldest first."""
    found = _joined(api, args["channel"])
    shown = [m for m in found.messages if args["ts"] in {m["ts"], m.get("thread_ts")}]
    if not shown:
        raise ApiError("thread_not_found")
    return _page(args, shown)


def _page(args: Json, messages: list[Json]) -> Json:
    start = int(str(args.get("cursor") or "0"))
    limit = min(int(args.get("limit") or HISTORY_LIMIT), 999)
    oldest = str(args.get("oldest") or "0")
    kept = [m for m in messages if m["ts"] >= oldest]
    page = [dict(m) for m in kept[start : start + limit]]
    if str(args.get("include_all_metadata", "")).lower() not in {"true", "1"}:
        for message in page:
            message.pop("metadata", None)
    more = start + limit < len(kept)
    cursor = str(start + limit) if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}


METHODS: dict[str, Handler] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
    "conversations.history": history,
    "conversations.replies": replies,
}
