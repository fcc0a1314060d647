"""Connections that wait in a pool: one that the server closed is never handed out.

A server that stops says so on the socket, which costs nothing to look at. One that something on the
way forgot says nothing: who has waited long is asked.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

QUIET_S = 30.0
"""After this long in the pool, a connection is asked whether it still answers: firewalls forget
those that say nothing for minutes."""

_SINCE = "waits_since"


def hand_out_only_living(engine: Engine) -> None:
    """Have each connection of `engine`, on psycopg, looked at as it leaves the pool.

    One that is dead is replaced, and so are all that waited with it: the server went away.
    """
    event.listen(engine, "checkin", _note)
    event.listen(engine, "checkout", _look)


def _note(_connection: object, record: Any) -> None:
    record.info[_SINCE] = time.monotonic()


def _look(connection: Any, record: Any, _proxy: object) -> None:
    since = record.info.pop(_SINCE, None)
    if since is None:
        return
    if _is_said_to_close(connection) or (
        time.monotonic() - since > QUIET_S and not _answers(connection)
    ):
        raise InvalidatePoolError


def _is_said_to_close(connection: Any) -> bool:
    """Tell whether the server said something that nobody asked for: nothing else does."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _answers(connection: Any) -> bool:
    try:
        connection.execute("")
        connection.rollback()
    except connection.Error:
        return False
    return True
