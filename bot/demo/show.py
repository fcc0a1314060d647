"""The demonstration in a browser: a small Slack with six weeks of history, the real bot in it."""

import os
import signal
import sys
import tempfile
import threading
import webbrowser
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from bot import config
from bot.clock import machine_now
from bot.demo import cache
from bot.demo.cache import History, NotKept
from bot.demo.running import BotProcess, write_charter
from bot.demo.story import Agenda, read_story
from bot.demo.wanted import CannotShow, Wanted
from bot.demo.workspace import Opening, new_workspace, open_workspace
from bot.i18n import text
from bot.sandbox.server import Sandbox
from bot.sandbox.snapshot import BadSnapshot

LOOK_EVERY_S = 0.25
MOST_RESTARTS = 3
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


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
    """Show the workspace as its history left it, or as it is once the bot has lived a new one."""
    charter = write_charter(folder, wanted.locale)
    calendar = config.load(charter).charter.calendar
    agenda = Agenda(calendar, machine_now())
    key = cache.history_key(agenda.last, wanted.locale)
    history, story = kept(wanted, key), read_story()
    with _workspace(folder, wanted, history, story.starts_at(agenda)) as slack:
        bot = BotProcess(slack, folder, charter)
        try:
            bot.start()
            # Loaded while the bot starts: each takes a second, on a processor of its own.
            from bot.demo import living  # noqa: PLC0415

            bot.wait_connected()
            with living.stage_on(slack, folder) as stage:
                # The bot that made the history goes on: to start another would take seconds.
                made = None if history else living.lived(stage, folder, story, agenda, wanted)
                slack.guest.host(living.page_of(stage, calendar, wanted.locale))
                _welcome(wanted, slack)
                if made:
                    keep(wanted, key, made)
                _watch(wanted, bot)
        finally:
            bot.stop()


def _workspace(
    folder: Path, wanted: Wanted, history: History | None, starts_at: datetime
) -> AbstractContextManager[Sandbox]:
    """Return the workspace as `history` left it; without one, a new one at `starts_at`."""
    if history is None:
        return new_workspace(folder, locale=wanted.locale, port=wanted.port, starts_at=starts_at)
    opening = Opening(folder=folder, history=history, locale=wanted.locale, port=wanted.port)
    return open_workspace(opening)


def kept(wanted: Wanted, key: str) -> History | None:
    """Return the history kept under `key`; None when there is none to use, or none is wanted."""
    if wanted.is_fresh:
        return None
    try:
        return cache.read(key)
    except NotKept as why:
        if why.is_damage:
            wanted.say("demo.damaged")
        return None


def keep(wanted: Wanted, key: str, made: History) -> None:
    """Keep a history for the next time; say so when that cannot be."""
    try:
        cache.write(key, made)
    except OSError as error:
        wanted.say("demo.not_kept", why=error.strerror or type(error).__name__)


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
