"""The app's manifest: what Slack must know of it, from the code's own lists."""

from collections.abc import Iterator, Mapping, Sequence

from bot.i18n import text
from bot.slack import ids

EVENTS = (
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
)

DETECTION_EVENTS = ("message.channels", "message.groups", "member_joined_channel")
"""Those that bypasses are found by, and the bot introduces itself on."""

SCOPES = {
    "app_mentions:read": "answer when it is called in a thread",
    "channels:history": "read public channels it is invited to: its threads, requests made there",
    "channels:read": "find the arbitration channel; know where it is invited",
    "chat:write": "post cards, threads and direct messages",
    "commands": "/arbitrage and the shortcuts",
    "files:write": "send a ritual's calendar file; show charts as pictures where Slack cannot",
    "groups:history": "the same in private channels where it is invited",
    "groups:read": "find the arbitration channel when it is private, and who is in it",
    "im:history": "read what people write to it directly",
    "im:write": "write to people directly",
    "usergroups:read": "know who is in a group that holds a seat",
    "users:read": "know people's language and time zone",
    "users:read.email": "find the people that the charter names by e-mail",
}
"""Each scope, and what it is for in one plain sentence."""


def make_manifest(*, request_url: str | None = None, locale: str = "fr") -> dict[str, object]:
    """Return the manifest; with `request_url`, for HTTP mode, else for Socket Mode.

    A workspace has one: `locale` is the language of its command and shortcuts.
    """
    return {
        "display_information": {
            "name": "Arbitrage",
            "description": text(locale, "manifest.description"),
            "background_color": "#1f3a5f",
        },
        "features": _features(locale, {"url": request_url} if request_url else {}),
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | _reached(request_url),
            "interactivity": {"is_enabled": True} | _reached(request_url),
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def _reached(request_url: str | None) -> dict[str, object]:
    return {"request_url": request_url} if request_url else {}


def _features(locale: str, url: Mapping[str, object]) -> dict[str, object]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Arbitrage", "always_online": True},
        "shortcuts": [
            _shortcut(locale, "new_request", "global", ids.NEW_REQUEST),
            _shortcut(locale, "arbitrate_message", "message", ids.ARBITRATE_MESSAGE),
        ],
        "slash_commands": [
            {
                "command": ids.COMMAND,
                "description": text(locale, "manifest.command"),
                "usage_hint": text(locale, "manifest.usage"),
                "should_escape": True,
                **url,
            }
        ],
    }


def _shortcut(locale: str, name: str, kind: str, callback_id: str) -> dict[str, str]:
    return {
        "name": text(locale, f"manifest.{name}"),
        "type": kind,
        "callback_id": callback_id,
        "description": text(locale, f"manifest.{name}_description"),
    }


def as_yaml(value: Mapping[str, object]) -> str:
    """Return the manifest as YAML; strings are quoted, so nothing in them means anything."""
    return "\n".join(_lines(value, 0)) + "\n"


def _lines(value: Mapping[str, object], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, found in value.items():
        if isinstance(found, Mapping):
            yield f"{pad}{key}:"
            yield from _lines(found, depth + 1)
        elif isinstance(found, Sequence) and not isinstance(found, str):
            yield f"{pad}{key}:"
            for item in found:
                yield from _item(item, depth + 1)
        else:
            yield f"{pad}{key}: {_scalar(found)}"


def _item(item: object, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if not isinstance(item, Mapping):
        yield f"{pad}- {_scalar(item)}"
        return
    first, *rest = _lines(item, depth + 1)
    yield f"{pad}- {first.strip()}"
    yield from rest


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
