"""The commands, each as its own process: what they print and how they exit."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db import charters, nudging
from bot.db.engine import Database
from bot.domain.bypass import Mode
from bot.domain.ids import ChannelId, WorkspaceId
from bot.sandbox.cast import demo_cast
from bot.sandbox.server import Sandbox
from bot.slack.manifest import DETECTION_EVENTS, EVENTS, SCOPES, as_yaml, make_manifest
from tests.builders import CHARTER_FILE, NOW, ROOT, WORKSPACE
from tests.scenarios.conftest import company

KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH")


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(cast=demo_cast()) as found:
        yield found


def environment(slack: Sandbox | None, folder: Path, **more: str) -> dict[str, str]:
    found = {name: os.environ[name] for name in KEPT if name in os.environ}
    found |= {"DATABASE_URL": f"sqlite:///{folder / 'a.db'}", "CHARTER_FILE": str(CHARTER_FILE)}
    found |= {"PYTHONPATH": str(ROOT), "HTTP_PORT": "0"}
    if slack:
        found |= {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
    return found | more


def arbitrage(
    *arguments: str, env: dict[str, str], cwd: Path
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN should start with xoxb-"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_MODE": "http"}, "SLACK_SIGNING_SECRET is not set"),
        ({"SLACK_MODE": "pigeon"}, "SLACK_MODE is not usable"),
        ({"HTTP_PORT": "eighty"}, "HTTP_PORT is not usable"),
        ({"SLACK_BOT_TOKEN_FILE": "/nowhere"}, "SLACK_BOT_TOKEN_FILE cannot be read"),
        ({"CHARTER_FILE": "/nowhere.toml"}, "ne se lit pas"),
        ({"DATABASE_URL": "sqlite:////nowhere/a.db"}, "database missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_cure(
    slack: Sandbox, tmp_path: Path, more: dict[str, str], sentence: str
) -> None:
    done = arbitrage("run", env=environment(slack, tmp_path, **more), cwd=tmp_path)

    assert done.returncode == 2
    told = done.stderr.strip().splitlines()
    assert sentence in told[-1]
    assert "Traceback" not in done.stderr


def test_a_channel_without_the_app_is_told(slack: Sandbox, tmp_path: Path) -> None:
    slack.world.channel_named("arbitrages").members.discard(slack.world.bot_user)

    done = arbitrage("run", env=environment(slack, tmp_path), cwd=tmp_path)

    assert done.returncode == 2
    assert "/invite @Arbitrage" in done.stderr


def test_a_secret_is_read_from_a_file(slack: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"{slack.bot_token}\n", encoding="utf-8")
    env = environment(slack, tmp_path, SLACK_BOT_TOKEN_FILE=str(secret))
    del env["SLACK_BOT_TOKEN"]
    arbitrage("migrate", env=env, cwd=tmp_path)

    done = arbitrage("doctor", env=env, cwd=tmp_path)

    assert done.returncode == 0, done.stdout
    assert "ok   next posts: none before the bot first runs" in done.stdout


def test_a_first_start_needs_no_other_step_and_sigterm_stops_it(
    slack: Sandbox, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "bot", "run"]
    env = environment(slack, tmp_path)
    running = subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert slack.wait(lambda: slack.hub.count_sockets() > 0, 20)
    slack.person("hugo").command("/arbitrage", "aide", channel="produit")

    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=20)

    assert running.returncode == 0
    assert "Traceback" not in errors
    assert slack.bot_token not in errors
    assert "the first " in next_posts(arbitrage("doctor", env=env, cwd=tmp_path).stdout)


def next_posts(told: str) -> str:
    """What the doctor says of the next posts."""
    (found,) = (line for line in told.splitlines() if "next posts: " in line)
    return found


def test_the_doctor_names_each_trouble_and_its_cure(slack: Sandbox, tmp_path: Path) -> None:
    slack.world.scopes.discard("im:write")
    slack.world.people["U0CLAIRE"].is_deleted = True

    done = arbitrage("doctor", env=environment(slack, tmp_path), cwd=tmp_path)

    assert done.returncode == 1
    assert "FIX  database: not at this version. Run `arbitrage migrate`." in done.stdout
    assert "FIX  scope im:write is missing" in done.stdout
    assert "FIX  seat: claire@example.com is not found" in done.stdout
    assert "ok   channel: #arbitrages, the app is in it" in done.stdout


def test_the_doctor_tells_what_detection_does_and_needs(slack: Sandbox, tmp_path: Path) -> None:
    env = environment(slack, tmp_path)
    arbitrage("migrate", env=env, cwd=tmp_path)
    database = Database(env["DATABASE_URL"])
    with database.begin() as session:
        workspace = WorkspaceId(slack.world.team)
        for channel, mode in (("C0PRODUIT", Mode.NUDGE), ("C0GENERAL", Mode.NUDGE)):
            nudging.set_mode(session, workspace, (ChannelId(channel),), mode, NOW)
    database.close()

    done = arbitrage("doctor", env=env, cwd=tmp_path)

    assert "ok   detection: model " in done.stdout
    assert "observe where nothing was chosen" in done.stdout
    assert "ok   detection: nudge in C0PRODUIT" in done.stdout
    assert "FIX  detection: nudge in C0GENERAL, where the app is not." in done.stdout
    assert all(event in done.stdout for event in DETECTION_EVENTS)
    assert set(DETECTION_EVENTS) <= set(EVENTS)


def test_a_wrong_word_list_beside_the_charter_is_told(slack: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "charter.toml").write_text(
        CHARTER_FILE.read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "lexicon.company.toml").write_text('language = 1\nwrong = ""\n', encoding="utf-8")
    env = environment(slack, tmp_path, CHARTER_FILE=str(tmp_path / "charter.toml"))

    done = arbitrage("doctor", env=env, cwd=tmp_path)

    assert done.returncode == 1
    assert "FIX  detection: lexicon.company.toml" in done.stdout


def test_the_doctor_looks_for_the_channels_of_rituals(slack: Sandbox, tmp_path: Path) -> None:
    text = CHARTER_FILE.read_text(encoding="utf-8")
    for name, channel in (("roadmap_sync", "tech"), ("tech_council", "nowhere")):
        text = text.replace(f'id = "{name}"', f'id = "{name}"\nchannel = "{channel}"')
    (tmp_path / "charter.toml").write_text(text, encoding="utf-8")
    env = environment(slack, tmp_path, CHARTER_FILE=str(tmp_path / "charter.toml"))

    done = arbitrage("doctor", env=env, cwd=tmp_path)

    assert "ok   ritual roadmap_sync: #tech, the app is in it" in done.stdout
    assert "FIX  ritual tech_council: there is no #nowhere" in done.stdout


def test_the_audit_of_an_empty_database_is_fine(slack: Sandbox, tmp_path: Path) -> None:
    done = arbitrage("audit", "verify", env=environment(slack, tmp_path), cwd=tmp_path)

    assert done.returncode == 0
    assert "0 requests verified, 0 broken" in done.stdout


def test_the_charter_command_checks_and_shows(tmp_path: Path) -> None:
    env = environment(None, tmp_path)
    broken = tmp_path / "broken.toml"
    broken.write_text("[company]\n", encoding="utf-8")

    fine = arbitrage("--locale", "fr", "charter", "check", env=env, cwd=tmp_path)
    shown = arbitrage("--locale", "en", "charter", "show", env=env, cwd=tmp_path)
    wrong = arbitrage("--locale", "fr", "charter", "check", str(broken), env=env, cwd=tmp_path)

    assert (fine.returncode, shown.returncode, wrong.returncode) == (0, 0, 1)
    assert "CPO decides" in shown.stdout
    assert "ligne 1" in wrong.stdout


def test_the_manifest_in_the_tree_is_the_codes() -> None:
    kept = (ROOT / "config" / "manifest.yaml").read_text(encoding="utf-8")

    assert kept == as_yaml(make_manifest())


def test_the_manifest_asks_what_the_sandbox_grants_and_no_more(slack: Sandbox) -> None:
    assert set(SCOPES) == slack.world.scopes


def test_every_setting_is_in_the_example_and_the_readme() -> None:
    from bot.settings import Settings  # noqa: PLC0415

    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"\n{name.upper()}=" in example, name
        assert f"`{name.upper()}`" in readme, name


def test_the_demonstration_plays_to_its_end(tmp_path: Path) -> None:
    for locale, end in (("fr", "une réponse qu’on retrouve"), ("en", "can be found again")):
        done = arbitrage(
            "--locale", locale, "demo", "--text", env=environment(None, tmp_path), cwd=tmp_path
        )

        assert done.returncode == 0, done.stderr
        assert end in done.stdout


def test_the_schedule_is_empty_in_an_empty_database(tmp_path: Path, slack: Sandbox) -> None:
    done = arbitrage("schedule", "--days", "30", env=environment(slack, tmp_path), cwd=tmp_path)

    assert (done.returncode, done.stdout) == (0, "Rien de prévu d’ici là.\n")


def test_the_schedule_says_what_comes_and_its_words_in_both_languages(
    tmp_path: Path, slack: Sandbox
) -> None:
    with company(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "clock") as office:
        office.file()

    env = environment(slack, tmp_path)
    done = arbitrage("schedule", "--days", "60", "--dry-run", env=env, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "rappel" in done.stdout
    assert "À trancher." in done.stdout
    assert "To decide." in done.stdout
    assert "[Trancher]" in done.stdout


TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def test_the_calendar_file_of_a_ritual_is_printed(tmp_path: Path, sqlite_template: Path) -> None:
    (tmp_path / "a.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.begin() as session:
        charters.put(session, WORKSPACE, digest="d", text="t", at=NOW)
    database.close()

    done = arbitrage(
        "rituals", "ics", "tech_council", env=environment(None, tmp_path, **TOKENS), cwd=tmp_path
    )

    assert done.returncode == 0
    assert done.stdout.startswith("BEGIN:VCALENDAR")
    assert "RRULE:FREQ=MONTHLY" in done.stdout
    assert "BYDAY=2TH" in done.stdout


@pytest.mark.parametrize(
    ("name", "is_served", "sentence"),
    [
        ("tea", True, "the charter has no ritual tea. It has: roadmap_sync"),
        ("roadmap_sync", False, "Start the bot once"),
    ],
)
def test_a_calendar_file_that_cannot_be_made_says_why(
    tmp_path: Path, sqlite_template: Path, name: str, is_served: bool, sentence: str
) -> None:
    (tmp_path / "a.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    if is_served:
        with database.begin() as session:
            charters.put(session, WORKSPACE, digest="d", text="t", at=NOW)
    database.close()

    done = arbitrage(
        "rituals", "ics", name, env=environment(None, tmp_path, **TOKENS), cwd=tmp_path
    )

    assert done.returncode == 2
    assert sentence in done.stderr


def test_an_export_goes_to_the_terminal_or_says_where_it_cannot(
    slack: Sandbox, tmp_path: Path
) -> None:
    env = environment(slack, tmp_path)

    told = arbitrage("export", "csv", env=env, cwd=tmp_path)
    lost = arbitrage("export", "json", "-o", "/nowhere/a.json", env=env, cwd=tmp_path)
    folderless = arbitrage("export", "markdown", env=env, cwd=tmp_path)
    described = arbitrage("export", "schema", env=env, cwd=tmp_path)

    assert (told.returncode, told.stdout.count("\n")) == (0, 1)
    assert (lost.returncode, "Choose another --output" in lost.stderr) == (2, True)
    assert (folderless.returncode, "--output FOLDER" in folderless.stderr) == (2, True)
    assert (described.returncode, "ExportedRequest" in described.stdout) == (0, True)
