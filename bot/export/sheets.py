"""Requests as CSV, one a line, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

from bot.domain.events import Event
from bot.domain.request import Request
from bot.export.documents import ExportedRequest, exported

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for something older."""

COLUMNS = (
    "reference",
    "title",
    "status",
    "question",
    "layer",
    "squads",
    "impact",
    "requester",
    "deciders",
    "submitted_at",
    "needed_by",
    "due_at",
    "decided_at",
    "verdict",
    "option",
    "rationale",
    "effect",
    "counterpart",
    "owner",
    "due_on",
    "review_on",
    "source_url",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take words for a formula; full-width signs too."""


def as_csv(lives: Iterable[tuple[Request, tuple[Event, ...]]]) -> Iterator[str]:
    """Yield the file line by line, its names of columns first."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for request, events in lives:
        yield _line(_cells(exported(request, events)))


def _cells(request: ExportedRequest) -> list[str]:
    decision = request.decision
    return [_cell(_value(request, decision, column)) for column in COLUMNS]


def _value(request: ExportedRequest, decision: object, column: str) -> object:
    if hasattr(request, column):
        return getattr(request, column)
    return getattr(decision, column, None)


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet runs: what starts like a formula gets an apostrophe."""
    if isinstance(value, tuple):
        value = ", ".join(str(item) for item in value)
    words = "" if value is None else str(value)
    starts = words.lstrip(" \u00a0").startswith(FORMULA_STARTS)
    return f"'{words}" if starts else words


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
