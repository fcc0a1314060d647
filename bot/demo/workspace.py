"""The workspace of a demonstration: as its history left it, served on a port that is free."""

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.routing import BaseRoute

from bot.db.engine import Database
from bot.demo.cache import History
from bot.demo.making import cast_of
from bot.demo.running import clock_file, database_file, database_url
from bot.demo.stage import Stage
from bot.sandbox import snapshot
from bot.sandbox.server import Sandbox

PORTS_TRIED = 20
ANY = 0


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a workspace is opened with. The bot's files are in `folder`.

    `guest` gives routes to serve beside Slack's own: the page's.
    """

    folder: Path
    history: History
    locale: str
    port: int
    guest: Callable[[Stage], Sequence[BaseRoute]] = lambda _stage: ()


@contextmanager
def open_workspace(opening: Opening) -> Iterator[Sandbox]:
    """Serve the workspace as its history left it, as long as the block lasts.

    Raises BadSnapshot, or OSError when no port is free.
    """
    database_file(opening.folder).write_bytes(opening.history.database)
    database = Database(database_url(opening.folder))
    try:
        slack = _on_a_free_port(opening.port, lambda port: _sandbox(opening, database, port))
        snapshot.put_back(slack.world, opening.history.world)
        with slack:
            yield slack
    finally:
        database.close()


def _sandbox(opening: Opening, database: Database, port: int) -> Sandbox:
    return Sandbox(
        cast=cast_of(opening.locale),
        port=port,
        clock_file=clock_file(opening.folder),
        starts_at=datetime.fromisoformat(opening.history.world["now"]).astimezone(UTC),
        extra=lambda slack: opening.guest(Stage(slack=slack, database=database)),
    )


def _on_a_free_port(first: int, make: Callable[[int], Sandbox]) -> Sandbox:
    """Return what `make` makes on `first`, or on one of the next ports, or on any."""
    for port in range(first, first + PORTS_TRIED):
        try:
            return make(port)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    return make(ANY)
