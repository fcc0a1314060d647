"""The workspace of a demonstration, served on a port that is free.

It is as its history left it, or new, with all of its history to live.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.cache import History
from bot.demo.running import clock_file, database_file
from bot.sandbox import snapshot
from bot.sandbox.cast import Cast, demo_cast
from bot.sandbox.server import Sandbox

PORTS_TRIED = 20
ANY = 0


def cast_of(locale: str) -> Cast:
    """Return the people: French ones and an English speaker, or all reading English."""
    cast = demo_cast()
    if locale == "fr":
        return cast
    return replace(cast, people=tuple(replace(one, locale="en-US") for one in cast.people))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a workspace is opened with. The bot's files are in `folder`."""

    folder: Path
    history: History
    locale: str
    port: int


@contextmanager
def open_workspace(opening: Opening) -> Iterator[Sandbox]:
    """Serve the workspace as its history left it, as long as the block lasts.

    Raises BadSnapshot, or OSError when no port is free.
    """
    database_file(opening.folder).write_bytes(opening.history.database)
    slack = _on_a_free_port(
        opening.port,
        lambda port: Sandbox(
            cast=cast_of(opening.locale),
            port=port,
            clock_file=clock_file(opening.folder),
            starts_at=datetime.fromisoformat(opening.history.world["now"]).astimezone(UTC),
        ),
    )
    slack.guest.is_awaited = True
    snapshot.put_back(slack.world, opening.history.world)
    with slack:
        yield slack


@contextmanager
def new_workspace(
    folder: Path, *, locale: str, port: int, starts_at: datetime
) -> Iterator[Sandbox]:
    """Serve a workspace where nothing happened yet, as long as the block lasts.

    Its guest is awaited: nobody sees a history being made. Raises OSError when no port is free.
    """
    slack = _on_a_free_port(
        port,
        lambda port: Sandbox(
            cast=cast_of(locale), port=port, clock_file=clock_file(folder), starts_at=starts_at
        ),
    )
    slack.guest.is_awaited = True
    with slack:
        yield slack


def _on_a_free_port(first: int, make: Callable[[int], Sandbox]) -> Sandbox:
    """Return what `make` makes on `first`, or on one of the next ports, or on any."""
    for port in range(first, first + PORTS_TRIED):
        try:
            return make(port)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    return make(ANY)
