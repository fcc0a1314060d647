"""Histories made by the real bot, and demonstrations that start from one."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.routing import BaseRoute

from bot import config
from bot.clock import machine_now
from bot.db.engine import Database
from bot.demo import cache, making
from bot.demo.cache import History, NotKept
from bot.demo.running import BotProcess, database_url, write_charter
from bot.demo.stage import Stage
from bot.demo.story import Agenda, Asking, Beat, Doing, Saying, Step, Story, read_story
from bot.demo.workspace import Opening, open_workspace
from bot.sandbox.server import Sandbox
from tests.builders import CHARTER_FILE
from tests.conftest import LIVED_WITHIN_S


def todays_agenda() -> Agenda:
    """The story's days, as the demonstration would have them today."""
    return Agenda(config.load(CHARTER_FILE).charter.calendar, machine_now())


def cache_of(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of this test run's own, shared by its processes: the history is made once."""
    base = tmp_path_factory.getbasetemp()
    is_one_of_several = base.name.startswith("popen-")
    return (base.parent if is_one_of_several else base) / "cache"


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let the other processes of this test run wait: what one of them makes serves them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(
        sqlite3.connect(folder / "lock", timeout=LIVED_WITHIN_S, isolation_level=None)
    ) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def lived_history(cache_home: Path) -> History:
    """The six weeks, in French, lived through by the real bot."""
    agenda = todays_agenda()
    key = cache.history_key(agenda.last, "fr")
    with one_at_a_time(cache_home), pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(cache_home))
        try:
            return cache.read(key)
        except NotKept:
            made = making.make_history(read_story(), agenda, "fr", lambda _done, _of: None)
            cache.write(key, made)
            return made


def last_days(story: Story, days: int = 2) -> Story:
    """The end of a story: what starts in its last days, and says nothing of what came before."""
    late = [beat for beat in story.beats if int(beat.when.split()[0]) < days]
    asked = {beat.request for beat in late if isinstance(beat, Asking)}
    named = asked | {beat.name for beat in late if isinstance(beat, Saying) and beat.name}
    kept = tuple(beat for beat in late if _about(beat) <= named)
    ends = {request: end for request, end in story.ends.items() if request in asked}
    return replace(story, beats=kept, ends=ends)


def _about(beat: Beat) -> set[str]:
    """The names of the requests and the messages that a beat cannot be told without."""
    match beat:
        case Saying():
            named = {part.split("}")[0] for part in beat.words.split("{")[1:]}
            return named | ({beat.thread} - {""})
        case Asking() | Step() | Doing():
            return {beat.request} - {""}


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    slack: Sandbox
    bot: BotProcess
    stage: Stage


Guest = Callable[[Stage], Sequence[BaseRoute]]


@contextmanager
def demonstration(
    history: History, folder: Path, *, locale: str = "fr", guest: Guest = lambda _stage: ()
) -> Iterator[Demonstration]:
    """A workspace restored from `history`, with the bot at work in it."""
    opening = Opening(folder=folder, history=history, locale=locale, port=0)
    with open_workspace(opening) as slack:
        bot = BotProcess(slack, folder, write_charter(folder, locale))
        bot.start()
        database = Database(database_url(folder))
        try:
            bot.wait_connected()
            stage = Stage(slack=slack, database=database)
            slack.guest.host(guest(stage))
            yield Demonstration(slack=slack, bot=bot, stage=stage)
        finally:
            database.close()
            bot.stop()
