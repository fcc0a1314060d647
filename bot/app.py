"""The composition root: builds every object once, and starts and stops them in order."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot import config
from bot.db import migrating, outbox
from bot.db.engine import Database
from bot.domain.bypass_detection import Detect, Learner
from bot.domain.ids import ChannelId, PersonId, WorkspaceId
from bot.jobs import Job, Timetable
from bot.services import bypasses, charters, people
from bot.services.deps import Deps, Rosters
from bot.settings import Settings
from bot.slack.app import finds_nothing, make_app, make_client, make_kit
from bot.slack.errors import code_of
from bot.slack.kit import Kit
from bot.slack.sender import Sender
from bot.slack.transport import SocketMode, dispatch
from bot.web import Probes, WebServer

log = logging.getLogger(__name__)

HOUR_S = 3600
FIRST_CONTACT_TRIES = 6
PASSING = frozenset({"ratelimited", "internal_error", "fatal_error"})

Answer = TypeVar("Answer")


class CannotStart(Exception):
    """The bot cannot run. The message is one line, with the cure."""


class Clock:
    """The time: the machine's, plus the offset of a file for demonstrations and tests."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return now, aware UTC."""
        return machine_now() + self._offset()

    def _offset(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._file.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return timedelta()


def machine_now() -> datetime:
    """Return the machine's own time, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Who the app is, and where, as Slack says."""

    id: WorkspaceId
    url: str
    bot_user: PersonId


class Bot:
    """Everything that runs. Build it with `build`."""

    def __init__(self, settings: Settings, kit: Kit, awake: threading.Event) -> None:
        self._kit = kit
        self._app = make_app(kit, signing_secret=_secret_for(settings))
        traffic = kit.traffic
        self._sender = Sender(
            kit.deps, kit.client, machine_now=machine_now, awake=awake, traffic=traffic
        )
        is_socket = settings.slack_mode == "socket"
        self._socket = (
            SocketMode(self._app, settings.slack_app_token, traffic) if is_socket else None
        )
        slack = (
            None if is_socket else lambda body, headers: dispatch(self._app, traffic, body, headers)
        )
        probes = Probes(trouble=self.trouble, measures=self.measures, slack=slack)
        self._web = WebServer(probes, host=settings.http_host, port=settings.http_port)
        self._timetable = Timetable(
            (
                Job(name="refresh_people", every_s=HOUR_S, work=kit.directory.refresh),
                Job(name="forget_bypasses", every_s=HOUR_S, work=lambda: bypasses.forget(kit.deps)),
                Job(
                    name="forget_received",
                    every_s=HOUR_S,
                    work=lambda: people.forget_received(kit.deps),
                ),
            )
        )

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
        self._timetable.start()

    def stop(self) -> None:
        """Stop listening, finish what was started, leave the rest in the outbox."""
        if self._socket:
            self._socket.stop()
        self._timetable.stop()
        self._web.stop()
        self._kit.stop()
        self._sender.stop()
        self._kit.deps.database.close()

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
            return {"outbox_waiting": outbox.count_waiting(session, deps.workspace)}


def _secret_for(settings: Settings) -> str:
    return settings.slack_signing_secret if settings.slack_mode == "http" else ""


def build(
    settings: Settings, *, detect: Detect = finds_nothing, learner: Learner | None = None
) -> Bot:
    """Return the bot, its database migrated and its workspace known; nothing runs yet.

    Raises CannotStart, CharterError or DatabaseUnavailable.
    """
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
    )
    version = charters.put_in_force(first, digest=loaded.digest, text=loaded.text)
    deps = first.in_version(version)
    kit = make_kit(deps, client, workspace.bot_user, detect=detect, learner=learner)
    patiently(kit.directory.meet)
    return Bot(settings, kit, awake)


def open_database(url: str) -> Database:
    """Return the database, migrated to this code when it is not: an empty one needs no step."""
    database = Database(url)
    with database.read() as session:
        is_current = migrating.is_current(session)
    if not is_current:
        log.info("bringing the database to this version")
        migrating.upgrade(url)
    return database


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Return what Slack answers, waiting out a passing trouble. Raises CannotStart."""
    for wait_s in [2**n / 2 for n in range(FIRST_CONTACT_TRIES)]:
        try:
            return ask()
        except SlackApiError as error:
            code = code_of(error)
            if code and code not in PASSING:
                raise CannotStart(_cure(code, error)) from error
        except OSError as error:
            log.warning("Slack does not answer: %s", type(error).__name__)
        time.sleep(wait_s)
    raise CannotStart("Slack does not answer. Check the network and SLACK_API_URL.")


def _cure(code: str, error: SlackApiError) -> str:
    if code == "missing_scope":
        needed = error.response.get("needed", "")
        return f"the app lacks the scope {needed}. Reinstall it from config/manifest.yaml."
    return (
        f"Slack refuses SLACK_BOT_TOKEN ({code}). "
        "Copy the Bot User OAuth Token again from OAuth & Permissions."
    )


def first_contact(client: WebClient) -> Workspace:
    """Return who the app is. Raises CannotStart."""
    told = patiently(client.auth_test)
    return Workspace(
        id=WorkspaceId(told["team_id"]), url=told["url"], bot_user=PersonId(told["user_id"])
    )


def _channels(client: WebClient, cursor: str) -> SlackResponse:
    return client.conversations_list(
        types="public_channel,private_channel",
        exclude_archived=True,
        limit=1000,
        cursor=cursor or None,
    )


def find_channel(client: WebClient, name: str) -> ChannelId:
    """Return the arbitration channel's id by its name or id. Raises CannotStart."""
    cursor = ""
    while True:
        page = patiently(partial(_channels, client, cursor))
        for found in page["channels"]:
            if name in {found["name"], found["id"]}:
                if not found["is_member"]:
                    raise CannotStart(
                        f"the app is not in #{found['name']}. Type /invite @Arbitrage there."
                    )
                return ChannelId(found["id"])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            raise CannotStart(
                f"there is no channel #{name}. Create it and invite the app, "
                "or change [company] channel in the charter."
            )
