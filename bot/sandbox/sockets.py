"""Socket Mode: tickets, connections, envelopes and their acks."""

import asyncio
import json
import secrets
import threading
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.state import Json, World

MAX_SOCKETS = 10
SEND_WITHIN_S = 3.0
REFUSED = 4003


@dataclass(eq=False)
class _Socket:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop


@dataclass(eq=False)
class _Waiting:
    done: threading.Event = field(default_factory=threading.Event)
    is_acked: bool = False
    body: Json = field(default_factory=dict)


class Sockets:
    """The app's open connections. An envelope goes to any one of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._tickets: set[str] = set()
        self._open: list[_Socket] = []
        self._waiting: dict[str, _Waiting] = {}
        self._lock = threading.Lock()
        self._dice = secrets.SystemRandom()

    def new_ticket(self) -> str:
        """Return a ticket that opens one socket."""
        ticket = secrets.token_urlsafe(16)
        with self._lock:
            self._tickets.add(ticket)
        return ticket

    def count(self) -> int:
        """Return how many sockets are open."""
        with self._lock:
            return len(self._open)

    # One connection

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket until it closes; a ticket serves once, and ten are the most."""
        if not self._take_ticket(socket.query_params.get("ticket", "")):
            await socket.close(code=REFUSED)
            return
        await socket.accept()
        mine = _Socket(socket, asyncio.get_running_loop())
        if not await self._greet(mine):
            return
        try:
            while True:
                self._take_ack(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):
            # However the peer leaves, even by a frame that is not text, the socket is gone.
            return
        finally:
            self._forget(mine)

    def _take_ticket(self, ticket: str) -> bool:
        with self._lock:
            is_known = ticket in self._tickets
            self._tickets.discard(ticket)
        return is_known

    async def _greet(self, mine: _Socket) -> bool:
        """Say hello and list the socket; tell whether there was room for it."""
        with self._lock:
            has_room = len(self._open) < MAX_SOCKETS
            number = len(self._open) + 1
            if has_room:
                # Listed before the hello is sent: an eleventh at the same moment finds it full.
                self._open.append(mine)
        if not has_room:
            await mine.socket.send_text(json.dumps(_disconnect("too_many_websockets")))
            await mine.socket.close()
            return False
        hello = {
            "type": "hello",
            "num_connections": number,
            "connection_info": {"app_id": self.world.app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }
        try:
            await mine.socket.send_text(json.dumps(hello))
        except (WebSocketDisconnect, RuntimeError):
            self._forget(mine)
            return False
        self.world.note_change()
        return True

    def _forget(self, mine: _Socket) -> None:
        with self._lock:
            if mine in self._open:
                self._open.remove(mine)
        self.world.note_change()

    def _take_ack(self, text: str) -> None:
        try:
            found = json.loads(text)
        except ValueError:
            return
        if not isinstance(found, dict):
            return
        with self._lock:
            waiting = self._waiting.get(str(found.get("envelope_id", "")))
        if waiting is None:
            return
        payload = found.get("payload")
        waiting.body = payload if isinstance(payload, dict) else {}
        waiting.is_acked = True
        waiting.done.set()

    # All of them

    def deliver(self, envelope: Json, within_s: float) -> Json | None:
        """Send an envelope to any one socket; return the ack's payload, None when none comes."""
        waiting = _Waiting()
        with self._lock:
            self._waiting[envelope["envelope_id"]] = waiting
            sockets = list(self._open)
        self._dice.shuffle(sockets)
        text = json.dumps(envelope)
        try:
            if any(_send(found, text) for found in sockets):
                waiting.done.wait(within_s)
            return waiting.body if waiting.is_acked else None
        finally:
            with self._lock:
                self._waiting.pop(envelope["envelope_id"], None)

    def disconnect(self, reason: str) -> None:
        """Ask every socket to go (`warning`, `refresh_requested`), or cut them (`link_down`).

        After a warning they stay open: the app has seconds to open others.
        """
        with self._lock:
            sockets = list(self._open)
        for found in sockets:
            if reason != "link_down":
                _send(found, json.dumps(_disconnect(reason)))
            if reason != "warning":
                asyncio.run_coroutine_threadsafe(_close(found.socket), found.loop)

    def give_up(self) -> None:
        """Stop waiting for acks: the workspace closes."""
        with self._lock:
            for waiting in self._waiting.values():
                waiting.done.set()


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


async def _close(socket: WebSocket) -> None:
    try:
        await socket.close()
    except (WebSocketDisconnect, RuntimeError):
        return  # the peer left first


def _send(found: _Socket, text: str) -> bool:
    """Send a frame; tell whether it left, false on a socket that just closed."""
    sending = asyncio.run_coroutine_threadsafe(_send_text(found.socket, text), found.loop)
    try:
        return sending.result(timeout=SEND_WITHIN_S)
    except TimeoutError:
        sending.cancel()
        return False


async def _send_text(socket: WebSocket, text: str) -> bool:
    try:
        await socket.send_text(text)
    except (WebSocketDisconnect, RuntimeError):
        return False
    return True
