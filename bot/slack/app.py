"""The Bolt app: every listener, one error handler, an executor of its own."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltResponse, Respond
from slack_sdk import WebClient

from bot.domain.bypass_detection import Detect, Learner, MessageContext
from bot.domain.ids import PersonId
from bot.services.deps import Deps
from bot.slack import refusals
from bot.slack.audience import Audience
from bot.slack.kit import Kit
from bot.slack.listeners import (
    absences,
    artefacts,
    audit,
    bypasses,
    commands,
    decisions,
    detection,
    digests,
    home,
    journal,
    messages,
    numbers,
    preferences,
    reminders,
    requests,
    rituals,
)
from bot.slack.people import Directory
from bot.slack.switchboard import Switchboard
from bot.slack.traffic import Traffic

log = logging.getLogger(__name__)

FEATURES = (
    commands,
    requests,
    decisions,
    messages,
    home,
    reminders,
    absences,
    preferences,
    rituals,
    journal,
    numbers,
    audit,
    digests,
    bypasses,
    detection,
    artefacts,
)
"""What listens, one module per noun."""

THREADS = 32
LINES = 8
CLIENT_TIMEOUT_S = 10


def make_client(token: str, base_url: str) -> WebClient:
    """Return a Slack client that never sends a call twice by itself: it could post twice."""
    return WebClient(token=token, base_url=base_url, timeout=CLIENT_TIMEOUT_S, retry_handlers=[])


def finds_nothing(_words: str, _context: MessageContext) -> None:
    """Take no message for a bypass."""


def make_kit(
    deps: Deps,
    client: WebClient,
    bot_user: PersonId,
    *,
    detect: Detect = finds_nothing,
    learner: Learner | None = None,
) -> Kit:
    """Return what listeners are given; without `detect` no message is a bypass."""
    return Kit(
        deps=deps,
        client=client,
        bot_user=bot_user,
        directory=Directory(deps=deps, client=client),
        audience=Audience(deps, client),
        threads=ThreadPoolExecutor(THREADS, thread_name_prefix="beside-ack"),
        lines=tuple(ThreadPoolExecutor(1, thread_name_prefix="in-line") for _ in range(LINES)),
        traffic=Traffic(),
        detect=detect,
        learner=learner,
    )


def make_app(kit: Kit, *, signing_secret: str) -> App:
    """Return the app with its listeners; it starts nothing.

    Listeners run inline (`process_before_response`): they are short, and a no-op then costs
    0.1 ms where Bolt's default polls for the ack every 10 ms.
    """
    board = Switchboard()
    for feature in FEATURES:
        feature.register(board, kit)
    app = App(
        client=kit.client,
        signing_secret=signing_secret or "unused",
        process_before_response=True,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="listener"),
        request_verification_enabled=bool(signing_secret),
        before_authorize=board,
        raise_error_for_unhandled_request=False,
        logger=log,
    )

    @app.error
    def on_error(error: Exception, body: dict[str, Any], respond: Respond) -> BoltResponse:
        return refusals.answer(kit, error, body, respond)

    return app
