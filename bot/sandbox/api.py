"""The Web API: who calls, whether they may, and which method answers."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from bot.sandbox.faults import Faults
from bot.sandbox.hub import Hub
from bot.sandbox.limits import Limiter
from bot.sandbox.state import Json, World


class ApiError(Exception):
    """A call that Slack answers with `ok: false`. `more` is added to the answer."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class Api:
    """What a method needs: the world, and the hub to send events through."""

    def __init__(self, world: World, hub: Hub, handlers: Mapping[str, "Handler"]) -> None:
        self._handlers = handlers
        self.world = world
        self.base_url = ""
        self.hub = hub
        self.faults = Faults()
        self.limiter = Limiter()

    def call(self, method: str, args: Json, token: str | None) -> Json:
        """Answer a call. Raises ApiError."""
        known = methods().get(method)
        handler = self._handlers.get(method)
        if known is None or handler is None:
            raise ApiError("unknown_method", req_method=method)
        self._check_token(method, token)
        self._check_scope(known["scopes"], args)
        missing = [name for name in known["required"] if args.get(name) in (None, "")]
        if missing:
            messages = [f"[ERROR] missing required field: {name}" for name in missing]
            raise ApiError("invalid_arguments", response_metadata={"messages": messages})
        with self.world.lock:
            return handler(self, args)

    def _check_token(self, method: str, token: str | None) -> None:
        if not token:
            raise ApiError("not_authed")
        tokens = self.world.tokens
        if token == tokens.bot and self.world.is_revoked:
            raise ApiError("token_revoked")
        if token not in {tokens.bot, tokens.app}:
            raise ApiError("invalid_auth")
        needs_app = method == "apps.connections.open"
        if needs_app != (token == tokens.app):
            raise ApiError("not_allowed_token_type")

    def _check_scope(self, scopes: list[str], args: Json) -> None:
        """Refuse a call that none of the app's scopes covers, for the kind of channel it is on."""
        if not scopes:
            return
        needed = scopes
        room = self.world.channels.get(str(args.get("channel", "")))
        prefix = {"channel": "channels:", "group": "groups:", "im": "im:"}
        if room and any(scope.startswith("channels:") for scope in scopes):
            needed = [scope for scope in scopes if scope.startswith(prefix[room.kind])]
        if not self.world.scopes.intersection(needed):
            provided = ",".join(sorted(self.world.scopes))
            raise ApiError("missing_scope", needed=",".join(needed), provided=provided)


Handler = Callable[[Api, Json], Json]


@cache
def methods() -> Mapping[str, Json]:
    """Return, per method served: its tier, scopes and required arguments."""
    text = resources.files("bot.sandbox").joinpath("methods.json").read_text(encoding="utf-8")
    found: Mapping[str, Json] = json.loads(text)
    return found
