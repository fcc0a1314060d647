"""What the tree itself must keep to."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from slack_bolt import App

from bot.slack.app import make_app, make_client, make_kit
from bot.slack.manifest import EVENTS
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
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")

        assert "://" not in text
        assert text.count("==") <= text.count("--hash=")


def test_lock_files_have_what_the_project_asks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
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


def test_the_version_is_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## {project['project']['version']}" in changelog


def test_the_readme_leads_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        if "://" not in target:
            assert (ROOT / target).exists(), target


def test_no_two_listeners_share_an_id_and_events_are_those_of_the_manifest() -> None:
    app = _app()
    names = [listener.ack_function.__qualname__ for listener in app._listeners]

    assert len(names) == len(app._listeners)
    heard = {event.partition(".")[0] for event in EVENTS}
    assert heard == {"app_home_opened", "app_mention", "member_joined_channel", "message"}


def _app() -> App:
    client = make_client("xoxb-none", "http://127.0.0.1:9/")
    kit = make_kit(None, client, None)  # type: ignore[arg-type]  # only registered, never called
    return make_app(kit, signing_secret="")
