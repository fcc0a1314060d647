"""Delivery: one source of payloads, over Socket Mode or signed HTTP.

Interactive payloads wait three seconds for their ack. Events that nobody acks are sent again with
the same id: at once, after a minute, after five.
"""

import hashlib
import hmac
import http.client
import json
import queue
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.websockets import WebSocket

from bot.sandbox.sockets import Sockets
from bot.sandbox.state import Json, World

ACK_WITHIN_S = 3.0
RETRIES = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
PAUSE_S = 0.05
# A proxy of the environment has no business between two ends of a loopback.
DIRECT = urllib.request.ProxyHandler({})


@dataclass(frozen=True)
class Ack:
    """What the app answered. `delay_s` is real time; `status` is HTTP's, None over a socket."""

    is_acked: bool
    body: Json = field(default_factory=dict)
    delay_s: float = 0.0
    status: int | None = None


@dataclass
class _Undelivered:
    body: Json
    attempt: int
    due_at: datetime
    reason: str


class Hub:
    """Sends payloads to the app. `http_url` set: signed HTTP; else any one open socket.

    `ack_within_s` is how long an ack is waited for, real time.
    """

    def __init__(self, world: World, http_url: str | None = None) -> None:
        self.world = world
        self.http_url = http_url
        self.is_dropping_events = False
        self.ack_within_s = ACK_WITHIN_S
        self._sockets = Sockets(world)
        self._events: queue.Queue[Json] = queue.Queue()
        self._late: list[_Undelivered] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._opener = urllib.request.build_opener(DIRECT)
        self._threads = [
            threading.Thread(target=self._send_events, daemon=True, name="sandbox-events"),
            threading.Thread(target=self._send_late, daemon=True, name="sandbox-retries"),
        ]

    def start(self) -> None:
        """Start sending events."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop; what was not delivered is lost with the workspace."""
        self._stopping.set()
        self._sockets.give_up()
        for thread in self._threads:
            thread.join(timeout=ACK_WITHIN_S + 1)

    # Sockets

    def new_ticket(self) -> str:
        """Return a ticket that opens one socket."""
        return self._sockets.new_ticket()

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket until it closes."""
        await self._sockets.serve(socket)

    def count_sockets(self) -> int:
        """Return how many sockets are open."""
        return self._sockets.count()

    def disconnect(self, reason: str) -> None:
        """Ask every socket to go (`warning`, `refresh_requested`), or cut them (`link_down`)."""
        self._sockets.disconnect(reason)

    # Sending

    def send(self, kind: str, payload: Json, *, retry: tuple[int, str] | None = None) -> Ack:
        """Send a payload and wait for its ack, three seconds at most.

        `kind` is slash_commands, interactive or events_api. Hold no lock: the app may well call
        back before it acks.
        """
        started = time.monotonic()
        if self.http_url:
            return self._send_http(kind, payload, retry)
        envelope: Json = {
            "envelope_id": secrets.token_hex(16),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        body = self._sockets.deliver(envelope, self.ack_within_s)
        return Ack(is_acked=body is not None, body=body or {}, delay_s=_since(started))

    def _send_http(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> Ack:
        body, content_type = _encoded(kind, payload)
        headers = {"content-type": content_type, **self.signature(body)}
        if retry:
            headers |= {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]}
        call = urllib.request.Request(self.http_url or "", body.encode(), headers)  # noqa: S310
        started = time.monotonic()
        try:
            with self._opener.open(call, timeout=self.ack_within_s) as answer:
                told = _decoded(answer.read().decode(), kind)
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return Ack(is_acked=False, delay_s=_since(started), status=error.code)
        except (OSError, ValueError, http.client.HTTPException):
            return Ack(is_acked=False, delay_s=_since(started))
        return Ack(
            is_acked=status == http.HTTPStatus.OK, body=told, delay_s=_since(started), status=status
        )

    def signature(self, body: str) -> dict[str, str]:
        """Return the headers that prove a body is Slack's."""
        stamp = str(int(time.time()))  # noqa: TID251  # signatures are of real time
        secret = self.world.tokens.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}

    # Events

    def queue_event(self, payload: Json) -> None:
        """Send an event after those queued before it."""
        self._events.put(payload)

    @property
    def is_quiet(self) -> bool:
        """Tell whether every event queued so far was tried."""
        return self._events.unfinished_tasks == 0

    def _send_events(self) -> None:
        while not self._stopping.is_set():
            try:
                payload = self._events.get(timeout=PAUSE_S)
            except queue.Empty:
                continue
            self._try_event(payload, retry=None)
            self._events.task_done()

    def _try_event(self, payload: Json, retry: tuple[int, str] | None) -> None:
        reason = "timeout"
        if not self.is_dropping_events:
            ack = self.send("events_api", payload, retry=retry)
            if ack.is_acked:
                return
            reason = "http_error" if ack.status else "timeout"
        attempt = retry[0] if retry else 0
        if attempt < len(RETRIES):
            due_at = self.world.clock.now() + RETRIES[attempt]
            with self._lock:
                self._late.append(_Undelivered(payload, attempt + 1, due_at, reason))

    def _send_late(self) -> None:
        while not self._stopping.wait(PAUSE_S):
            now = self.world.clock.now()
            with self._lock:
                due = [found for found in self._late if found.due_at <= now]
                self._late = [found for found in self._late if found.due_at > now]
            for found in due:
                self._try_event(found.body, (found.attempt, found.reason))


def _encoded(kind: str, payload: Json) -> tuple[str, str]:
    """Return a payload as Slack sends it over HTTP, and its content type."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"


def _decoded(text: str, kind: str) -> Json:
    """Return an HTTP answer's body; a command may be answered by a plain text."""
    if text.startswith("{"):
        found: Json = json.loads(text)
        return found
    return {"text": text} if text and kind == "slash_commands" else {}


def _since(started: float) -> float:
    return time.monotonic() - started
