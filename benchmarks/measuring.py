"""Running both sides and reading the watch."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.cast import demo_cast
from bot.sandbox.server import Sandbox

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Times:
    """Durations in seconds."""

    values: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        """What one in a hundred exceeds."""
        return sorted(self.values)[min(len(self.values) - 1, int(len(self.values) * 0.99))]

    def told(self) -> str:
        """The two, in milliseconds."""
        return f"p50 {self.p50 * 1000:7.2f} ms  p99 {self.p99 * 1000:7.2f} ms"


def timed(work: Callable[[int], float], *, count: int, at_once: int) -> Times:
    """Do `work` so many times, `at_once` at a time; it returns its own duration."""
    with ThreadPoolExecutor(at_once) as threads:
        return Times(tuple(threads.map(work, range(count))))


@contextmanager
def served(arguments: Sequence[str], folder: Path) -> Iterator[tuple[Sandbox, int, float]]:
    """Serve a sandbox and run a program against it; give its process id and its start time."""
    with Sandbox(cast=demo_cast()) as slack:
        slack.limiter.is_on = False
        environment = os.environ | {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
            "CHARTER_FILE": str(ROOT / "config" / "charter.toml"),
            "HTTP_PORT": "0",
            "LOG_LEVEL": "ERROR",
        }
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", *arguments], env=environment, cwd=ROOT)
        try:
            slack.wait(lambda: slack.hub.count_sockets() > 0, 30)
            yield slack, process.pid, time.monotonic() - started
        finally:
            process.terminate()
            process.wait(timeout=30)


def rss_mib(pid: int, *, is_peak: bool = False) -> float:
    """Return the resident memory of a process: now, or the most it had so far."""
    wanted = "VmHWM:" if is_peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) / 1024
    return 0.0


def watched(process: "subprocess.Popen[bytes]") -> float:
    """Wait for a process to end; return its peak memory in MiB.

    What the system tells at its end is never less than what its parent had.
    """
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, rss_mib(process.pid, is_peak=True))
        time.sleep(0.02)
    return peak
