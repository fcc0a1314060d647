"""What Slack sends, in its own shapes."""

from bot.sandbox.state import Channel, File, Json, Person, View, World


def person(world: World, user: str) -> Json:
    """Return the short form of a user, as in interactive payloads."""
    found = world.people[user].member
    return {
        "id": user,
        "username": found.handle,
        "name": found.handle,
        "team_id": "T0ELSEWHERE" if found.is_stranger else world.team,
    }


def profile(world: World, user: str, *, with_locale: bool) -> Json:
    """Return a user as `users.info` does."""
    known: Person = world.people[user]
    found = known.member
    told: Json = {
        "id": user,
        "team_id": "T0ELSEWHERE" if found.is_stranger else world.team,
        "name": found.handle,
        "deleted": known.is_deleted,
        "real_name": found.name,
        "tz": found.zone,
        "profile": {"real_name": found.name, "title": found.title, "email": found.email},
        "is_bot": found.is_bot,
        "is_restricted": found.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": found.is_stranger,
        "is_app_user": False,
    }
    if with_locale:
        told["locale"] = found.locale
    return told


def file(found: File) -> Json:
    """Return a file as messages show it."""
    return {
        "id": found.id,
        "name": found.name,
        "title": found.title,
        "size": found.length,
        "mode": "hosted",
    }


def channel(found: Channel) -> Json:
    """Return the short form of a channel."""
    name = "directmessage" if found.kind == "im" else found.name
    return {"id": found.id, "name": name}


def view(world: World, found: View) -> Json:
    """Return a view with its state, as interactive payloads and `views.*` do."""
    body = found.body
    return {
        "id": found.id,
        "team_id": world.team,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": found.values},
        "hash": found.hash,
        "title": body.get("title"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": found.previous,
        "root_view_id": found.root,
        "app_id": world.app_id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": world.team,
        "bot_id": world.bot_id,
    }


def command(world: World, user: str, room: Channel, name: str, text: str) -> Json:
    """Return a slash command, without its trigger and response_url."""
    return {
        "token": "",
        "team_id": person(world, user)["team_id"],
        "team_domain": "sandbox",
        "channel_id": room.id,
        "channel_name": channel(room)["name"],
        "user_id": user,
        "user_name": world.people[user].member.handle,
        "command": name,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
    }


def interaction(world: World, user: str, kind: str) -> Json:
    """Return what every interactive payload starts with."""
    return {
        "type": kind,
        "team": {"id": world.team, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": person(world, user),
        "api_app_id": world.app_id,
        "token": "",
    }


def event(world: World, body: Json, event_id: str) -> Json:
    """Return the envelope of an event."""
    return {
        "token": "",
        "team_id": world.team,
        "context_team_id": world.team,
        "context_enterprise_id": None,
        "api_app_id": world.app_id,
        "event": body,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(world.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": world.team,
                "user_id": world.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
