"""The command, as its own process: what it says, how it ends, what it leaves behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.demo import cache
from bot.demo.cache import History
from bot.demo.show import Wanted, kept_or_made
from bot.demo.story import Story, read_story
from tests.builders import ROOT
from tests.demo.living import last_days, todays_agenda

KEPT = ("PATH", "HOME", "PYTHONPATH", "SYSTEMROOT")
READY_WITHIN_S = 60.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Running:
    """A demonstration under way, alone in its process group and its temporary folder.

    After each test nothing may be left of it: no process, no file.
    """

    process: "subprocess.Popen[str]"
    folder: Path
    said: list[str] = field(default_factory=list)

    def until(self, words: str) -> str:
        """Read what it says up to a line with `words`; return that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError("".join(self.said))

    @property
    def address(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.until("http://"))
        assert found is not None
        return found[0]

    def bots(self) -> list[int]:
        """The processes of the bot that it runs now."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(pid) for pid in listed.stdout.split()]

    def end(self, number: int, *, whole_group: bool = False) -> str:
        """Send a signal as a terminal or a supervisor does; return all it said."""
        if whole_group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        return "".join(self.said) + rest

    def is_anything_left(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return bool(list(self.folder.iterdir()))
        return True


@pytest.fixture
def shown(tmp_path: Path, cache_home: Path, history: History) -> Iterator["Show"]:
    assert history.database  # it is kept by now
    show = Show(tmp_path / "tmp", cache_home)
    show.folder.mkdir()
    yield show
    for running in show.running:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)
        assert not running.is_anything_left()


@dataclass
class Show:
    folder: Path
    cache_home: Path
    running: list[Running] = field(default_factory=list)

    def start(self, *arguments: str, **more: str) -> Running:
        env = {name: os.environ[name] for name in KEPT if name in os.environ}
        env |= {"TMPDIR": str(self.folder), "XDG_CACHE_HOME": str(self.cache_home)}
        env |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | more
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "--locale", "fr", "demo", *arguments],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        found = Running(process, self.folder)
        self.running.append(found)
        return found


@pytest.fixture
def port() -> Iterator[int]:
    """A port that somebody holds, the next ones being nobody's as far as is known."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield int(held.getsockname()[1])


def test_a_kept_history_is_shown_and_ctrl_c_leaves_nothing(shown: Show) -> None:
    running = shown.start("--no-browser", "--port", "0")

    address = running.address
    with DIRECT.open(address, timeout=10) as page:
        assert page.status == 200
    running.until("Ctrl-C")
    said = running.end(signal.SIGINT, whole_group=True)

    assert running.process.returncode == 0
    assert "Six semaines" not in said, "the kept history was not used"
    assert "Traceback" not in said
    assert said.rstrip().endswith("La démonstration est arrêtée, rien ne reste.")


def test_sigterm_leaves_nothing_either(shown: Show) -> None:
    running = shown.start("--no-browser", "--port", "0")
    running.until("Ctrl-C")

    said = running.end(signal.SIGTERM)

    assert (running.process.returncode, "Traceback" in said) == (0, False)


def test_ctrl_c_while_the_history_is_being_made_leaves_nothing(shown: Show, tmp_path: Path) -> None:
    running = shown.start("--no-browser", "--port", "0", XDG_CACHE_HOME=str(tmp_path / "empty"))
    running.until(" 0 %")

    said = running.end(signal.SIGINT, whole_group=True)

    assert (running.process.returncode, "Traceback" in said) == (0, False)


def test_a_busy_port_is_said_and_another_is_taken(shown: Show, port: int) -> None:
    running = shown.start("--no-browser", "--port", str(port))

    said = running.until("est pris")
    address = running.address

    assert str(port) in said
    assert f":{port}/" not in address
    with DIRECT.open(address, timeout=10) as page:
        assert page.status == 200


def test_a_damaged_history_is_said_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    wanted, agenda = Wanted(locale="fr"), todays_agenda()
    key = cache.history_key(agenda.last, "fr")
    cache.write(key, History(world={}, database=b""))
    kept = tmp_path / "arbitrage" / f"history-{key}"
    kept.write_bytes(kept.read_bytes()[:-1])

    made = kept_or_made(wanted, agenda, last_days(read_story(), 1))

    said = capsys.readouterr().out
    assert "abîmée" in said
    assert said.endswith("100 %\n")
    assert "Faut-il basculer" in str(made.world)
    assert cache.read(key) == made == kept_or_made(wanted, agenda, Story(beats=(), ends={}))
    assert capsys.readouterr().out == ""


def test_a_bot_that_dies_is_said_and_started_again(shown: Show) -> None:
    running = shown.start("--no-browser", "--port", "0")
    running.until("Ctrl-C")
    first = running.bots()

    os.kill(first[0], signal.SIGKILL)

    running.until("il est relancé")
    end = time.monotonic() + READY_WITHIN_S
    while (not running.bots() or running.bots() == first) and time.monotonic() < end:
        time.sleep(0.05)
    assert len(running.bots()) == 1
    assert running.bots() != first


def test_the_browser_is_opened_at_the_address(shown: Show, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)

    running = shown.start("--port", "0", BROWSER=f"{browser} %s")
    address = running.address

    end = time.monotonic() + READY_WITHIN_S
    while not (opened.exists() and opened.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    assert opened.read_text().strip() == address


def test_a_browser_that_cannot_open_is_no_trouble(shown: Show) -> None:
    running = shown.start("--port", "0", BROWSER="/nowhere/browser %s")
    running.until("Ctrl-C")

    said = running.end(signal.SIGTERM)

    assert (running.process.returncode, "Traceback" in said) == (0, False)
