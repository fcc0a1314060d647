"""The journal at scale: `python3 run.py bench memory [--size N …] [--database …] [--keep FOLDER]`.

Generates a year of requests, ten events each, then times what people read of it, each beside the
plain SQL aggregate behind it, in the same process; and an export, in a process of its own.
`--keep` keeps what was generated, in a file of FOLDER or on the server of TEST_DATABASE_URL, and
measures it again the next time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import create_engine, make_url, text

from benchmarks import models
from benchmarks.generating import generate
from benchmarks.measuring import ROOT, watched
from benchmarks.models import NOW, T
from benchmarks.plain import WEEK, Plain
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.ids import ChannelId, PersonId, SquadId
from bot.domain.journal import Query, Reader
from bot.domain.metrics import Period
from bot.services import digests, journal, metrics
from bot.services.deps import Deps, Rosters
from bot.services.schedule.tick import tick
from bot.slack import home_pages
from bot.slack.app import make_kit

SIZES = (10_000, 100_000)
DATABASES = ("sqlite", "postgresql")
REPEATS = 5
C = ChannelId("C1")
BUSY, QUIET = PersonId("U1"), PersonId("U60")
"""Who decides half of what is open, and somebody like any other."""

Work = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one thing takes, in seconds: the first time in a process, then at best.

    `cpu_s` and `plain_s` are processor time, of this process and of the database's, for the thing
    and for the plain SQL behind it: what else the machine does does not count.
    """

    name: str
    first_s: float
    best_s: float
    cpu_s: float
    plain_s: float
    goal_s: float


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="run.py bench memory", description=__doc__)
    parser.add_argument("--size", type=int, nargs="+", default=SIZES, help="how many requests")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--no-export", action="store_true", help="an export takes the longest")
    parser.add_argument("--keep", type=Path, help="a folder for what is generated")
    options = parser.parse_args(arguments)
    for kind in DATABASES if options.database == "both" else (options.database,):
        found = {}
        for size in options.size:
            name = f"memory_{size}"
            with made(kind, name, options.keep) as (url, is_there):
                print(f"\n{kind}, {size:,} requests", end=", ", flush=True)
                print("kept" if is_there else _generated(url, size), flush=True)
                found[size] = measure(url, has_export=not options.no_export)
        _growth(kind, found)


def _generated(url: str, size: int) -> str:
    started, used = time.monotonic(), time.process_time()
    in_database_s = generate(url, size)
    cpu_s = time.process_time() - used + in_database_s
    return f"generated in {time.monotonic() - started:.0f} s, {cpu_s:.0f} s of processors"


@contextmanager
def made(kind: str, name: str, kept: Path | None) -> Iterator[tuple[str, bool]]:
    """Give the URL of a database for as long as the block lasts, and whether it is filled.

    One that is not kept is empty.
    """
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            path = (kept or Path(folder)) / f"{name}.db"
            yield f"sqlite:///{path}", path.exists()
        return
    from tests import postgres  # noqa: PLC0415  # a dev dependency

    with postgres.served() as server:
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as session:
            found = session.execute(text(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))
            is_kept = kept is not None and found.first() is not None
            if not is_kept:
                session.execute(text(f"DROP DATABASE IF EXISTS {name}"))
                session.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        yield url, is_kept
        with engine.connect() as session:
            if kept is None:
                session.execute(text(f"DROP DATABASE {name}"))
        engine.dispose()


def measure(url: str, *, has_export: bool) -> list[Figure]:
    """Measure and print everything on the generated database at `url`."""
    database = Database(url)
    plain = Plain(database)
    print(f"  {'':28} {'first':>11} {'best':>11} {'processor':>11} {'x plain SQL':>13}")
    found = [_told(figure) for figure in _figures(deps_of(database), plain)]
    if has_export:
        _export(url, plain)
    plain.close()
    database.close()
    return found


def _figures(deps: Deps, plain: Plain) -> Iterator[Figure]:
    scope = Scope(channels=frozenset({C}))
    stats = lambda: metrics.numbers(deps, scope, metrics.latest(deps))  # noqa: E731
    yield _figure(plain, "stats", stats, plain.stats(), 1.0)
    yield _figure(plain, "digest", _digest(deps), plain.digest(), 1.0)
    behind = plain.digest(of_squad=True)
    yield _figure(plain, "digest of a squad", _digest(deps, SquadId("checkout")), behind, 1.0)
    kit = make_kit(deps, Hush(), PersonId("UBOT"))
    for name, person in (("home, half of what waits", BUSY), ("home", QUIET)):
        shown = lambda whose=person: home_pages.publish(kit, whose)  # noqa: E731
        yield _figure(plain, name, shown, plain.home(person), 1.0)
    kit.stop()
    for name, person, query in searches():
        channels = frozenset({C}) if person == BUSY else frozenset[ChannelId]()
        reader = Reader(person=person, channels=channels)
        page = lambda reader=reader, query=query: journal.page(deps, reader, query)  # noqa: E731
        word = query.words.split()[0] if query.words else "mot0007"
        yield _figure(plain, f"search: {name}", page, plain.search(word), 0.2)
    ticked = lambda: tick(deps, holder="bench", machine_now=deps.now)  # noqa: E731
    yield _figure(plain, "tick, nothing due", ticked, [DUE.format(plain.at(NOW))], 0.05)


DUE = (
    f"SELECT key FROM timers WHERE workspace_id = '{T}' AND kind IN ('assign', 'decide',"
    " 'delivery', 'evidence', 'review') AND due_at <= {0} ORDER BY due_at LIMIT 500"
)


def searches() -> Iterator[tuple[str, PersonId, Query]]:
    """Yield what is looked for: what it is called, by whom, and the query."""
    squad, layer = models.SQUAD, models.LAYER
    for name, query in (
        ("nothing asked", Query()),
        ("a word of most", Query(words="mot0007")),
        ("a rare word", Query(words="mot1950")),
        ("two words", Query(words="mot0007 mot1800")),
        ("two rare words", Query(words="mot1949 mot1951")),
        ("a beginning", Query(words="mot19")),
        ("no such word", Query(words="jamais")),
        ("a number", Query(words="arb77")),
        ("the middle", Query(words="mot0007", below=5_000)),
        ("four filters", Query(squad=squad, layer=layer, impact=models.IMPACT, decider=QUIET)),
        ("filters, none has all", Query(layer=layer, decider=PersonId("U999"))),
        ("a rare word, filtered", Query(words="mot1950", squad=squad, layer=layer)),
        ("since, filtered", Query(since=NOW - WEEK, decider=QUIET)),
    ):
        yield name, BUSY, query
    yield "outside the channel", QUIET, Query()
    yield "outside, a word", QUIET, Query(words="mot0007")


def _digest(deps: Deps, *squads: SquadId) -> Work:
    scope = Scope(channels=frozenset({C}), squads=squads)

    def told() -> object:
        with deps.read() as session:
            return digests.digest_of(session, deps, scope, Period(start=NOW - WEEK, end=NOW))

    return told


class Hush(WebClient):
    """Slack that says yes at once: what is measured is ours."""

    def api_call(self, api_method: str, **_given: Any) -> Any:
        """Return what every method of ours is content with."""
        return {"ok": True, "channel": {"is_private": False}, "members": [], "method": api_method}


def _figure(plain: Plain, name: str, ours: Work, theirs: list[str], goal_s: float) -> Figure:
    first_s, _ = _best(ours, 1, plain)
    best_s, cpu_s = _best(ours, REPEATS, plain)
    _, plain_s = _best(plain.runner(theirs), REPEATS, plain)
    return Figure(
        name=name, first_s=first_s, best_s=best_s, cpu_s=cpu_s, plain_s=plain_s, goal_s=goal_s
    )


def _best(work: Work, repeats: int, plain: Plain) -> tuple[float, float]:
    """Return the best time of some, by the watch and by the processors, in seconds."""
    times = []
    plain.watch()
    for _ in range(repeats):
        started = time.perf_counter(), plain.processor_s()
        work()
        times.append((time.perf_counter() - started[0], plain.processor_s() - started[1]))
    return min(watch for watch, _ in times), min(cpu for _, cpu in times)


def _told(figure: Figure) -> Figure:
    missed = "  MISSED" if figure.cpu_s > figure.goal_s else ""
    ratio = f"{figure.cpu_s / figure.plain_s:6.1f} x ({_ms(figure.plain_s)})"
    print(
        f"  {figure.name:28} {_ms(figure.first_s)} {_ms(figure.best_s)} {_ms(figure.cpu_s)} {ratio}"
        f"   goal {figure.goal_s * 1000:.0f} ms{missed}",
        flush=True,
    )
    return figure


def _ms(length_s: float) -> str:
    return f"{length_s * 1000:8.1f} ms"


def _export(url: str, plain: Plain) -> None:
    """Export in a process of its own; print its time and its peak memory."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_APP_TOKEN": "xapp-bench",
        "CHARTER_FILE": str(ROOT / "config" / "charter.toml"),
    }
    raw_s, _ = _best(plain.streamer(plain.record()), 1, plain)
    for what in ("json", "csv"):
        command = [sys.executable, "-m", "bot", "export", what, "--output", os.devnull]
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        peak = watched(process)
        took = time.perf_counter() - started
        assert process.returncode == 0, command
        ratio = f"{took / raw_s:6.1f} x ({_ms(raw_s)})"
        print(f"  export {what:21} {'':11} {_ms(took)} {'':11} {ratio}   peak {peak:.0f} MiB")


def _growth(kind: str, found: dict[int, list[Figure]]) -> None:
    """Print what each thing takes at each size, and how many times more at the largest."""
    sizes = sorted(found)
    if len(sizes) == 1:
        return
    print(f"\n{kind}: processor time at {' '.join(f'{size:>12,}' for size in sizes)} requests")
    for figures in zip(*(found[size] for size in sizes), strict=True):
        times = " ".join(f"{_ms(figure.cpu_s):>12}" for figure in figures)
        grown = figures[-1].cpu_s / figures[0].cpu_s
        print(f"  {figures[0].name:28} {times}   x {grown:.1f}")


def deps_of(database: Database) -> Deps:
    """Return the use cases' dependencies, at the end of the generated year."""
    return Deps(
        workspace=T,
        workspace_url="https://x.slack.com/",
        channel=C,
        database=database,
        charter=models.charter(),
        charter_version=1,
        now=lambda: NOW,
        new_id=lambda: "",
        wake=lambda: None,
        rosters=Rosters(),
    )
