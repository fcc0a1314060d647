"""Exports: whole, stable, safe to open, and streamed."""

import csv
import gc
import io
import json
import tracemalloc
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import RowMapping, insert, select

from bot.db import requests, tables
from bot.db.record import Life
from bot.domain.content import Source
from bot.domain.deciding import reopen
from bot.domain.ids import ChannelId, RequestId
from bot.domain.request import file
from bot.export.documents import ExportedRecord, as_json, exported, schema
from bot.export.records import record_of
from bot.export.sheets import COLUMNS, as_csv
from bot.exporting import export, progress
from bot.i18n import LOCALES
from bot.services import exports
from bot.services.deps import Deps
from tests.builders import (
    CHARTER_FILE,
    HUGO,
    NOW,
    WORKSPACE,
    FakeClock,
    a_charter,
    a_request,
    a_route,
    some_content,
)
from tests.digest_builders import HARD_TITLES, decided
from tests.history import live
from tests.slack.test_views import LIVES

CHARTER = a_charter()


def lives_of_views() -> list[Life]:
    return [(request, request.pending) for request in LIVES]


def rows(lives: list[Life]) -> list[dict[str, str]]:
    told = "".join(as_csv(lives)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(told, newline="")))


def test_the_csv_has_a_line_per_request_and_every_column() -> None:
    lives = lives_of_views()

    found = rows(lives)

    assert len(found) == len(lives)
    assert all(tuple(row) == COLUMNS for row in found)
    (one,) = rows([(decided("Un export ?"), ())])
    assert one["reference"] == "ARB-1"
    assert one["squads"] == "checkout, onboarding"
    assert (one["verdict"], one["option"]) == ("first", "Export d’abord")
    assert one["decided_at"] == "2026-11-24 09:00:00+00:00"


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", " =", "\u00a0=", "\r=", "\n=", "＝", "＠"]
)
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    request = a_request(some_content(title=f"{start}HYPERLINK()"))

    (row,) = rows([(request, ())])

    assert row["title"].startswith("'")
    assert row["title"][1:] == f"{start}HYPERLINK()"


@given(st.text())
def test_any_title_comes_back_from_the_csv(title: str) -> None:
    typed = title.encode(errors="ignore").decode().replace("\0", "")

    (row,) = rows([(a_request(some_content(title=typed)), ())])

    assert row["title"].removeprefix("'") == typed.removeprefix("'") or row["title"] == typed


def test_the_json_is_what_its_schema_says() -> None:
    told = "".join(as_json(lives_of_views()))

    record = TypeAdapter(ExportedRecord).validate_json(told)

    assert record.format == "arbitrage-export/1"
    assert record.requests == tuple(exported(r, events) for r, events in lives_of_views())
    described = json.loads(schema())
    keys = set(described["$defs"]["ExportedRequest"]["properties"])
    assert all(set(request) == keys for request in json.loads(told)["requests"])


def test_an_empty_record_is_valid_too() -> None:
    assert json.loads("".join(as_json([])))["requests"] == []
    assert rows([]) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_decision_has_a_record_of_its_own(locale: str) -> None:
    names = []
    for number, (request, events) in enumerate(lives_of_views(), start=1):
        record = record_of(replace(request, number=number), events, CHARTER, locale)
        has_decision = request.decision or request.past_decisions
        assert (record is not None) == bool(has_decision)
        if record:
            names.append(record.name)
            assert record.body.startswith("---\nstatus: ")
            assert "<!channel>" not in record.body
            assert record.index_line.count("\n") == 1
    assert len(names) == len(set(names)) > 3


def test_a_record_reads_like_a_decision() -> None:
    request = decided("Faut-il livrer | <b>l’export</b> ?")
    source = Source(channel=ChannelId("C1"), ts="1.0", permalink="https://x/p1", author=HUGO)

    record = record_of(replace(request, source=source), request.pending, CHARTER, "fr")

    assert record is not None
    assert record.name == "0001-livrer-export.md"
    assert "# ARB-1 · Faut-il livrer | &lt;b>l’export&lt;/b> ?" in record.body
    assert "**En premier** — Export d’abord" in record.body
    assert "> Douze comptes l’attendent pour renouveler." in record.body
    assert "- **En contrepartie** — Le panier passe au cycle suivant." in record.body
    assert "- 2026-11-24 09:00 UTC · tranchée · U0CLAIRE — Douze comptes" in record.body
    assert "livrer \\| &lt;b>" in record.index_line


@pytest.mark.parametrize("title", HARD_TITLES)
def test_hard_titles_make_plain_file_names(title: str) -> None:
    record = record_of(decided(title), (), CHARTER, "fr")

    assert record is not None
    assert record.name.isascii()
    assert len(record.name) <= 70


def test_reopening_changes_a_record_and_not_its_name() -> None:
    request = decided()
    again = reopen(request, HUGO, "Du nouveau.", route=a_route(), at=NOW)

    before = record_of(request, request.pending, CHARTER, "fr")
    after = record_of(again, again.pending, CHARTER, "fr")

    assert before and after
    assert before.name == after.name
    added = [line for line in after.body.splitlines() if line not in before.body.splitlines()]
    assert added == ["status: open", "- 2026-11-24 09:00 UTC · rouverte · U0HUGO — Du nouveau."]


@pytest.fixture
def settings(deps: Deps, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the commands."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-none")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-none")
    monkeypatch.setenv("DATABASE_URL", deps.database.url)
    monkeypatch.setenv("CHARTER_FILE", str(CHARTER_FILE))


def options(**given: Any) -> Namespace:
    return Namespace(**{"output": None, "workspace": None, "locale": "fr"} | given)


@pytest.mark.usefixtures("settings")
def test_the_command_writes_every_format(deps: Deps, clock: FakeClock, tmp_path: Path) -> None:
    live(deps, clock, weeks=4, per_week=6)

    for what, name in (("csv", "a.csv"), ("json", "a.json"), ("markdown", "records")):
        export(options(what=what, output=tmp_path / name))

    assert (tmp_path / "a.csv").read_text("utf-8").count("ARB-") >= 24
    assert len(json.loads((tmp_path / "a.json").read_text("utf-8"))["requests"]) == 24
    index = (tmp_path / "records" / "README.md").read_text("utf-8")
    files = {path.name for path in (tmp_path / "records").rglob("*.*")} - {"README.md"}
    assert "filed-and-decided.png" in files
    assert all(name in index for name in files)


@pytest.mark.usefixtures("settings")
def test_two_exports_of_the_same_record_are_the_same(
    deps: Deps, clock: FakeClock, tmp_path: Path
) -> None:
    live(deps, clock, weeks=2, per_week=6)

    for folder in ("one", "two"):
        export(options(what="markdown", output=tmp_path / folder))
        clock.advance(days=3)

    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        for folder in ("one", "two")
    )
    assert one == two


def multiply(deps: Deps, last: int, *, first: int = 1) -> None:
    """Add copies of a long request and its events, numbered from `first` to `last`, in bulk."""
    long = decided("Une longue question. " * 100)
    long = replace(long, pending=(*file(a_request()).pending, *long.pending))
    with deps.begin() as session:
        if first == 1:
            requests.file_once(session, WORKSPACE, "copied", lambda _number: long)
        for table, key in ((tables.requests, "id"), (tables.events, "request_id")):
            rows = session.execute(select(table).where(table.c[key] == long.id)).mappings().all()
            numbers = range(max(first, 2), last + 1)
            copies = [copy(found, n) for n in numbers for found in rows]
            session.execute(insert(table), copies)


def copy(row: RowMapping, number: int) -> dict[str, Any]:
    changed = dict(row)
    if "number" in row:
        assert '"number":1,' in row["body"]
        body = row["body"].replace('"number":1,', f'"number":{number},')
        changed |= {"id": f"r{number}", "number": number, "source_key": str(number), "body": body}
    else:
        changed["request_id"] = f"r{number}"
    return changed


def test_the_record_is_read_by_number_whole_and_once(deps: Deps) -> None:
    multiply(deps, 450)  # more than two batches

    with exports.lives(deps.database, WORKSPACE) as lives:
        found = [(request.number, len(events)) for request, events in lives]

    assert found == [(number, 2) for number in range(1, 451)]


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("what", ["csv", "json"])
@pytest.mark.usefixtures("settings")
def test_more_requests_take_no_more_memory(deps: Deps, tmp_path: Path, what: str) -> None:
    """On one database: both are read a batch at a time."""
    peaks = []
    for first, last in ((1, 400), (401, 1000)):  # two batches, then five
        multiply(deps, last, first=first)
        gc.collect()
        tracemalloc.start()
        export(options(what=what, output=tmp_path / what))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    few, many = peaks
    assert many < 1.1 * few


def test_an_export_is_never_held_in_memory() -> None:
    request = decided("Une longue question. " * 100)
    lives = ((replace(request, number=n), request.pending) for n in range(3000))
    gc.collect()

    tracemalloc.start()
    length = sum(len(piece) for piece in as_json(lives))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert length > 10_000_000
    assert peak < length / 4


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_progress_and_a_file_does_not() -> None:
    terminal, plain = Terminal(), io.StringIO()
    life = (file(replace(a_request(), id=RequestId("r"))), ())

    assert len(list(progress([life] * 4, 4, terminal))) == 4
    assert len(list(progress([life] * 4, 4, plain))) == 4

    assert terminal.getvalue().endswith("4 / 4\n")
    assert plain.getvalue() == ""
