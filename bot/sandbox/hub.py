"""Delivery: one source of payloads, over Socket Mode or signed HTTP.

Interactive payloads wait three seconds for their ack. Events that nobody acks are sent again with
the same id: at once, after a minute, after five.
"""

import asyncio
import hashlib
import hmac
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

from bot.sandbox.state import Json, World

ACK_WITHIN_S = 3.0
MAX_SOCKETS = 10
RETRIES = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
PAUSE_S = 0.05


@dataclass(frozen=True)
class Ack:
    """What the app answered. `delay_s` is real time; `status` is HTTP's, None over a socket."""

    is_acked: bool
    body: Json = field(default_factory=dict)
    delay_s: float = 0.0
    status: int | None = None


@dataclass
class _Socket:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop


@dataclass
class _Waiting:
    done: threading.Event = field(default_factory=threading.Event)
    body: Json = field(default_factory=dict)


@dataclass
class _Undelivered:
    body: Json
    attempt: int
    due_at: datetime


class Hub:
    """Sends payloads to the app. `http_url` set: signed HTTP; else any one open socket."""

    def __init__(self, world: World, http_url: str | None = None) -> None:
        self.world = world
        self.http_url = http_url
        self._tickets: set[str] = set()
        self._sockets: list[_Socket] = []
        self._waiting: dict[str, _Waiting] = {}
        self._lock = threading.Lock()
        self._events: queue.Queue[Json] = queue.Queue()
        self._late: list[_Undelivered] = []
        self._stopping = threading.Event()
        self.is_dropping_events = False
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
        for thread in self._threads:
            thread.join(timeout=ACK_WITHIN_S + 1)

    # Socket Mode

    def new_ticket(self) -> str:
        """Return a ticket that opens one socket."""
        ticket = secrets.token_urlsafe(16)
        with self._lock:
            self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket until it closes."""
        with self._lock:
            ticket = socket.query_params.get("ticket", "")
            is_known = ticket in self._tickets
            self._tickets.discard(ticket)
            is_full = len(self._sockets) >= MAX_SOCKETS
        if not is_known or is_full:
            await socket.close(code=4003)
            return
        await socket.accept()
        mine = _Socket(socket, asyncio.get_running_loop())
        hello = {
            "type": "hello",
            "num_connections": len(self._sockets) + 1,
            "connection_info": {"app_id": self.world.app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }
        await socket.send_text(json.dumps(hello))
        with self._lock:
            self._sockets.append(mine)
        self.world.note_change()
        try:
            while True:
                self._take_ack(await socket.receive_text())
        except Exception:  # noqa: BLE001  # however the peer leaves, the socket is gone
            return
        finally:
            with self._lock:
                if mine in self._sockets:
                    self._sockets.remove(mine)
            self.world.note_change()

    def _take_ack(self, text: str) -> None:
        try:
            found = json.loads(text)
        except ValueError:
            return
        with self._lock:
            waiting = self._waiting.get(found.get("envelope_id", ""))
        if waiting:
            waiting.body = found.get("payload") or {}
            waiting.done.set()

    def count_sockets(self) -> int:
        """Return how many sockets are open."""
        with self._lock:
            return len(self._sockets)

    def disconnect(self, reason: str) -> None:
        """Ask every socket to go (`warning`, `refresh_requested`), or cut them (`link_down`)."""
        with self._lock:
            sockets = list(self._sockets)
        told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        for found in sockets:
            if reason != "link_down":
                self._send_text(found, json.dumps(told))
            if reason != "warning":
                asyncio.run_coroutine_threadsafe(found.socket.close(), found.loop)

    def _send_text(self, found: _Socket, text: str) -> bool:
        try:
            sending = asyncio.run_coroutine_threadsafe(found.socket.send_text(text), found.loop)
            sending.result(timeout=1)
        except Exception:  # noqa: BLE001  # a socket that just closed
            return False
        return True

    # Sending

    def send(self, kind: str, payload: Json, *, retry: tuple[int, str] | None = None) -> Ack:
        """Send a payload and wait for its ack, three seconds at most.

        `kind` is slash_commands, interactive or events_api.
        """
        if self.http_url:
            return self._send_http(kind, payload, retry)
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if retry:
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        waiting = _Waiting()
        with self._lock:
            self._waiting[envelope_id] = waiting
            sockets = list(self._sockets)
        secrets.SystemRandom().shuffle(sockets)
        started = time.monotonic()
        text = json.dumps(envelope)
        try:
            if not any(self._send_text(found, text) for found in sockets):
                return Ack(is_acked=False)
            is_acked = waiting.done.wait(ACK_WITHIN_S)
            return Ack(is_acked=is_acked, body=waiting.body, delay_s=_since(started))
        finally:
            with self._lock:
                self._waiting.pop(envelope_id, None)

    def _send_http(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> Ack:
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        headers = {"content-type": content_type, **self.signature(body)}
        if retry:
            headers |= {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]}
        call = urllib.request.Request(self.http_url or "", body.encode(), headers)  # noqa: S310
        started = time.monotonic()
        try:
            with urllib.request.urlopen(call, timeout=ACK_WITHIN_S) as answer:  # noqa: S310
                text = answer.read().decode()
                told = json.loads(text) if text.startswith("{") else {}
                return Ack(is_acked=True, body=told, delay_s=_since(started), status=answer.status)
        except urllib.error.HTTPError as error:
            return Ack(is_acked=False, delay_s=_since(started), status=error.code)
        except (OSError, ValueError):
            return Ack(is_acked=False, delay_s=_since(started))

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

    def _send_events(self) -> None:
        while not self._stopping.is_set():
            try:
                payload = self._events.get(timeout=PAUSE_S)
            except queue.Empty:
                continue
            self._try_event(payload, attempt=0)

    def _try_event(self, payload: Json, attempt: int) -> None:
        retry = (attempt, "timeout") if attempt else None
        is_lost = self.is_dropping_events
        if not is_lost and self.send("events_api", payload, retry=retry).is_acked:
            return
        if attempt < len(RETRIES):
            due_at = self.world.clock.now() + RETRIES[attempt]
            with self._lock:
                self._late.append(_Undelivered(payload, attempt + 1, due_at))

    def _send_late(self) -> None:
        while not self._stopping.wait(PAUSE_S):
            now = self.world.clock.now()
            with self._lock:
                due = [found for found in self._late if found.due_at <= now]
                self._late = [found for found in self._late if found.due_at > now]
            for found in due:
                self._try_event(found.body, found.attempt)


def _since(started: float) -> float:
    return time.monotonic() - started
