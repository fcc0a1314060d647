"""Modals and homes."""

import secrets
import time

from bot.sandbox import payloads
from bot.sandbox.api import Api, ApiError, Handler
from bot.sandbox.inputs import initial_values, name_blocks
from bot.sandbox.state import Json, Trigger, View
from bot.sandbox.validation import view_problems

MAX_DEPTH = 3


def checked(api: Api, view: object) -> Json:
    """Return a view. Raises ApiError for one that Slack would refuse."""
    found = view_problems(view)
    if found or not isinstance(view, dict):
        raise ApiError("invalid_arguments", response_metadata={"messages": list(found)})
    name_blocks(api, view["blocks"])
    return view


def use_trigger(api: Api, args: Json) -> Trigger:
    """Spend a trigger id. Raises ApiError when it is unknown, late or spent."""
    if not args.get("trigger_id"):
        messages = ["[ERROR] missing required field: trigger_id"]
        raise ApiError("invalid_arguments", response_metadata={"messages": messages})
    trigger = api.world.triggers.get(str(args["trigger_id"]))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.is_used:
        raise ApiError("exchanged_trigger_id")
    if time.monotonic() - trigger.made_at > api.world.trigger_life_s:
        raise ApiError("expired_trigger_id")
    trigger.is_used = True
    return trigger


def show(api: Api, user: str, body: Json, previous: View | None) -> View:
    """Put a modal on top of somebody's stack."""
    world = api.world
    view_id = world.new_id("V")
    view = View(
        id=view_id,
        body=body,
        user=user,
        root=previous.root if previous else view_id,
        previous=previous.id if previous else None,
        hash=new_hash(api),
        values=initial_values(body["blocks"]),
    )
    world.views[view_id] = view
    stack = world.stacks.setdefault(user, [])
    if previous is None:
        stack.clear()
    stack.append(view_id)
    world.note_change()
    return view


def new_hash(api: Api) -> str:
    """Return a hash that no view had."""
    return f"{int(api.world.clock.now().timestamp())}.{secrets.token_hex(4)}"


def views_open(api: Api, args: Json) -> Json:
    """Answer `views.open`."""
    body = checked(api, args["view"])
    trigger = use_trigger(api, args)
    if body["type"] != "modal":
        raise ApiError("invalid_arguments")
    return {"view": payloads.view(api.world, show(api, trigger.user, body, None))}


def views_push(api: Api, args: Json) -> Json:
    """Answer `views.push`: three views at most."""
    body = checked(api, args["view"])
    trigger = use_trigger(api, args)
    stack = api.world.stacks.get(trigger.user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= MAX_DEPTH:
        raise ApiError("push_limit_reached")
    view = show(api, trigger.user, body, api.world.views[stack[-1]])
    return {"view": payloads.view(api.world, view)}


def views_update(api: Api, args: Json) -> Json:
    """Answer `views.update`: `not_found` once closed, `hash_conflict` when it moved."""
    body = checked(api, args["view"])
    view = _wanted(api, args)
    if view is None or view.id not in api.world.stacks.get(view.user, []):
        raise ApiError("not_found")
    if args.get("hash") and args["hash"] != view.hash:
        raise ApiError("hash_conflict")
    replace_body(api, view, body)
    return {"view": payloads.view(api.world, view)}


def _wanted(api: Api, args: Json) -> View | None:
    if args.get("view_id"):
        return api.world.views.get(str(args["view_id"]))
    wanted = args.get("external_id")
    found = (v for v in api.world.views.values() if wanted and v.body.get("external_id") == wanted)
    return next(found, None)


def replace_body(api: Api, view: View, body: Json) -> None:
    """Replace what a view shows; what is typed stays where block and action keep their ids."""
    typed = view.values
    view.body = body
    view.hash = new_hash(api)
    view.values = initial_values(body["blocks"])
    for block_id, actions in view.values.items():
        for action_id, value in actions.items():
            known = typed.get(block_id, {}).get(action_id)
            if known and known.get("type") == value.get("type"):
                actions[action_id] = known
    api.world.note_change()


def views_publish(api: Api, args: Json) -> Json:
    """Answer `views.publish`."""
    body = checked(api, args["view"])
    if body["type"] != "home":
        raise ApiError("invalid_arguments")
    user = str(args["user_id"])
    if user not in api.world.people:
        raise ApiError("invalid_arguments")
    view_id = api.world.new_id("V")
    view = View(id=view_id, body=body, user=user, root=view_id, hash=new_hash(api))
    api.world.homes[user] = view
    api.world.views[view_id] = view
    api.world.note_change()
    return {"view": payloads.view(api.world, view)}


METHODS: dict[str, Handler] = {
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
