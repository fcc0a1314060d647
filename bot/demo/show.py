"""The demonstration in a browser: a small Slack with six weeks of history, the real bot in it."""

import os
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import BaseRoute

from bot import config
from bot.clock import machine_now
from bot.demo import cache, making
from bot.demo.cache import History, NotKept
from bot.demo.desk import DemoDesk
from bot.demo.progress import Progress
from bot.demo.running import BotProcess, write_charter
from bot.demo.stage import Stage, Stuck
from bot.demo.story import Agenda, Story, read_story
from bot.demo.workspace import Opening, open_workspace
from bot.domain.calendar import Calendar
from bot.i18n import text
from bot.sandbox.page import page_routes
from bot.sandbox.server import Sandbox
from bot.sandbox.snapshot import BadSnapshot
from bot.slack.manifest import make_manifest

PORT = 3210
LOOK_EVERY_S = 0.25
MOST_RESTARTS = 3
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


class CannotShow(Exception):
    """The demonstration cannot be given. The message says why, in a line or a few."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the command was asked. `locale` is fr or en."""

    locale: str
    port: int = PORT
    opens_browser: bool = True
    is_fresh: bool = False

    def say(self, key: str, **values: object) -> None:
        """Print the sentence `key`."""
        print(text(self.locale, key, **values), flush=True)


def show(wanted: Wanted) -> None:
    """Give the demonstration until Ctrl-C or SIGTERM; leave nothing but the history kept.

    Raises CannotShow.
    """
    _stop_once()
    try:
        with tempfile.TemporaryDirectory(prefix="arbitrage-demo-") as folder:
            _show_in(Path(folder), wanted)
    except KeyboardInterrupt:
        wanted.say("demo.stopped")
    except (BadSnapshot, OSError, RuntimeError) as error:
        raise CannotShow(text(wanted.locale, "demo.cannot", why=str(error))) from error


def _stop_once() -> None:
    """Make the first signal end the command, and the next ones not disturb the tidying up."""
    numbers = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]

    def stop(_number: int, _frame: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, stop)


def _show_in(folder: Path, wanted: Wanted) -> None:
    charter = write_charter(folder, wanted.locale)
    calendar = config.load(charter).charter.calendar
    opening = Opening(
        folder=folder,
        history=kept_or_made(wanted, Agenda(calendar, machine_now()), read_story()),
        locale=wanted.locale,
        port=wanted.port,
        guest=lambda stage: page_of(stage, calendar, wanted.locale),
    )
    with open_workspace(opening) as slack:
        bot = BotProcess(slack, folder, charter)
        try:
            bot.start()
            bot.wait_connected()
            _welcome(wanted, slack)
            _watch(wanted, bot)
        finally:
            bot.stop()


def page_of(stage: Stage, calendar: Calendar, locale: str) -> Sequence[BaseRoute]:
    """Return the page of a demonstration, with its clock and its guide."""
    manifest = make_manifest(locale=locale)
    return page_routes(stage.slack, DemoDesk(stage, calendar), manifest=manifest)


def kept_or_made(wanted: Wanted, agenda: Agenda, story: Story) -> History:
    """Return the history that was kept, else a new one, kept for the next time.

    Raises CannotShow when it cannot be made.
    """
    key = cache.history_key(agenda.last, wanted.locale)
    if not wanted.is_fresh:
        try:
            return cache.read(key)
        except NotKept as why:
            if why.is_damage:
                wanted.say("demo.damaged")
    progress = Progress(text(wanted.locale, "demo.making"))
    try:
        made = making.make_history(story, agenda, wanted.locale, progress.moved)
    except (Stuck, TimeoutError) as error:
        raise CannotShow(text(wanted.locale, "demo.not_made", why=str(error))) from error
    finally:
        progress.end()
    try:
        cache.write(key, made)
    except OSError as error:
        wanted.say("demo.not_kept", why=error.strerror or type(error).__name__)
    return made


def _welcome(wanted: Wanted, slack: Sandbox) -> None:
    address = f"http://127.0.0.1:{slack.port}/"
    if slack.port != wanted.port:
        wanted.say("demo.port_taken", port=wanted.port)
    wanted.say("demo.ready", address=address)
    wanted.say("demo.how_to_stop")
    if wanted.opens_browser and _has_browser():
        # Beside: some browsers only return when they are closed.
        threading.Thread(target=_open_browser, args=(address,), daemon=True).start()


def _has_browser() -> bool:
    is_desktop = sys.platform in {"darwin", "win32"}
    return is_desktop or any(os.environ.get(name) for name in DISPLAYS)


def _open_browser(address: str) -> None:
    try:
        webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return  # the address is printed: that is enough


def _watch(wanted: Wanted, bot: BotProcess) -> None:
    """Restart the bot when it ends by itself, a few times; then explain. Raises CannotShow."""
    restarts, never = 0, threading.Event()
    while not never.wait(LOOK_EVERY_S):
        if bot.is_alive:
            continue
        restarts += 1
        if restarts > MOST_RESTARTS:
            raise CannotShow(text(wanted.locale, "demo.bot_gone", words=bot.last_words()))
        wanted.say("demo.bot_restarted", words=bot.last_words())
        bot.start()
        bot.wait_connected()
