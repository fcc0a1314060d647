"""Makes the history: the story told to the real bot, in a small Slack of its own."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.db.engine import Database
from bot.demo.cache import History, copy_database
from bot.demo.running import BotProcess, clock_file, database_file, database_url, write_charter
from bot.demo.stage import PATIENCE_S, Stage
from bot.demo.story import Agenda, Story
from bot.demo.telling import Teller
from bot.sandbox import snapshot
from bot.sandbox.cast import Cast, demo_cast
from bot.sandbox.server import Sandbox

EARLIER = timedelta(minutes=30)

Moved = Callable[[int, int], None]


def cast_of(locale: str) -> Cast:
    """Return the people: French ones and an English speaker, or all reading English."""
    cast = demo_cast()
    if locale == "fr":
        return cast
    return replace(cast, people=tuple(replace(one, locale="en-US") for one in cast.people))


def make_history(story: Story, agenda: Agenda, locale: str, moved: Moved) -> History:
    """Return the history that `story` makes, lived by the real bot.

    `moved` hears how many beats are done, of how many. Raises Stuck, or RuntimeError when the bot
    does not start.
    """
    with tempfile.TemporaryDirectory(prefix="arbitrage-history-") as name:
        folder = Path(name)
        with Sandbox(
            cast=cast_of(locale), clock_file=clock_file(folder), starts_at=_start(story, agenda)
        ) as slack:
            _be_patient(slack)
            bot = BotProcess(slack, folder, write_charter(folder, locale))
            bot.start()
            try:
                bot.wait_connected()
                _tell(story, agenda, folder, slack, moved)
                # Stopped, and not killed: the next bot need not wait for this one's leases to end.
                bot.stop()
                return History(
                    world=snapshot.take(slack.world), database=copy_database(database_file(folder))
                )
            finally:
                bot.kill()


def _be_patient(slack: Sandbox) -> None:
    """Wait for the bot as long as a busy machine needs: nobody is at these keyboards."""
    slack.hub.ack_within_s = PATIENCE_S
    slack.world.trigger_life_s = PATIENCE_S


def _start(story: Story, agenda: Agenda) -> datetime:
    return agenda.instant(story.beats[0].when) - EARLIER


def _tell(story: Story, agenda: Agenda, folder: Path, slack: Sandbox, moved: Moved) -> None:
    database = Database(database_url(folder))
    try:
        Teller(Stage(slack=slack, database=database), agenda).tell(story, moved)
    finally:
        database.close()
