"""Files and reactions: uploaded in two steps, shared in a message; added by people and apps."""

from bot.sandbox import payloads
from bot.sandbox.api import Api, ApiError, Handler
from bot.sandbox.api_chat import bot_message, find_channel
from bot.sandbox.events import announce
from bot.sandbox.state import File, Json


def get_upload_url(api: Api, args: Json) -> Json:
    """Answer `files.getUploadURLExternal`: where to send the bytes."""
    length = int(args["length"])
    if length <= 0:
        raise ApiError("invalid_arguments")
    made = File(id=api.world.new_id("F"), name=str(args["filename"]), length=length)
    api.world.files[made.id] = made
    return {"file_id": made.id, "upload_url": f"{api.base_url}upload/{made.id}"}


def take_upload(api: Api, file_id: str, content: bytes) -> str | None:
    """Keep the bytes of a file; return why not, None when they are kept."""
    with api.world.lock:
        known = api.world.files.get(file_id)
        if known is None:
            return "file_not_found"
        if len(content) != known.length:
            return "wrong_length"
        known.content = content
    return None


def complete_upload(api: Api, args: Json) -> Json:
    """Answer `files.completeUploadExternal`: share what was uploaded."""
    wanted = args["files"] if isinstance(args["files"], list) else []
    found = [api.world.files.get(str(item.get("id"))) for item in wanted]
    files = [file for file in found if file is not None and file.content is not None]
    if not files or len(files) != len(wanted):
        raise ApiError("file_not_found")
    for file, item in zip(files, wanted, strict=True):
        file.title = str(item.get("title") or file.name)
    told = [payloads.file(file) for file in files]
    if args.get("channel_id"):
        room = find_channel(api, args["channel_id"])
        if api.world.bot_user not in room.members:
            raise ApiError("not_in_channel")
        message = bot_message(api, {"text": str(args.get("initial_comment") or ""), "files": told})
        room.messages.append(message)
        announce(api.world, api.hub, room, message, subtype="file_share")
    return {"files": told}


def add_reaction(api: Api, args: Json) -> Json:
    """Answer `reactions.add`: once per name and person."""
    room = find_channel(api, args["channel"])
    message = api.world.message(room, str(args["timestamp"]))
    if message is None:
        raise ApiError("message_not_found")
    react(message, str(args["name"]), api.world.bot_user)
    api.world.note_change()
    return {}


def react(message: Json, name: str, user: str) -> None:
    """Put somebody's reaction on a message. Raises ApiError when it is there already."""
    reactions = message.setdefault("reactions", [])
    known = next((found for found in reactions if found["name"] == name), None)
    if known is None:
        known = {"name": name, "users": [], "count": 0}
        reactions.append(known)
    if user in known["users"]:
        raise ApiError("already_reacted")
    known["users"].append(user)
    known["count"] += 1


def unreact(message: Json, name: str, user: str) -> None:
    """Take somebody's reaction off a message. Raises ApiError when it is not there."""
    known = next((one for one in message.get("reactions", ()) if one["name"] == name), None)
    if known is None or user not in known["users"]:
        raise ApiError("no_reaction")
    known["users"].remove(user)
    known["count"] -= 1
    message["reactions"] = [one for one in message["reactions"] if one["users"]]


METHODS: dict[str, Handler] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "reactions.add": add_reaction,
}
