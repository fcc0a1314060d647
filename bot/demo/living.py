"""What goes on around a bot at work: the history lived before us, then its workspace's page."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from starlette.routing import BaseRoute

from bot.db.engine import Database
from bot.demo.cache import History
from bot.demo.desk import DemoDesk
from bot.demo.making import live
from bot.demo.progress import Progress
from bot.demo.running import database_url
from bot.demo.stage import Stage, Stuck
from bot.demo.story import Agenda, Story
from bot.demo.wanted import CannotShow, Wanted
from bot.domain.calendar import Calendar
from bot.i18n import text
from bot.sandbox.page import page_routes
from bot.sandbox.server import Sandbox
from bot.slack.manifest import make_manifest


@contextmanager
def stage_on(slack: Sandbox, folder: Path) -> Iterator[Stage]:
    """Give the stage of a bot at work in `slack`, whose files are in `folder`."""
    with closing(Database(database_url(folder))) as database:
        yield Stage(slack=slack, database=database)


def lived(stage: Stage, folder: Path, story: Story, agenda: Agenda, wanted: Wanted) -> History:
    """Let the bot live `story` before us. Raises CannotShow when it cannot be made."""
    progress = Progress(text(wanted.locale, "demo.making"))
    try:
        return live(stage, folder, story, agenda, progress.moved)
    except (Stuck, TimeoutError) as error:
        raise CannotShow(text(wanted.locale, "demo.not_made", why=str(error))) from error
    finally:
        progress.end()


def page_of(stage: Stage, calendar: Calendar, locale: str) -> Sequence[BaseRoute]:
    """Return the page of a demonstration, with its clock and its guide."""
    manifest = make_manifest(locale=locale)
    return page_routes(stage.slack, DemoDesk(stage, calendar), manifest=manifest)
