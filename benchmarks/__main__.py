"""`python3 run.py bench`: every figure of the README, both sides in one run.

Each line gives our times, then the ratio to the other side, and the goal for that ratio.
`bench memory` measures only the journal at scale: see `bench memory --help`.
"""

import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks import detection, listening, memory, slack, storage, ticking
from benchmarks.measuring import Times

BARE_DEFAULT = ("benchmarks.bare", "default")
BARE_INLINE = ("benchmarks.bare", "inline")
OURS = ("bot", "run")
IMPORTS = "import slack_bolt, sqlalchemy"


def main(arguments: Sequence[str]) -> None:
    """Measure and print everything, or only the journal at scale."""
    if arguments[:1] == ["memory"]:
        memory.main(arguments[1:])
        return
    for at_once in (1, 16):
        print(f"\n{at_once} at once")
        bare = slack.measure(BARE_DEFAULT, at_once=at_once, command="/noop")
        inline = slack.measure(BARE_INLINE, at_once=at_once, command="/noop")
        ours = slack.measure(OURS, at_once=at_once, command="/arbitrage")
        for name in ("command", "submission", "decision"):
            mine: Times = getattr(ours, name)
            _line(f"{name} acked", mine, getattr(bare, name), "bare Bolt, default mode", 0.5)
            _line("", mine, getattr(inline, name), "bare Bolt, our mode", None)
        _line("form opened", ours.form, bare.form, "bare Bolt, an empty view", 1.5)
    print(f"\nmemory after it all      {ours.rss_mib:6.0f} MiB   goal 130")
    imported = _import_s()
    print(
        f"ready after              {ours.start_s:6.2f} s     goal 1.5"
        f"   ({ours.start_s / imported:.1f} x `{IMPORTS}`, {imported:.2f} s)"
    )
    stored = storage.measure(at_once=16)
    _line("request stored", stored.ours, stored.raw, "the raw SQL of the same rows", 3.0)
    _line(
        "the same SQL, raw, 16 at once",
        stored.raw_at_once,
        bare.submission,
        "bare Bolt's ack",
        None,
    )
    detection.main()
    listening.main()
    _ticks("SQLite", ticking.on_sqlite())
    on_postgresql = ticking.on_postgresql()
    if on_postgresql:
        _ticks("PostgreSQL", on_postgresql)
    memory.main(())


def _ticks(database: str, found: ticking.Ticks) -> None:
    print(f"\nticks, {ticking.OPEN} open requests, {database}; goal: 50 ms with nothing due")
    _line("nothing due", found.idle, found.bare, "the bare statement", None)
    _line(f"{ticking.DUE} due", found.busy, found.bare, "the bare statement", None)


def _line(name: str, ours: Times, other: Times, what: str, goal: float | None) -> None:
    ratio = ours.p50 / other.p50
    wanted = f"goal {goal}" if goal else ""
    print(f"{name:30} {ours.told()}   {ratio:5.2f} x {what} ({other.told()})  {wanted}", flush=True)


def _import_s() -> float:
    started = time.monotonic()
    subprocess.check_call([sys.executable, "-c", IMPORTS])
    return time.monotonic() - started


if __name__ == "__main__":
    main(sys.argv[1:])
