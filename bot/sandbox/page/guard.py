"""Who may talk to the page: this machine's browsers, from the page itself, and nobody else.

The workspace answers on loopback, but any site open in the same browser can reach loopback. A
foreign `Host` is DNS rebinding; a foreign `Origin` is another site's script.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]
HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def guarded(endpoint: Endpoint) -> Endpoint:
    """Return `endpoint`, refusing whoever is not the page, with its security headers."""

    async def answer(request: Request) -> Response:
        found = Response("not from here", HTTPStatus.FORBIDDEN)
        if is_from_here(request):
            found = await endpoint(request)
        for name, value in HEADERS.items():
            found.headers.setdefault(name, value)
        return found

    return answer


def is_from_here(request: Request) -> bool:
    """Tell whether a request is for this machine's own name, from the page or typed by hand."""
    host = request.headers.get("host", "")
    name, colon, port = host.rpartition(":")
    if not colon or name not in HERE or not port.isdigit():
        return False
    origin = request.headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return False
    if request.method == "GET":
        return True
    is_json = request.headers.get("content-type", "").partition(";")[0] == "application/json"
    return is_json and origin is not None
