"""The real bot as a process of its own, speaking to a small local Slack."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.sandbox.server import Sandbox

START_WITHIN_S = 60.0
STOP_WITHIN_S = 20.0
OBSERVED, NUDGED = 'mode = "observe"', 'mode = "nudge"'
CTO = 'role = "cto"\nholder = "karim@example.com"\n'
DEPUTY = 'deputies = ["amina@example.com"]\n'
ROOT = Path(__file__).resolve().parents[2]
CHARTER = ROOT / "config" / "charter.toml"


def write_charter(folder: Path, locale: str) -> Path:
    """Write the default charter, in the language of the demonstration; return where.

    Its CTO has a deputy, and the bot proposes the form to who bypasses the channel: the story
    shows both.
    """
    charter = folder / "charter.toml"
    text = CHARTER.read_text(encoding="utf-8")
    text = text.replace('locale = "fr"', f'locale = "{locale}"').replace(CTO, CTO + DEPUTY)
    text = text.replace(OBSERVED, NUDGED)
    charter.write_text(text, encoding="utf-8")
    return charter


def database_file(folder: Path) -> Path:
    """Return the demonstration's database."""
    return folder / "arbitrage.db"


def database_url(folder: Path) -> str:
    """Return the address of the demonstration's database: it ends with the demonstration."""
    return f"sqlite:///{database_file(folder)}?synchronous=off"


def clock_file(folder: Path) -> Path:
    """Return the file that moves the bot's clock."""
    return folder / "clock"


class BotProcess:
    """The bot, started against `slack` with its files in `folder`. Its words go in `bot.log`."""

    def __init__(self, slack: Sandbox, folder: Path, charter: Path) -> None:
        self._slack = slack
        self._log = folder / "bot.log"
        self._environment = _without_others(
            os.environ,
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api_url,
                "SLACK_MODE": "socket",
                "DATABASE_URL": database_url(folder),
                "CHARTER_FILE": str(charter),
                "CLOCK_FILE": str(clock_file(folder)),
                "HTTP_HOST": "127.0.0.1",
                "HTTP_PORT": "0",
                "LOG_FORMAT": "console",
                "LOG_LEVEL": "WARNING",
            },
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; `wait_connected` tells when it is at work."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--until-eof"],  # this very program
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,  # ends with us, however we end: the bot then stops too
                stdout=log,
                stderr=log,
            )

    def wait_connected(self) -> None:
        """Wait until the bot listens. Raises RuntimeError, with its last words, when it cannot."""
        connected = self._slack.wait(
            lambda: self._slack.hub.count_sockets() > 0 or not self.is_alive, START_WITHIN_S
        )
        if not connected or not self.is_alive:
            raise RuntimeError(self.last_words() or "the bot did not connect")

    @property
    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def last_words(self, count: int = 5) -> str:
        """Return the last lines that the bot logged."""
        if not self._log.exists():
            return ""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])

    def stop(self) -> None:
        """Stop the process, by force when it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._ended(self._process)

    def kill(self) -> None:
        """End the process at once: what it has committed is all that counts."""
        if self._process is not None:
            self._process.kill()
            self._ended(self._process)

    def _ended(self, process: "subprocess.Popen[bytes]") -> None:
        process.wait()
        if process.stdin:
            process.stdin.close()


def _without_others(environment: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with `given`, and nothing that would lead the bot elsewhere."""
    misleading = {f"{name}_FILE" for name in given}
    kept = {
        name: value
        for name, value in environment.items()
        # A proxy has no business between two ends of a loopback.
        if name not in misleading and not name.lower().endswith("_proxy")
    }
    return kept | dict(given)


@contextmanager
def running_bot(slack: Sandbox, folder: Path, charter: Path) -> Iterator[BotProcess]:
    """Run the bot against `slack` as long as the block lasts."""
    process = BotProcess(slack, folder, charter)
    process.start()
    try:
        process.wait_connected()
        yield process
    finally:
        process.stop()
