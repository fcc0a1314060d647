"""The workspace of a demonstration: served with its page, on a port that is free."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.db.engine import Database
from bot.demo.cache import History
from bot.demo.desk import DemoDesk
from bot.demo.making import cast_of
from bot.demo.running import clock_file, database_file, database_url
from bot.demo.stage import Stage
from bot.domain.calendar import Calendar
from bot.sandbox import snapshot
from bot.sandbox.page import page_routes
from bot.sandbox.server import Sandbox
from bot.slack.manifest import make_manifest

PORTS_TRIED = 20
ANY = 0


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a workspace is opened with. The bot's files are in `folder`."""

    folder: Path
    history: History
    calendar: Calendar
    locale: str
    port: int


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
        extra=lambda slack: page_routes(
            slack,
            DemoDesk(Stage(slack=slack, database=database), opening.calendar),
            manifest=make_manifest(),
        ),
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
