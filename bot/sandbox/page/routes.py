"""The page's own addresses: its files, what a person sees live, and what they do."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.desk import Desk
from bot.sandbox.page.actions import REFUSALS, Doing, do
from bot.sandbox.page.guard import guarded
from bot.sandbox.page.parts import Marks, changed, parts
from bot.sandbox.server import Sandbox
from bot.sandbox.state import Json

LOOK_EVERY_S = 0.5
BEAT_EVERY_S = 15.0
GATHER_S = 0.03
"""Changes come in bursts: a window is told of them together."""

KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
SHOWN_FILES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


def page_routes(
    sandbox: Sandbox, desk: Desk | None = None, *, manifest: Mapping[str, Any] | None = None
) -> list[BaseRoute]:
    """Return the routes of the page of `sandbox`, to be served beside its Web API.

    `desk` moves the clock; without it there is no clock bar and no guide. `manifest` is the app's
    own: its name, commands and shortcuts.
    """
    page = _Page(sandbox, desk, manifest or {})
    return [
        Route("/", guarded(page.index)),
        Route("/page/static/{version}/{name}", guarded(page.static)),
        Route("/page/about", guarded(page.about)),
        Route("/page/live", guarded(page.live)),
        Route("/page/files/{file_id}", guarded(page.file)),
        Route("/page/do/{action}", guarded(page.act), methods=["POST"]),
    ]


class _Page:
    def __init__(self, sandbox: Sandbox, desk: Desk | None, manifest: Mapping[str, Any]) -> None:
        self.sandbox = sandbox
        self.desk = desk
        self.app = _app(manifest)
        self.marks = Marks()
        self.moving = threading.Lock()

    async def index(self, _request: Request) -> Response:
        first = _files()["index.html"].replace(b"{version}", _version().encode())
        return Response(first, media_type=KINDS["html"])

    async def static(self, request: Request) -> Response:
        return _static(request.path_params["name"])

    async def about(self, _request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._about))

    def _about(self) -> Json:
        world = self.sandbox.world
        told: Json = {
            "app": self.app | {"user": world.bot_user},
            "url": world.url,
            "now": self.sandbox.clock.now().timestamp(),
            "has_desk": self.desk is not None,
            "jumps": [],
            "guide": [],
            "landmarks": {},
        }
        if self.desk is not None:
            jumps = self.desk.jumps()
            told["jumps"] = [
                {"key": one.key, "at": one.at.timestamp() if one.at else None} for one in jumps
            ]
            told["guide"] = list(self.desk.guide())
            told["landmarks"] = {
                step: {"channel": one.channel, "ts": one.ts}
                for step, one in self.desk.landmarks().items()
            }
        return told

    async def live(self, request: Request) -> Response:
        user = self._who(request)
        if user is None:
            return Response("nobody of that name", HTTPStatus.NOT_FOUND)
        return StreamingResponse(self._follow(user), media_type="text/event-stream")

    def _who(self, request: Request) -> str | None:
        try:
            return self.sandbox.world.person_named(request.query_params.get("as", "")).member.id
        except KeyError:
            return None

    def _follow(self, user: str) -> Iterator[str]:
        """Yield what `user` sees, then each change, until the workspace stops."""
        world, before, told_at, drift = self.sandbox.world, dict[str, Json](), 0.0, 0.0
        while not self.sandbox.is_stopping:
            with world.changed:
                self.marks.open(world)
                after = parts(world, user, self.marks)
                change = changed(before, after)
                now = self.sandbox.clock.now().timestamp()
            has_jumped = abs(now - time.monotonic() - drift) > 1
            if change["put"] or change["drop"] or has_jumped:
                before, drift, told_at = after, now - time.monotonic(), time.monotonic()
                yield f"data: {json.dumps(change | {'now': now})}\n\n"
            elif time.monotonic() - told_at > BEAT_EVERY_S:
                told_at = time.monotonic()
                yield ": still here\n\n"
            else:
                yield ""  # nothing to say, but a moment to notice that the window was closed
            with world.changed:
                world.changed.wait(LOOK_EVERY_S)
            time.sleep(GATHER_S)

    async def file(self, request: Request) -> Response:
        user = self._who(request)
        return await run_in_threadpool(self._file, user, request.path_params["file_id"])

    def _file(self, user: str | None, file_id: str) -> Response:
        """Return a file that was shared where `user` is."""
        world = self.sandbox.world
        with world.lock:
            rooms = [room for room in world.channels.values() if user in room.members]
            shared = {
                file["id"] for room in rooms for m in room.messages for file in m.get("files", ())
            }
            found = world.files.get(file_id) if file_id in shared else None
        if found is None or found.content is None:
            return Response("no such file", HTTPStatus.NOT_FOUND)
        kind = SHOWN_FILES.get(found.name.rpartition(".")[2].lower())
        # Only pictures are shown; anything else could be a page with a script in it.
        return Response(
            found.content,
            media_type=kind or "application/octet-stream",
            headers={} if kind else {"content-disposition": "attachment"},
        )

    async def act(self, request: Request) -> Response:
        user = self._who(request)
        try:
            body = await request.json()
        except ValueError:
            body = None
        if user is None or not isinstance(body, dict):
            return _refused("bad request", HTTPStatus.BAD_REQUEST)
        return await run_in_threadpool(self._act, request.path_params["action"], user, body)

    def _act(self, action: str, user: str, body: Json) -> Response:
        person = self.sandbox.person(user)
        doing = Doing(
            person=person, marks=self.marks, desk=self.desk, moving=self.moving, body=body
        )
        try:
            return JSONResponse({"ok": True} | do(action, doing))
        except REFUSALS as error:
            # As Slack says no: an answer like another, not a failure of the page.
            return _refused(f"{type(error).__name__}: {error}", HTTPStatus.OK)


def _app(manifest: Mapping[str, Any]) -> Json:
    """Return what the page shows of an app, from its manifest."""
    features = manifest.get("features", {})
    shown = manifest.get("display_information", {})
    return {
        "name": features.get("bot_user", {}).get("display_name") or shown.get("name") or "App",
        "description": shown.get("description", ""),
        "colour": shown.get("background_color", "#4a154b"),
        "commands": features.get("slash_commands", []),
        "shortcuts": features.get("shortcuts", []),
    }


def _static(name: str) -> Response:
    content = _files().get(name)
    if content is None:
        return Response("no such file", HTTPStatus.NOT_FOUND)
    # The version is in the address, so that becoming somebody else loads nothing again.
    kept = {"cache-control": "private, max-age=31536000, immutable"}
    return Response(content, media_type=KINDS[name.rpartition(".")[2]], headers=kept)


@cache
def _version() -> str:
    """Return what changes when one of the page's files does."""
    return hashlib.sha256(b"".join(_files().values())).hexdigest()[:12]


@cache
def _files() -> Mapping[str, bytes]:
    """Return the page's files by name: no path of a request ever reaches the disk."""
    folder = resources.files("bot.sandbox.page").joinpath("static")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name: file.read_bytes() for file in files if file.is_file()}


def _refused(why: str, status: HTTPStatus) -> Response:
    return JSONResponse({"ok": False, "error": why}, status_code=status)
