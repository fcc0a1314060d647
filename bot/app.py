"""The composition root: builds every object once, and starts and stops them in order."""

import logging
import threading
import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot import config
from bot.clock import Clock, ClockWatch, machine_now
from bot.config.lexicon import load_detector, load_lexicon
from bot.db import charters as stored_charters
from bot.db import migrating, outbox
from bot.db.engine import Database
from bot.domain.bypass_detection import Detect, Learner
from bot.domain.ids import ChannelId
from bot.jobs import Job, Timetable
from bot.services import bypasses, charters, homes, metrics, people
from bot.services.deps import Deps, Rosters
from bot.services.detecting import Dismissals, Once, finder
from bot.services.schedule.tick import let_go, tick
from bot.services.troubles import DatabaseUnavailable
from bot.settings import Settings
from bot.slack.app import make_app, make_client, make_kit
from bot.slack.contact import find_channel, find_rooms, first_contact, patiently
from bot.slack.kit import Kit
from bot.slack.sender import Sender
from bot.slack.transport import SocketMode, dispatch
from bot.web import Lately, Probes, WebServer

log = logging.getLogger(__name__)

HOUR_S, MINUTE_S = 3600, 60
TICK_S = 60
TICK = "tick"
A_PACE = timedelta(seconds=5)


class Bot:
    """Everything that runs. Build it with `build`."""

    def __init__(self, settings: Settings, kit: Kit, awake: threading.Event) -> None:
        self._kit = kit
        self._app = make_app(kit, signing_secret=_secret_for(settings))
        traffic = kit.traffic
        self._sender = Sender(kit, machine_now=machine_now, awake=awake)
        self._awake = awake
        self._clock_watch = ClockWatch(settings.clock_file, self._clock_moved)
        is_socket = settings.slack_mode == "socket"
        self._socket = (
            SocketMode(self._app, settings.slack_app_token, traffic) if is_socket else None
        )
        slack = (
            None if is_socket else lambda body, headers: dispatch(self._app, traffic, body, headers)
        )
        # Read once a minute at most, however often they are scraped.
        self._numbers = Lately(lambda: metrics.measures(kit.deps), MINUTE_S)
        probes = Probes(
            trouble=self.trouble, measures=self.measures, numbers=self._numbers, slack=slack
        )
        self._web = WebServer(probes, host=settings.http_host, port=settings.http_port)
        self._holder = holder = uuid.uuid4().hex
        self._timetable = Timetable(
            (
                Job(name="refresh_people", every_s=HOUR_S, work=kit.directory.refresh),
                Job(name="forget_bypasses", every_s=HOUR_S, work=lambda: bypasses.forget(kit.deps)),
                Job(
                    name="forget_received",
                    every_s=HOUR_S,
                    work=lambda: people.forget_received(kit.deps),
                ),
                Job(name="forget_homes", every_s=HOUR_S, work=lambda: homes.forget(kit.deps)),
                Job(
                    name=TICK,
                    every_s=TICK_S,
                    work=lambda: tick(kit.deps, holder=holder, machine_now=machine_now),
                ),
            )
        )

    @property
    def deps(self) -> Deps:
        """What use cases are given."""
        return self._kit.deps

    @property
    def http_port(self) -> int:
        """Where health is served."""
        return self._web.port

    def start(self) -> None:
        """Start sending, then listening: what waits goes out before more comes in."""
        self._web.start()
        self._sender.start()
        if self._socket:
            self._socket.start()
        self._kit.later(self._kit.directory.refresh)
        self._kit.later(self._kit.audience.refresh)
        self._timetable.start()
        self._clock_watch.start()

    def stop(self) -> None:
        """Stop listening, finish what was started, leave the rest in the outbox."""
        if self._socket:
            self._socket.stop()
        self._clock_watch.stop()
        self._timetable.stop()
        self._web.stop()
        self._kit.stop()
        self._sender.stop()
        self._let_go()
        self._kit.deps.database.close()

    def _let_go(self) -> None:
        try:
            let_go(self._kit.deps, holder=self._holder)
        except DatabaseUnavailable:
            log.warning("the tick's lease could not be let go: it ends by itself")

    def _clock_moved(self, by: timedelta) -> None:
        """Look at once at what became due: the next minute would be too late for who watches.

        A few seconds more only let the next posts go; written again unmoved, it asks for a look.
        """
        if not timedelta() < by < A_PACE:
            self._timetable.hurry(TICK)
        self._awake.set()

    def trouble(self) -> str | None:
        """Return why the bot is not ready, None when it is."""
        if self._socket and not self._socket.is_connected:
            return "not connected to Slack"
        try:
            self.measures()
        except Exception as error:  # noqa: BLE001  # readiness says any trouble, whatever it is
            return type(error).__name__
        return None

    def measures(self) -> Mapping[str, float]:
        """Return the gauges of the moment."""
        deps = self._kit.deps
        with deps.read() as session:
            waiting = {"outbox_waiting": outbox.count_waiting(session, deps.workspace)}
        return waiting | metrics.gauges(deps)


def _secret_for(settings: Settings) -> str:
    return settings.slack_signing_secret if settings.slack_mode == "http" else ""


def build(
    settings: Settings, *, detect: Detect | None = None, learner: Learner | None = None
) -> Bot:
    """Return the bot, its database migrated and its workspace known; nothing runs yet.

    Without `detect` it is the shipped detector, with the words found beside the charter.
    Raises CannotStart, CharterError, LexiconError or DatabaseUnavailable.
    """
    if detect is None:
        folder = settings.charter_file.parent
        load_lexicon(beside=folder)  # a wrong one is told now; the weights wait for a message
        detector = Once(partial(load_detector, beside=folder))
        detect, learner = finder(detector), Dismissals(detector, settings.slack_bot_token)
    loaded = config.load(settings.charter_file)
    database = open_database(settings.database_url)
    client = make_client(settings.slack_bot_token, settings.slack_api_url)
    workspace = first_contact(client)
    channel = find_channel(client, loaded.charter.channel)
    awake = threading.Event()
    clock = Clock(settings.clock_file)
    first = Deps(
        workspace=workspace.id,
        workspace_url=workspace.url,
        channel=channel,
        database=database,
        charter=loaded.charter,
        charter_version=0,
        now=clock.now,
        new_id=lambda: uuid.uuid4().hex,
        wake=awake.set,
        rosters=Rosters(),
        rooms=find_rooms(client, loaded.charter),
    )
    version = charters.put_in_force(first, digest=loaded.digest, text=loaded.text)
    deps = first.in_version(version)
    metrics.catch_up(deps)
    kit = make_kit(deps, client, workspace.bot_user, detect=detect, learner=learner)
    patiently(kit.directory.meet)
    return Bot(settings, kit, awake)


def offline(settings: Settings) -> tuple[Deps, ...]:
    """Return what use cases need to read each workspace of the database, without Slack."""
    loaded = config.load(settings.charter_file)
    database = open_database(settings.database_url)
    with database.read() as session:
        found = stored_charters.workspaces(session)
    return tuple(
        Deps(
            workspace=workspace,
            workspace_url="https://slack.com/",
            channel=ChannelId(f"#{loaded.charter.channel}"),
            database=database,
            charter=loaded.charter,
            charter_version=0,
            now=Clock(settings.clock_file).now,
            new_id=lambda: uuid.uuid4().hex,
            wake=lambda: None,
            rosters=Rosters(),
        )
        for workspace in found
    )


def open_database(url: str) -> Database:
    """Return the database, migrated to this code when it is not: an empty one needs no step."""
    database = Database(url)
    with database.read() as session:
        is_current = migrating.is_current(session)
    if not is_current:
        log.info("bringing the database to this version")
        migrating.upgrade(url)
    return database
