"""The history, made once by the real bot for all the tests that look at it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.clock import machine_now
from bot.db.engine import Database
from bot.demo import cache, making
from bot.demo.cache import History, NotKept
from bot.demo.running import BotProcess, database_url, write_charter
from bot.demo.stage import Stage
from bot.demo.story import Agenda, Story, read_story
from bot.demo.workspace import Opening, open_workspace
from bot.domain.calendar import Calendar
from bot.i18n import text
from bot.sandbox.server import Sandbox
from tests.builders import CHARTER_FILE


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return config.load(CHARTER_FILE).charter.calendar


@pytest.fixture(scope="session")
def story() -> Story:
    return read_story()


@pytest.fixture(scope="session")
def agenda(calendar: Calendar) -> Agenda:
    return Agenda(calendar, machine_now())


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of this test run's own, shared by its processes: the history is made once."""
    base = tmp_path_factory.getbasetemp()
    is_one_of_several = base.name.startswith("popen-")
    return (base.parent if is_one_of_several else base) / "cache"


@pytest.fixture(scope="session")
def history(story: Story, agenda: Agenda, cache_home: Path) -> History:
    """The six weeks, lived through by the real bot."""
    key = cache.history_key(agenda.last, "fr")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(cache_home))
        try:
            return cache.read(key)
        except NotKept:
            made = making.make_history(story, agenda, "fr", lambda _done, _of: None)
            cache.write(key, made)
            return made


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


LOCALES = ("fr", "en")


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    slack: Sandbox
    bot: BotProcess
    stage: Stage


@contextmanager
def demonstration(history: History, folder: Path) -> Iterator[Demonstration]:
    """A workspace restored from `history`, with the bot at work in it."""
    opening = Opening(folder=folder, history=history, locale="fr", port=0)
    with open_workspace(opening) as slack:
        bot = BotProcess(slack, folder, write_charter(folder, "fr"))
        bot.start()
        database = Database(database_url(folder))
        try:
            bot.wait_connected()
            stage = Stage(slack=slack, database=database)
            yield Demonstration(slack=slack, bot=bot, stage=stage)
        finally:
            database.close()
            bot.stop()
