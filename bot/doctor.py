"""What is wrong with an installation, and the cure, a line each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import config
from bot.app import offline
from bot.config import CharterError
from bot.config.lexicon import LexiconError, load_lexicon, load_model
from bot.db import migrating, nudging
from bot.db.engine import Database
from bot.db.errors import DatabaseUnavailable
from bot.domain.bypass import Mode
from bot.domain.charter import Charter
from bot.domain.ids import ChannelId, WorkspaceId
from bot.i18n import instant
from bot.services.schedule import upcoming
from bot.settings import Settings
from bot.slack.app import make_client
from bot.slack.contact import CannotStart, find_channel, find_rooms, first_contact
from bot.slack.errors import code_of
from bot.slack.manifest import DETECTION_EVENTS, SCOPES
from bot.slack.views.upcoming import kind_name

DAYS = 7
"""How far ahead the next posts are looked for."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at."""

    is_fine: bool
    words: str

    @property
    def told(self) -> str:
        """The line to print."""
        return f"{'ok  ' if self.is_fine else 'FIX '} {self.words}"


def _fine(words: str) -> Finding:
    return Finding(is_fine=True, words=words)


def _wrong(words: str) -> Finding:
    return Finding(is_fine=False, words=words)


def examine(settings: Settings, locale: str) -> Iterator[Finding]:
    """Yield what is found, in the order a steward would mend it."""
    database = tuple(_database(settings))
    yield from database
    charter: Charter | None = None
    try:
        charter = config.load(settings.charter_file).charter
        yield _fine(f"charter: {len(charter.rules)} rules, time zone {charter.calendar.zone}")
    except CharterError as error:
        for problem in error.problems:
            yield _wrong(f"charter: {problem.told(locale)}")
    if charter and all(finding.is_fine for finding in database):
        yield from _next_posts(settings, locale)
    client = make_client(settings.slack_bot_token, settings.slack_api_url)
    try:
        workspace = first_contact(client)
    except CannotStart as error:
        yield _wrong(f"Slack: {error}")
        return
    yield _fine(f"Slack: workspace {workspace.id}")
    yield from _scopes(client)
    if settings.slack_app_token:
        yield _app_token(settings)
    if charter:
        yield from _detection(settings, client, workspace.id, charter)
        yield _channel(client, charter)
        yield from _rooms(client, charter)
        yield from _seats(client, charter)


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            is_current = migrating.is_current(session)
    except DatabaseUnavailable as error:
        yield _wrong(f"database: {error.trouble}. Check DATABASE_URL.")
        return
    finally:
        database.close()
    if is_current:
        yield _fine("database: at this version")
    else:
        yield _wrong("database: not at this version. Run `arbitrage migrate`.")


def _detection(
    settings: Settings, client: WebClient, workspace: WorkspaceId, charter: Charter
) -> Iterator[Finding]:
    try:
        load_lexicon(beside=settings.charter_file.parent)
    except LexiconError as error:
        yield _wrong(f"detection: {error}")
    made_of = load_model().made_of
    yield _fine(
        f"detection: model {made_of['training']}, {charter.bypasses.mode} where nothing was chosen"
    )
    for channel, mode in sorted(_modes(settings, workspace).items()):
        if mode is Mode.OFF or _is_in(client, channel):
            yield _fine(f"detection: {mode} in {channel}")
        else:
            yield _wrong(
                f"detection: {mode} in {channel}, where the app is not. Type /invite @Arbitrage "
                "there, or choose another mode with /arbitrage détection."
            )
    yield _fine(
        f"events: {', '.join(DETECTION_EVENTS)} are needed to find bypasses, and Slack does not "
        "say which it sends. If none is ever counted, paste the manifest again (`arbitrage "
        "manifest`) in the app's settings, and reinstall it."
    )


def _is_in(client: WebClient, channel: ChannelId) -> bool:
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError:
        return False
    return bool(found.get("is_member"))


def _modes(settings: Settings, workspace: WorkspaceId) -> Mapping[ChannelId, Mode]:
    """Return the modes that stewards chose; none when the database is not to be read."""
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            is_current = migrating.is_current(session)
            return nudging.modes(session, workspace) if is_current else {}
    except DatabaseUnavailable:
        return {}
    finally:
        database.close()


def _next_posts(settings: Settings, locale: str) -> Iterator[Finding]:
    known = offline(settings)
    if not known:
        yield _fine("next posts: none before the bot first runs")
    for deps in known:
        listed = upcoming.next_posts(deps, days=DAYS)
        told = f"next posts: {len(listed)} within {DAYS} days"
        for first in listed[:1]:
            at = instant(locale, first.due_at, deps.charter.calendar.zone)
            told += f", the first {at} ({kind_name(first, deps.charter, locale)})"
            told += "; `arbitrage schedule` lists them"
        yield _fine(told)
        deps.database.close()


def _scopes(client: WebClient) -> Iterator[Finding]:
    granted = client.auth_test().headers.get("x-oauth-scopes", "")
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if not missing:
        yield _fine(f"scopes: all {len(SCOPES)} granted")
    for scope in missing:
        yield _wrong(f"scope {scope} is missing ({SCOPES[scope]}). Reinstall from the manifest.")


def _app_token(settings: Settings) -> Finding:
    client = make_client(settings.slack_app_token, settings.slack_api_url)
    return _ask(
        lambda: client.apps_connections_open(app_token=settings.slack_app_token),
        "Socket Mode: SLACK_APP_TOKEN opens a connection",
        "SLACK_APP_TOKEN does not open a connection ({}). Create it again, with connections:write.",
    )


def _channel(client: WebClient, charter: Charter) -> Finding:
    try:
        find_channel(client, charter.channel)
    except CannotStart as error:
        return _wrong(f"channel: {error}")
    return _fine(f"channel: #{charter.channel}, the app is in it")


def _rooms(client: WebClient, charter: Charter) -> Iterator[Finding]:
    found = find_rooms(client, charter)
    for ritual in charter.rituals:
        if ritual.channel and ritual.id in found:
            yield _fine(f"ritual {ritual.id}: #{ritual.channel}, the app is in it")
        elif ritual.channel:
            yield _wrong(
                f"ritual {ritual.id}: there is no #{ritual.channel}, or the app is not in it. "
                "Type /invite @Arbitrage there, or correct the charter."
            )


def _seats(client: WebClient, charter: Charter) -> Iterator[Finding]:
    for ref in sorted(charter.refs):
        if "@" in ref:
            yield _ask(
                lambda ref=ref: client.users_lookupByEmail(email=ref),  # type: ignore[misc]
                f"seat: {ref} is in the workspace",
                f"seat: {ref} is not found ({{}}). Correct the address in the charter.",
            )


def _ask(question: Callable[[], object], fine: str, wrong: str) -> Finding:
    try:
        question()
    except SlackApiError as error:
        return _wrong(wrong.format(code_of(error)))
    return _fine(fine)
