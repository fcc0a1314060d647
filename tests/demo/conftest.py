"""The history, made once by the real bot for all the tests that look at it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.db.engine import Database
from bot.demo.cache import History
from bot.demo.story import Agenda, Story, read_story
from bot.domain.calendar import Calendar
from bot.i18n import text
from tests.builders import CHARTER_FILE
from tests.demo.living import cache_of, lived_history, todays_agenda

LOCALES = ("fr", "en")


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return config.load(CHARTER_FILE).charter.calendar


@pytest.fixture(scope="session")
def story() -> Story:
    return read_story()


@pytest.fixture(scope="session")
def agenda() -> Agenda:
    return todays_agenda()


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return lived_history(cache_of(tmp_path_factory))


@pytest.fixture
def lived(history: History, tmp_path: Path) -> Iterator[Database]:
    """The database that the history left."""
    path = tmp_path / "lived.db"
    path.write_bytes(history.database)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def is_late(message: Mapping[str, Any]) -> bool:
    """Tell whether a message of the bot's says that it comes late."""
    words = json.dumps(message.get("blocks", []), ensure_ascii=False)
    return any(text(locale, "late.expected", when="|").split("|")[0] in words for locale in LOCALES)
