"""The sandbox: a small local Slack on loopback, for tests, demos and benchmarks.

It serves the Web API and Socket Mode over real sockets, and gives drivers for the people at
their keyboards. It knows nothing of the app that talks to it.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from bot.sandbox import api_chat, api_files, api_info, api_views
from bot.sandbox.api import Api, ApiError, methods
from bot.sandbox.api_files import take_upload
from bot.sandbox.cast import Cast
from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Fault, FaultKind, Faults, cut
from bot.sandbox.guest import Guest
from bot.sandbox.hub import Hub
from bot.sandbox.limits import Limiter
from bot.sandbox.person import PersonDriver
from bot.sandbox.responses import take_response
from bot.sandbox.state import Json, World

START_WITHIN_S = 10.0
HANDLERS = {**api_chat.METHODS, **api_files.METHODS, **api_info.METHODS, **api_views.METHODS}


class Sandbox:
    """One workspace being served. Use it as a context manager.

    `port` 0 takes a free one. `http_url` is where signed payloads go instead of sockets.
    `clock_file` is where the clock's offset is written for another process to follow. `extra`
    gives routes of a guest to serve besides. `starts_at` is where its clock starts.
    """

    def __init__(
        self,
        *,
        cast: Cast,
        port: int = 0,
        http_url: str | None = None,
        clock_file: Path | None = None,
        extra: "Callable[[Sandbox], Sequence[BaseRoute]] | None" = None,
        starts_at: datetime | None = None,
    ) -> None:
        self.clock = SandboxClock(clock_file, starts_at)
        self.world = World(cast, self.clock)
        self.hub = Hub(self.world, http_url)
        self.api = Api(self.world, self.hub, HANDLERS)
        self.guest = Guest()
        self._listening = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listening.getsockname()[1]
        self.api.base_url = f"http://127.0.0.1:{self.port}/"
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), log_config=None, lifespan="off", ws="websockets-sansio")
        )
        if extra:
            self.guest.host(extra(self))
        self._thread = threading.Thread(target=self._serve, daemon=True, name="sandbox-http")

    # Where things are

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def bot_token(self) -> str:
        """The app's bot token."""
        return self.world.tokens.bot

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self.world.tokens.app

    @property
    def signing_secret(self) -> str:
        """What signs payloads over HTTP."""
        return self.world.tokens.signing_secret

    @property
    def faults(self) -> Faults:
        """What goes wrong."""
        return self.api.faults

    @property
    def limiter(self) -> Limiter:
        """Rate limits."""
        return self.api.limiter

    @property
    def calls(self) -> list[Json]:
        """Every Web API call so far: method, args without the token, answer, when."""
        with self.world.lock:
            return list(self.world.calls)

    @property
    def is_stopping(self) -> bool:
        """Tell whether it was asked to stop: a stream that lasts must end."""
        return self._server.should_exit

    def person(self, who: str) -> PersonDriver:
        """Return somebody at their keyboard, by handle or id. Raises KeyError."""
        return PersonDriver(self.world, self.hub, self.api, self.world.person_named(who).member)

    def channel_id(self, name: str) -> str:
        """Return a channel's id by its name."""
        return self.world.channel_named(name).id

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """Return a channel's messages, or those of one thread, oldest first."""
        with self.world.lock:
            found = self.world.channel_named(channel).messages
            if thread_ts is None:
                return [dict(m) for m in found]
            return [dict(m) for m in found if thread_ts in {m["ts"], m.get("thread_ts")}]

    def wait(self, condition: Callable[[], bool], timeout_s: float = 5.0) -> bool:
        """Wait until `condition` holds; tell whether it does."""
        end = time.monotonic() + timeout_s
        with self.world.changed:
            while not condition():
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.world.changed.wait(min(left, 0.05))
        return True

    def wait_at_most(self, *, ack_s: float, trigger_s: float) -> None:
        """Set how long the app is waited for: while nobody is at the keyboards, as it needs."""
        self.hub.ack_within_s = ack_s
        self.world.trigger_life_s = trigger_s

    # Running

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve, in a thread. Raises TimeoutError when it cannot."""
        self._thread.start()
        self.hub.start()
        end = time.monotonic() + START_WITHIN_S
        while not self._server.started:
            if time.monotonic() > end:
                raise TimeoutError("the sandbox did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop serving; sockets are cut."""
        self.hub.disconnect("link_down")
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self.hub.stop()
        self._listening.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listening])

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._answer, methods=["GET", "POST"]),
                Route("/response/{token}", self._respond, methods=["POST"]),
                Route("/upload/{file_id}", self._upload, methods=["POST"]),
                WebSocketRoute("/link", self.hub.serve),
                Mount("/", self.guest),
            ]
        )

    # Answering

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=499)
        fault = self.faults.draw(method, self.clock.now())
        if fault and fault.kind is not FaultKind.DROP_AFTER:
            return await self._fail(fault, request, body, method)
        answer = await run_in_threadpool(self._call, request, body, method)
        if fault:
            return await self._drop(request)
        return answer

    async def _fail(self, fault: Fault, request: Request, body: bytes, method: str) -> Response:
        if fault.kind is FaultKind.RATELIMITED:
            return _too_many(fault.retry_after_s)
        if fault.kind is FaultKind.ERROR_500:
            return Response("upstream trouble", status_code=500)
        if fault.kind is FaultKind.SLOW:
            await run_in_threadpool(time.sleep, fault.delay_s)
            return await run_in_threadpool(self._call, request, body, method)
        return await self._drop(request)

    async def _drop(self, request: Request) -> Response:
        """Cut the connection without an answer."""
        cut(request)
        return Response(status_code=499)

    def _call(self, request: Request, body: bytes, method: str) -> Response:
        args = _arguments(request, body)
        token = _token(request, args)
        now = self.clock.now()
        tier = methods().get(method, {}).get("tier", "t4")
        wait = self.limiter.retry_after(method, tier, args.get("channel"), now)
        if wait is not None:
            self._note(method, args, {"ok": False, "error": "ratelimited"})
            return _too_many(wait)
        try:
            answer: Json = {"ok": True} | self.api.call(method, args, token)
        except ApiError as error:
            answer = {"ok": False, "error": error.code} | error.more
        if method == "apps.connections.open" and answer["ok"]:
            ticket = answer.pop("ticket")
            answer["url"] = f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"
        self._note(method, args, answer)
        scopes = ",".join(sorted(self.world.scopes))
        return JSONResponse(answer, headers={"x-oauth-scopes": scopes})

    def _note(self, method: str, args: Json, answer: Json) -> None:
        with self.world.lock:
            call = {"method": method, "args": args, "answer": answer, "at": self.clock.now()}
            self.world.calls.append(call)
            self.world.changed.notify_all()

    async def _upload(self, request: Request) -> Response:
        content = await request.body()
        file_id = request.path_params["file_id"]
        problem = await run_in_threadpool(take_upload, self.api, file_id, content)
        return Response(problem or f"OK - {len(content)}", status_code=400 if problem else 200)

    async def _respond(self, request: Request) -> Response:
        body = await request.json()
        token = request.path_params["token"]
        problem = await run_in_threadpool(take_response, self.api, token, body)
        return Response(problem or "ok", status_code=404 if problem else 200)


def _too_many(seconds: int) -> Response:
    answer = {"ok": False, "error": "ratelimited"}
    return JSONResponse(answer, status_code=429, headers={"retry-after": str(seconds)})


def _arguments(request: Request, body: bytes) -> Json:
    """Return a call's arguments, from JSON or a form; `blocks`, `view`, `metadata` may be text."""
    args: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        args |= json.loads(body or b"{}")
    else:
        args |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in ("blocks", "view", "metadata", "files"):
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                args[name] = None
    return args


def _token(request: Request, args: Json) -> str | None:
    given = args.pop("token", None)
    header = request.headers.get("authorization", "")
    return given or (header[7:] if header.lower().startswith("bearer ") else None)
