"""A workspace as plain JSON, to be put back in another sandbox.

What Slack forgets by itself is left out: open modals, triggers, response_urls; and so are the
tokens, which are the running workspace's own.
"""

import base64
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from bot.sandbox.state import Channel, File, Json, View, World

VERSION = 1


class BadSnapshot(ValueError):
    """What was given is not a snapshot of this workspace."""


def take(world: World) -> Json:
    """Return the workspace as JSON values."""
    with world.lock:
        return {
            "version": VERSION,
            "team": world.team,
            "now": world.clock.now().isoformat(),
            "counts": [world.count, world.last_ts],
            "scopes": sorted(world.scopes),
            "deleted": sorted(i for i, person in world.people.items() if person.is_deleted),
            "channels": [_channel(room) for room in world.channels.values()],
            "usergroups": {name: list(members) for name, members in world.usergroups.items()},
            "files": [_file(file) for file in world.files.values()],
            "homes": [asdict(view) for view in world.homes.values()],
        }


def put_back(world: World, kept: Mapping[str, Any]) -> None:
    """Make `world`, whose cast is the same, what it was; ids given later are new ones.

    `kept` is copied: what happens later in `world` does not change it. Raises BadSnapshot, and
    then `world` is as it was before.
    """
    kept = deepcopy(dict(kept))
    try:
        _check(world, kept)
        channels = {room.id: room for room in map(_channel_of, kept["channels"])}
        files = {file.id: file for file in map(_file_of, kept["files"])}
        homes = {view.user: view for view in (View(**view) for view in kept["homes"])}
        count, last_ts = (int(number) for number in kept["counts"])
        deleted, scopes = set(kept["deleted"]), set(kept["scopes"])
        usergroups = {name: list(members) for name, members in kept["usergroups"].items()}
    except (KeyError, TypeError, ValueError) as error:
        raise BadSnapshot(str(error)) from error
    with world.lock:
        world.channels, world.files, world.homes = channels, files, homes
        world.views = {view.id: view for view in homes.values()}
        world.count, world.last_ts = count, last_ts
        world.scopes, world.usergroups = scopes, usergroups
        for user, person in world.people.items():
            person.is_deleted = user in deleted
        world.note_change()


def _check(world: World, kept: Mapping[str, Any]) -> None:
    if kept["version"] != VERSION:
        raise ValueError("another version")
    if kept["team"] != world.team:
        raise ValueError("another workspace")
    known = {*world.people, world.bot_user}
    members = {member for room in kept["channels"] for member in room["members"]}
    if not members <= known:
        raise ValueError("other people")


def _channel(room: Channel) -> Json:
    return asdict(room) | {"members": sorted(room.members)}


def _channel_of(kept: Json) -> Channel:
    return Channel(**{**kept, "members": set(kept["members"])})


def _file(file: File) -> Json:
    content = None if file.content is None else base64.b64encode(file.content).decode()
    return asdict(file) | {"content": content}


def _file_of(kept: Json) -> File:
    content = kept["content"]
    return File(
        **{**kept, "content": None if content is None else base64.b64decode(content, validate=True)}
    )
