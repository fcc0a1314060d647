"""`arbitrage export`: the record as CSV, JSON or Markdown, streamed."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from bot.app import open_database
from bot.config import load
from bot.domain.charter import Charter
from bot.domain.charts import Chart
from bot.domain.events import Event
from bot.domain.ids import WorkspaceId
from bot.domain.request import Request
from bot.export.curves import Months
from bot.export.documents import as_json, schema
from bot.export.pictures import NoPictures, picture
from bot.export.records import index_foot, index_head, picture_name, record_of
from bot.export.sheets import as_csv
from bot.services import exports
from bot.settings import read_settings

WIDTH = 30
REDRAWN_EVERY_S = 0.1

Life = tuple[Request, tuple[Event, ...]]


class CannotExport(Exception):
    """Nothing was exported. The message is one line, with the cure."""


def export(options: argparse.Namespace) -> None:
    """Export what was asked. Raises CannotExport, or what reading a database raises."""
    if options.what == "schema":
        sys.stdout.write(schema())
        return
    settings = read_settings()
    database = open_database(settings.database_url)
    try:
        workspace, total = _workspace(exports.workspaces(database), options.workspace)
        with exports.lives(database, workspace) as lives:
            followed = progress(lives, total, sys.stderr)
            if options.what == "markdown":
                charter = load(settings.charter_file).charter
                _write_records(followed, options.output, charter, options.locale)
            else:
                pieces = as_csv(followed) if options.what == "csv" else as_json(followed)
                _write(pieces, options.output)
    finally:
        database.close()


def _workspace(found: Mapping[WorkspaceId, int], wanted: str | None) -> tuple[WorkspaceId, int]:
    if wanted is not None:
        return WorkspaceId(wanted), found.get(WorkspaceId(wanted), 0)
    if len(found) > 1:
        raise CannotExport(f"several workspaces: choose with --workspace ({', '.join(found)})")
    return next(iter(found.items()), (WorkspaceId(""), 0))


def _write(pieces: Iterable[str], output: Path | None) -> None:
    # newline="": CSV has its own line ends.
    target = output.open("w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout)
    with target as file:
        for piece in pieces:
            file.write(piece)


def _write_records(
    lives: Iterable[Life], output: Path | None, charter: Charter, locale: str
) -> None:
    if output is None:
        raise CannotExport("markdown makes one file per decision: say where with --output FOLDER")
    output.mkdir(parents=True, exist_ok=True)
    months = Months(charter.calendar.zone)
    with (output / "README.md").open("w", encoding="utf-8", newline="\n") as index:
        index.write(index_head(locale))
        for request, events in months.follow(lives):
            record = record_of(request, events, charter, locale)
            if record:
                (output / record.name).write_text(record.body, encoding="utf-8", newline="\n")
                index.write(record.index_line)
        charts = months.charts(locale)
        index.write(index_foot(charts, _draw_charts(charts, output), locale))


def _draw_charts(charts: Sequence[Chart], output: Path) -> tuple[str, ...]:
    """Write the pictures of charts; return which have one: none without matplotlib."""
    try:
        drawn = [(chart, picture(chart)) for chart in charts]
    except NoPictures:
        sys.stderr.write("No pictures: install requirements-charts.lock to have them.\n")
        return ()
    for chart, png in drawn:
        place = output / picture_name(chart)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(png)
    return tuple(chart.id for chart, _ in drawn)


def progress(lives: Iterable[Life], total: int, terminal: TextIO) -> Iterator[Life]:
    """Yield the same, with a bar on a terminal; elsewhere in silence."""
    if not terminal.isatty():
        yield from lives
        return
    drawn_at = 0.0
    done = 0
    for life in lives:
        yield life
        done += 1
        if time.monotonic() - drawn_at > REDRAWN_EVERY_S:
            drawn_at = time.monotonic()
            _draw(done, total, terminal)
    _draw(done, max(total, done), terminal)
    terminal.write("\n")


def _draw(done: int, total: int, terminal: TextIO) -> None:
    filled = WIDTH * done // max(total, done, 1)
    bar = "#" * filled + "." * (WIDTH - filled)
    terminal.write(f"\r[{bar}] {done} / {total}")
    terminal.flush()
