"""The command, as its own process: what it says, how it ends, what it leaves behind."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bot.demo import cache
from bot.demo.cache import History
from bot.demo.living import lived, page_of, stage_on
from bot.demo.running import running_bot, write_charter
from bot.demo.show import keep, kept
from bot.demo.story import read_story
from bot.demo.wanted import Wanted
from bot.demo.workspace import new_workspace
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


def test_a_damaged_history_is_said_and_another_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    wanted = Wanted(locale="fr")
    cache.write("key", History(world={}, database=b""))
    damaged = tmp_path / "arbitrage" / "history-key"
    damaged.write_bytes(damaged.read_bytes()[:-1])

    assert kept(wanted, "key") is None
    assert "abîmée" in capsys.readouterr().out
    made = History(world={"version": 1}, database=b"SQLite")
    keep(wanted, "key", made)

    assert kept(wanted, "key") == made
    assert kept(replace(wanted, is_fresh=True), "key") is None
    assert capsys.readouterr().out == ""


def test_a_history_lived_before_us_goes_on_with_its_bot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story, agenda, wanted = last_days(read_story(), 1), todays_agenda(), Wanted(locale="fr")
    starts_at = story.starts_at(agenda)
    with (
        new_workspace(tmp_path, locale="fr", port=0, starts_at=starts_at) as slack,
        running_bot(slack, tmp_path, write_charter(tmp_path, "fr")),
        stage_on(slack, tmp_path) as stage,
    ):
        address = f"http://127.0.0.1:{slack.port}/"
        # Cut off, as if nobody listened yet.
        with pytest.raises((OSError, HTTPException)) as cut:
            DIRECT.open(address, timeout=10)
        assert not isinstance(cut.value, HTTPError)
        made = lived(stage, tmp_path, story, agenda, wanted)
        slack.guest.host(page_of(stage, stage.deps.charter.calendar, "fr"))

        with DIRECT.open(address, timeout=10) as page:
            assert page.status == HTTPStatus.OK
        asked = next(m for m in slack.messages("arbitrages") if "Faut-il basculer" in m["text"])
        panel = slack.messages("arbitrages", asked["ts"])[1]
        karim = slack.person("karim")
        assert karim.views == []
        assert karim.click("arbitrages", panel["ts"], "request.decide").is_acked
        karim.wait_view(lambda view: view["callback_id"] == "decision.submit")

    assert capsys.readouterr().out.endswith("100 %\n")
    assert "Faut-il basculer" in str(made.world)
    assert leases_in(made, tmp_path / "kept.db") == []


def leases_in(history: History, path: Path) -> list[object]:
    """What the bot that lived a history still holds in it."""
    path.write_bytes(history.database)
    with closing(sqlite3.connect(path)) as copy:
        return copy.execute("SELECT * FROM leases").fetchall()


def test_a_demonstration_that_is_killed_takes_its_bot_along(shown: Show) -> None:
    running = shown.start("--no-browser", "--port", "0")
    running.until("Ctrl-C")
    (bot,) = running.bots()

    running.end(signal.SIGKILL)

    end = time.monotonic() + READY_WITHIN_S
    while is_running(bot) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(bot)
    # Its own files are all that nobody could tidy up.
    shutil.rmtree(running.folder)
    shown.running.clear()


def is_running(pid: int) -> bool:
    """Tell whether a process runs that is no child of ours, and may be a zombie nobody reaps."""
    asked = ["ps", "-o", "stat=", "-p", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in {"", "Z"}


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
