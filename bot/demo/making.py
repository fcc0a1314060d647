"""Makes the history: the story told to the real bot, in a small Slack."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.db.engine import Database
from bot.demo.cache import History, copy_database
from bot.demo.running import BotProcess, database_file, database_url, write_charter
from bot.demo.stage import PATIENCE_S, Stage
from bot.demo.story import Agenda, Story
from bot.demo.telling import Teller
from bot.demo.workspace import new_workspace
from bot.sandbox import snapshot
from bot.sandbox.hub import ACK_WITHIN_S
from bot.sandbox.state import TRIGGER_LIFE_S

Moved = Callable[[int, int], None]


def make_history(story: Story, agenda: Agenda, locale: str, moved: Moved) -> History:
    """Return the history that `story` makes, lived by the real bot in a workspace of its own.

    Raises as `live`, or RuntimeError when the bot does not start.
    """
    with tempfile.TemporaryDirectory(prefix="arbitrage-history-") as name:
        folder, starts_at = Path(name), story.starts_at(agenda)
        with (
            closing(Database(database_url(folder))) as database,
            new_workspace(folder, locale=locale, port=0, starts_at=starts_at) as slack,
        ):
            bot = BotProcess(slack, folder, write_charter(folder, locale))
            bot.start()
            try:
                bot.wait_connected()
                return live(Stage(slack=slack, database=database), folder, story, agenda, moved)
            finally:
                bot.kill()


def live(stage: Stage, folder: Path, story: Story, agenda: Agenda, moved: Moved) -> History:
    """Let the bot at work on `stage` live `story`; return the history it leaves.

    The workspace goes on from there, as one that is put back would. `moved` hears how many beats
    are done, of how many. Raises Stuck or TimeoutError.
    """
    slack = stage.slack
    slack.wait_at_most(ack_s=PATIENCE_S, trigger_s=PATIENCE_S)
    Teller(stage, agenda).tell(story, moved)
    slack.wait_at_most(ack_s=ACK_WITHIN_S, trigger_s=TRIGGER_LIFE_S)
    slack.world.forget_passing()
    return History(world=snapshot.take(slack.world), database=copy_database(database_file(folder)))
