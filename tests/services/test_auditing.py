"""`arbitrage audit report`: from the database of the bot, without Slack."""

from pathlib import Path

import pytest

from bot.auditing import CannotReport, report
from bot.db import charters
from bot.services.deps import Deps
from bot.settings import Settings
from tests.builders import CHARTER_FILE, WORKSPACE, FakeClock
from tests.history import live


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1",
        database_url=database_url,
        charter_file=CHARTER_FILE,
        clock_file=tmp_path / "clock",
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
    )


def test_the_report_is_of_the_workspace_that_is_served(
    deps: Deps, clock: FakeClock, settings: Settings
) -> None:
    live(deps, clock, weeks=1, per_week=3)
    serve(deps)

    told = report(settings, "en", workspace=None)

    assert told.startswith("# The governance audit")
    assert "**Declared** · Nobody was asked yet." in told
    assert "CPO decides" in told


def serve(deps: Deps) -> None:
    with deps.begin() as session:
        charters.put(session, WORKSPACE, digest="d", text="", at=deps.now())


def test_a_workspace_nobody_serves_has_no_report(deps: Deps, settings: Settings) -> None:
    serve(deps)

    with pytest.raises(CannotReport, match="no such workspace"):
        report(settings, "fr", workspace="T9")
