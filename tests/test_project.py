"""What the tree itself must keep to."""

import ast
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.export.documents import schema
from bot.export.sheets import COLUMNS
from bot.slack.addresses import Kind
from bot.slack.app import FEATURES, make_client, make_kit
from bot.slack.manifest import EVENTS
from bot.slack.switchboard import Switchboard
from tests.builders import ROOT

MAX_LINES, MAX_FUNCTION = 300, 40


def sources() -> Iterator[Path]:
    yield from sorted((ROOT / "bot").rglob("*.py"))


def test_no_file_of_the_bot_is_longer_than_it_should_be() -> None:
    long = {p.name: n for p in sources() if (n := len(p.read_text().splitlines())) > MAX_LINES}

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.name}:{node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION
    ]

    assert long == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-charts.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")

        assert "://" not in text
        assert text.count("==") <= text.count("--hash=")


def test_lock_files_have_what_the_project_asks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"]
    charts = project["project"]["optional-dependencies"]["charts"]
    asked = {
        "requirements.lock": needed,
        "requirements-charts.lock": [*needed, *charts],
        "requirements-dev.lock": [*needed, *charts, *project["dependency-groups"]["dev"]],
    }
    for name, wanted in asked.items():
        locked = set(re.findall(r"(?m)^([\w.-]+)", (ROOT / name).read_text(encoding="utf-8")))
        for requirement in wanted:
            assert re.split(r"[\[<>=~! ]", requirement)[0] in locked, requirement


def test_no_tracked_file_names_the_machine_it_was_written_on() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    home = str(ROOT.parent)
    for name in listed.stdout.splitlines():
        text = (ROOT / name).read_bytes()
        assert f"{home}/".encode() not in text or home == "/", name


def _called(child: str, *, before: str) -> subprocess.Popen[str]:
    """Start a process that runs `child` as `run.py` runs its own, once `before` was done.

    It is given back when the child is up.
    """
    done = f"import run, signal, sys; run.PYTHON = sys.executable; {before}"
    child = f"import sys, time; print('up', flush=True); {child}"
    running = subprocess.Popen(
        [sys.executable, "-c", f"{done}; sys.exit(run.call(['-c', {child!r}]))"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "up\n"
    return running


def test_an_interrupt_without_a_terminal_ends_what_was_started() -> None:
    running = _called(
        "time.sleep(600)",
        # These tests may be run by who ignores it, as a shell does for what it leaves behind.
        before="signal.signal(signal.SIGINT, signal.default_int_handler)",
    )

    running.send_signal(signal.SIGINT)

    # The child held the other end: it is closed once it has gone.
    assert running.communicate()[0] == ""
    assert running.returncode != 0


def test_a_hang_up_that_is_to_be_ignored_ends_nothing() -> None:
    running = _called(
        "time.sleep(1); sys.exit(7)",
        before="signal.signal(signal.SIGHUP, signal.SIG_IGN)",
    )

    running.send_signal(signal.SIGHUP)

    running.communicate()
    assert running.returncode == 7


def test_the_version_is_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## {project['project']['version']}" in changelog


@pytest.mark.parametrize("page", ["README.md", "docs/exports.md"])
def test_the_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_the_schema_of_exports_is_that_of_the_code() -> None:
    assert (ROOT / "docs/export.schema.json").read_text(encoding="utf-8") == schema()


def test_the_columns_of_the_csv_are_documented() -> None:
    page = (ROOT / "docs/exports.md").read_text(encoding="utf-8")

    assert [column for column in COLUMNS if f"`{column}`" not in page] == []


def test_the_events_listened_to_are_those_of_the_manifest() -> None:
    board = Switchboard()
    kit = make_kit(None, make_client("xoxb-none", "http://127.0.0.1:9/"), None)  # type: ignore[arg-type]  # only registered, never called
    for feature in FEATURES:
        feature.register(board, kit)

    assert board.names(Kind.EVENT) == {event.partition(".")[0] for event in EVENTS}
