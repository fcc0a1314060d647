"""HTTP: health, readiness, metrics, and Slack's calls in HTTP mode."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, Protocol, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.domain.metrics_exposed import Measure

START_WITHIN_S = 10.0
MAX_BODY_BYTES = 1_000_000


class Answer(Protocol):
    """What a Slack call is answered."""

    @property
    def status(self) -> int:
        """HTTP's."""

    @property
    def headers(self) -> Mapping[str, str]:
        """One value per name."""

    @property
    def body(self) -> str:
        """As sent."""


Found = TypeVar("Found")


class Lately(Generic[Found]):
    """Reads something, and not again before `every_s`: the machine's seconds."""

    def __init__(self, read: Callable[[], Found], every_s: float) -> None:
        self._read = read
        self._every_s = every_s
        self._lock = threading.Lock()
        self._known: tuple[float, Found] | None = None

    def __call__(self) -> Found:
        """Return what was read last, or now."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] >= self._every_s:
                self._known = (time.monotonic(), self._read())
            return self._known[1]


@dataclass(frozen=True, kw_only=True)
class Probes:
    """What is served. `trouble` returns why the app is not ready, None when it is.

    `measures` returns gauges by name, `numbers` those of governance. `slack` answers Slack's
    calls, None in Socket Mode.
    """

    trouble: Callable[[], str | None]
    measures: Callable[[], Mapping[str, float]]
    numbers: Callable[[], Iterable[Measure]] = tuple
    slack: Callable[[str, Mapping[str, str]], Answer] | None = None


class WebServer:
    """Serves in a thread of its own. Port 0 takes a free one."""

    def __init__(self, probes: Probes, *, host: str, port: int) -> None:
        self._probes = probes
        self._listening = socket.create_server((host, port))
        self.port: int = self._listening.getsockname()[1]
        config = uvicorn.Config(self._app(), log_config=None, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    def start(self) -> None:
        """Serve. Raises TimeoutError when it cannot."""
        self._thread.start()
        end = time.monotonic() + START_WITHIN_S
        while not self._server.started:
            if time.monotonic() > end:
                raise TimeoutError("the web server did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Finish the calls under way, and stop."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listening.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listening])

    def _app(self) -> Starlette:
        routes = [
            Route("/healthz", self._health),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]
        if self._probes.slack:
            routes.append(Route("/slack/events", self._slack, methods=["POST"]))
        return Starlette(routes=routes)

    async def _health(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _request: Request) -> Response:
        trouble = await run_in_threadpool(self._probes.trouble)
        return PlainTextResponse(f"{trouble or 'ready'}\n", status_code=503 if trouble else 200)

    async def _metrics(self, _request: Request) -> Response:
        from prometheus_client import (  # noqa: PLC0415  # only those who scrape pay for it
            CONTENT_TYPE_LATEST,
            REGISTRY,
            CollectorRegistry,
            Gauge,
            generate_latest,
        )

        registry = CollectorRegistry()
        measures = await run_in_threadpool(self._probes.measures)
        for name, value in measures.items():
            Gauge(f"arbitrage_{name}", name.replace("_", " "), registry=registry).set(value)
        numbers = await run_in_threadpool(self._probes.numbers)
        for name, found in groupby(numbers, key=lambda measure: measure.name):
            values = tuple(found)
            words = f"{name.replace('_', ' ')}, of the last six weeks"
            gauge = Gauge(f"arbitrage_{name}", words, tuple(values[0].labels), registry=registry)
            for one in values:
                (gauge.labels(**one.labels) if one.labels else gauge).set(one.value)
        body = generate_latest(registry) + generate_latest(REGISTRY)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    async def _slack(self, request: Request) -> Response:
        body = await request.body()
        if len(body) > MAX_BODY_BYTES or self._probes.slack is None:
            return Response(status_code=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = await run_in_threadpool(self._probes.slack, body.decode(), headers)
        return Response(answer.body, status_code=answer.status, headers=dict(answer.headers))
