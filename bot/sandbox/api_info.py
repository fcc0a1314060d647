"""People, channels, usergroups, the app itself."""

from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox import payloads
from bot.sandbox.api import Api, ApiError, Handler
from bot.sandbox.api_chat import find_channel
from bot.sandbox.state import Channel, Json

PAGE = 5
Item = TypeVar("Item")


def auth_test(api: Api, _args: Json) -> Json:
    """Answer `auth.test`."""
    world = api.world
    return {
        "url": world.url,
        "team": "Sandbox",
        "user": "arbitrage",
        "team_id": world.team,
        "user_id": world.bot_user,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(api: Api, _args: Json) -> Json:
    """Answer `apps.connections.open`; the server adds its own address to the ticket."""
    return {"ticket": api.hub.new_ticket()}


def users_info(api: Api, args: Json) -> Json:
    """Answer `users.info`."""
    user = str(args["user"])
    if user not in api.world.people:
        raise ApiError("user_not_found")
    with_locale = str(args.get("include_locale", "")).lower() in {"true", "1"}
    return {"user": payloads.profile(api.world, user, with_locale=with_locale)}


def users_list(api: Api, args: Json) -> Json:
    """Answer `users.list`, a page at a time."""
    with_locale = str(args.get("include_locale", "")).lower() in {"true", "1"}
    everyone = [payloads.profile(api.world, u, with_locale=with_locale) for u in api.world.people]
    page, cursor = _page(args, everyone)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(api: Api, args: Json) -> Json:
    """Answer `users.lookupByEmail`; a deactivated user is not found."""
    for user, person in api.world.people.items():
        if person.member.email == args["email"] and not person.is_deleted:
            return {"user": payloads.profile(api.world, user, with_locale=False)}
    raise ApiError("users_not_found")


def _described(api: Api, found: Channel) -> Json:
    return {
        "id": found.id,
        "name": found.name,
        "is_channel": found.kind == "channel",
        "is_group": found.kind == "group",
        "is_im": found.kind == "im",
        "is_private": found.kind != "channel",
        "is_archived": found.is_archived,
        "is_member": api.world.bot_user in found.members,
    }


def conversations_info(api: Api, args: Json) -> Json:
    """Answer `conversations.info`."""
    found = api.world.channels.get(str(args["channel"]))
    is_hidden = (
        found is not None and found.kind != "channel" and (api.world.bot_user not in found.members)
    )
    if found is None or is_hidden:
        raise ApiError("channel_not_found")
    return {"channel": _described(api, found)}


def conversations_list(api: Api, args: Json) -> Json:
    """Answer `conversations.list`, a page at a time."""
    return _listed(api, args, is_own=False)


def users_conversations(api: Api, args: Json) -> Json:
    """Answer `users.conversations`: those the app is in, a page at a time."""
    return _listed(api, args, is_own=True)


def _listed(api: Api, args: Json, *, is_own: bool) -> Json:
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    wanted = {kinds.get(kind, "") for kind in str(args.get("types") or "public_channel").split(",")}
    world = api.world
    seen = [
        _described(api, c)
        for c in world.channels.values()
        if c.kind in wanted
        and (world.bot_user in c.members or (c.kind == "channel" and not is_own))
    ]
    if str(args.get("exclude_archived", "")).lower() in {"true", "1"}:
        seen = [found for found in seen if not found["is_archived"]]
    page, cursor = _page(args, seen)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def conversations_members(api: Api, args: Json) -> Json:
    """Answer `conversations.members`."""
    found = find_channel(api, args["channel"])
    page, cursor = _page(args, sorted(found.members))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def conversations_open(api: Api, args: Json) -> Json:
    """Answer `conversations.open` for one person."""
    user = str(args.get("users") or "")
    if user not in api.world.people:
        raise ApiError("user_not_found")
    if api.world.people[user].is_deleted:
        raise ApiError("user_disabled")
    found = api.world.direct(user, api.world.bot_user)
    return {"channel": {"id": found.id}}


def usergroup_users(api: Api, args: Json) -> Json:
    """Answer `usergroups.users.list`."""
    group = str(args["usergroup"])
    if group not in api.world.usergroups:
        raise ApiError("no_such_subteam")
    return {"users": list(api.world.usergroups[group])}


def usergroup_list(api: Api, _args: Json) -> Json:
    """Answer `usergroups.list`."""
    groups = [{"id": g, "handle": g.lower(), "name": g} for g in api.world.usergroups]
    return {"usergroups": groups}


def bots_info(api: Api, _args: Json) -> Json:
    """Answer `bots.info` about the app itself."""
    world = api.world
    told = {"id": world.bot_id, "name": "Arbitrage", "user_id": world.bot_user}
    return {"bot": told | {"app_id": world.app_id, "deleted": False}}


def team_info(api: Api, _args: Json) -> Json:
    """Answer `team.info`."""
    return {"team": {"id": api.world.team, "name": "Sandbox", "domain": "sandbox"}}


def _page(args: Json, items: Sequence[Item]) -> tuple[Sequence[Item], str]:
    """Return a small page, as a large workspace gives, and the cursor of the next one."""
    start = int(str(args.get("cursor") or "0"))
    end = start + min(int(args.get("limit") or PAGE), PAGE)
    return items[start:end], str(end) if end < len(items) else ""


METHODS: dict[str, Handler] = {
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": lookup_by_email,
    "conversations.info": conversations_info,
    "conversations.list": conversations_list,
    "users.conversations": users_conversations,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "usergroups.users.list": usergroup_users,
    "usergroups.list": usergroup_list,
    "bots.info": bots_info,
    "team.info": team_info,
}
