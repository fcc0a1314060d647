"""The journal at scale: `python -m benchmarks.memory [size …]`.

Generates requests on SQLite (a year of them), then times the digest, the numbers, the first page
of a search and an export, each beside the plain SQL behind it, in the same process.
"""

import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import ROOT
from bot import config
from bot.db import codec, migrating
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.charter import Layer
from bot.domain.content import Content
from bot.domain.events import Event, EventKind, Status
from bot.domain.ids import ChannelId, ImpactId, PersonId, QuestionId, RequestId, WorkspaceId
from bot.domain.journal import Query, Reader, words_of
from bot.domain.request import Request
from bot.domain.routing import Route
from bot.export.documents import as_json
from bot.services import digests, exports, journal, metrics
from bot.services.deps import Deps, Rosters

SIZES = (10_000, 100_000)
REPEATS = 3
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
YEAR_S = 365 * 86_400
T, C = WorkspaceId("T1"), ChannelId("C1")
WORDS = [f"mot{number}" for number in range(2000)]
LAYERS = list(Layer)
IMPACTS = ("retention", "activation", "revenue", "reliability")
EVENTS_EACH = 3


def main() -> None:
    """Measure and print; sizes are the arguments, 10⁴ and 10⁵ without any."""
    for size in [int(given) for given in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _measure(size, Path(folder) / "memory.db")


def _measure(size: int, path: Path) -> None:
    started = time.monotonic()
    _generate(path, size)
    print(f"\n{size:,} requests, {EVENTS_EACH * size:,} events: generated in", end=" ")
    print(f"{time.monotonic() - started:.0f} s, {path.stat().st_size / 2**20:.0f} MiB", flush=True)
    deps, plain = _deps(path), sqlite3.connect(path)
    scope = Scope(channels=frozenset({C}))
    reader = Reader(person=PersonId("U1"), channels=frozenset({C}))
    behind = _timed(lambda: [plain.execute(sql, given).fetchall() for sql, given in _plain()])
    numbers = _timed(lambda: metrics.numbers(deps, scope, metrics.latest(deps)))
    _line("stats", numbers, behind, goal_s=1)
    _line("digest", _timed(lambda: digests.preview(deps, ())), behind, goal_s=1)
    raw = _timed(lambda: plain.execute(SEARCH).fetchall())
    for words in ("mot7", "mot7 mot8", "jamais", ""):
        asked = _timed(lambda w=words: journal.page(deps, reader, Query(words=w)))  # type: ignore[misc]
        _line(f"search « {words} »", asked, raw, goal_s=0.2)
    _export(deps, plain, size)
    plain.close()
    deps.database.close()


SEARCH = "SELECT rowid FROM search_fts WHERE search_fts MATCH 'mot7' ORDER BY rowid DESC LIMIT 10"
TIMES = (
    "SELECT layer, count(*), avg(elapsed_s), avg(working_unpaused_s) FROM decisions"
    " WHERE workspace_id = ? AND decided_at >= ? AND decided_at < ? GROUP BY layer"
)
RATES = (
    "SELECT count(*), sum(is_referred), sum(has_evidence), sum(is_urgent), sum(is_past_date)"
    " FROM decisions WHERE workspace_id = ? AND decided_at >= ? AND decided_at < ?"
)
REOPENED = (
    "SELECT count(*), sum(reopened_after_s < 7776000) FROM decisions"
    " WHERE workspace_id = ? AND decided_at >= ? AND decided_at < ?"
)
FILED = (
    "SELECT count(*) FROM requests"
    " WHERE workspace_id = ? AND submitted_at >= ? AND submitted_at < ?"
)
OPEN = (
    "SELECT layer, count(*), min(submitted_at), sum(due_at < ?) FROM requests"
    " WHERE workspace_id = ? AND status IN ('open', 'on_agenda', 'awaiting_evidence')"
    " GROUP BY layer"
)


def _plain() -> list[tuple[str, tuple[str, ...]]]:
    """Return the plain aggregates behind the numbers: counts and means, no rank."""
    six, ninety = timedelta(weeks=6), timedelta(days=90)
    now = (T, _sql(NOW - six), _sql(NOW))
    return [
        (TIMES, (T, _sql(NOW - 2 * six), _sql(NOW))),
        (RATES, now),
        (REOPENED, (T, _sql(NOW - six - ninety), _sql(NOW - ninety))),
        (FILED, now),
        (OPEN, (_sql(NOW), T)),
    ]


def _export(deps: Deps, plain: sqlite3.Connection, size: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def whole() -> None:
        with exports.lives(deps.database, T) as lives:
            for _ in as_json(lives):
                pass

    def raw() -> None:
        for _ in plain.execute("SELECT body FROM requests ORDER BY number"):
            pass
        for _ in plain.execute("SELECT body FROM events ORDER BY workspace_id, request_id, seq"):
            pass

    ours, theirs = _timed(whole, repeats=1), _timed(raw, repeats=1)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    _line(f"export ({size / ours:,.0f} requests/s)", ours, theirs, goal_s=None)
    print(f"  memory grown by the export             {grown:6.0f} MiB")


def _timed(work: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _line(name: str, ours: float, other: float, *, goal_s: float | None) -> None:
    goal = f"   goal {goal_s * 1000:.0f} ms" if goal_s else ""
    print(f"  {name:38} {_ms(ours)}   {ours / other:6.1f} x ({_ms(other)}){goal}", flush=True)


def _ms(duration_s: float) -> str:
    return f"{duration_s * 1000:8.1f} ms"


def _deps(path: Path) -> Deps:
    return Deps(
        workspace=T,
        workspace_url="https://x.slack.com/",
        channel=C,
        database=Database(f"sqlite:///{path}"),
        charter=config.load(ROOT / "config" / "charter.toml").charter,
        charter_version=1,
        now=lambda: NOW,
        new_id=lambda: "",
        wake=lambda: None,
        rosters=Rosters(),
    )


# Generating: raw SQL, rows as the bot writes them


def _generate(path: Path, size: int) -> None:
    migrating.upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as session:
        session.execute("PRAGMA synchronous=OFF")
        session.execute("PRAGMA cache_size=-200000")
        for table, rows in _tables(size).items():
            batch = iter(rows)
            first = next(batch)
            marks = ", ".join("?" * len(first))
            session.execute(f"INSERT INTO {table} VALUES ({marks})", first)  # noqa: S608  # ours
            session.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)  # noqa: S608
        session.execute("ANALYZE")


def _tables(size: int) -> dict[str, Iterator[tuple[object, ...]]]:
    return {
        "requests": (_request_row(n, size) for n in range(1, size + 1)),
        "request_squads (workspace_id, request_id, squad_id)": (
            (T, f"r{n}", "checkout" if n % 2 else "onboarding") for n in range(1, size + 1)
        ),
        "request_people (workspace_id, request_id, person_id, part)": (
            (T, f"r{n}", f"U{n % 50}", "decider") for n in range(1, size + 1)
        ),
        "request_words (workspace_id, request_id, words)": (
            (T, f"r{n}", words_of(_request(n, size))) for n in range(1, size + 1)
        ),
        DECISIONS: (_decision_row(n, size) for n in range(1, size + 1) if not _is_open(n)),
        "events": (row for n in range(1, size + 1) for row in _event_rows(n, size)),
    }


DECISIONS = (
    "decisions (workspace_id, request_id, seq, channel, layer, impact, seats, decided_at,"
    " elapsed_s, elapsed_unpaused_s, working_s, working_unpaused_s, is_referred, has_evidence,"
    " is_urgent, is_past_date, due_on)"
)


def _is_open(number: int) -> bool:
    return number % 50 == 0


def _instants(number: int, size: int) -> tuple[datetime, datetime]:
    dice = random.Random(number)  # noqa: S311  # dice, not secrets
    filed = NOW - timedelta(seconds=YEAR_S * (size - number) / size + 3 * 86_400)
    return filed, filed + timedelta(seconds=dice.expovariate(1 / 90_000))


_MODEL = Request(
    id=RequestId("r"),
    workspace=T,
    number=0,
    status=Status.DECIDED,
    content=Content(title="", question=QuestionId("first"), impact=ImpactId("retention")),
    asked_verdict=config.load(ROOT / "config" / "charter.toml").charter.questions[0].verdict,
    requester=PersonId("U1"),
    channel=C,
    charter_version=1,
    route=Route(layer=Layer.ARBITRATION, mandates=()),
    submitted_at=NOW,
    clock_from=NOW,
)


def _request(number: int, size: int) -> Request:
    dice = random.Random(number)  # noqa: S311
    title = f"Faut-il {' '.join(dice.choices(WORDS, k=6))} ?"
    effect = " ".join(dice.choices(WORDS, k=30))
    filed, _ = _instants(number, size)
    content = replace(
        _MODEL.content, title=title, effect=effect, impact=ImpactId(IMPACTS[number % 4])
    )
    return replace(
        _MODEL,
        id=RequestId(f"r{number}"),
        number=number,
        status=Status.OPEN if _is_open(number) else Status.WITHDRAWN,
        content=content,
        submitted_at=filed,
        clock_from=filed,
    )


def _request_row(number: int, size: int) -> tuple[object, ...]:
    request = _request(number, size)
    filed, decided = _instants(number, size)
    is_open = _is_open(number)
    return (
        T,
        request.id,
        number,
        1,
        f"view:{number}",
        "open" if is_open else "decided",
        LAYERS[number % 4],
        "first",
        request.content.impact,
        f"U{number % 200}",
        request.content.title,
        _sql(filed),
        _sql(filed + timedelta(days=3)) if is_open else None,
        None if is_open else _sql(decided),
        codec.dump_request(request),
        C,
    )


def _decision_row(number: int, size: int) -> tuple[object, ...]:
    filed, decided = _instants(number, size)
    length = int((decided - filed).total_seconds())
    seat = ("cpo", "cto", "pm:checkout", "cpo,cto")[number % 4]
    flags = (number % 7 == 0, number % 3 == 0, number % 10 == 0, number % 20 == 0)
    due_on = f"{decided + timedelta(days=14):%Y-%m-%d}"
    return (
        *(T, f"r{number}", EVENTS_EACH, C, LAYERS[number % 4], IMPACTS[number % 4], seat),
        *(_sql(decided), length, length, length // 4, length // 4, *flags, due_on),
    )


def _event_rows(number: int, size: int) -> Iterator[tuple[object, ...]]:
    filed, decided = _instants(number, size)
    kinds = (EventKind.FILED, EventKind.OBJECTED, EventKind.DECIDED)
    for seq, (kind, at) in enumerate(zip(kinds, (filed, filed, decided), strict=True), start=1):
        event = Event(seq=seq, kind=kind, at=at, by=PersonId("U1"), to_status=Status.OPEN)
        body = codec.dump_event(event)
        yield (T, f"r{number}", seq, kind, _sql(at), body, "", "", "")


def _sql(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


if __name__ == "__main__":
    main()
