"""What is served beside Slack's own addresses: a page that shows the workspace."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import cut

CLIENT_LEFT = 499


class Guest:
    """Routes that may come after the workspace is open. Until then there is nothing there.

    `is_awaited`: until then its callers are cut off, as they are where nobody listens: those who
    come back by themselves try again.
    """

    def __init__(self) -> None:
        self.is_awaited = False
        self._router = Router()

    def host(self, routes: Sequence[BaseRoute]) -> None:
        """Serve `routes` from now on."""
        self._router = Router(routes)
        self.is_awaited = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if self.is_awaited and scope["type"] == "http":
            cut(Request(scope, receive, send))
            await Response(status_code=CLIENT_LEFT)(scope, receive, send)
            return
        await self._router(scope, receive, send)
