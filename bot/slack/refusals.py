"""From an exception to what the person sees: beside the field, or in private; always HTTP 200.

Source: product §7, "Errors"; conventions, "Errors".
"""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import BoltResponse, Respond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.domain.errors import DomainError
from bot.domain.ids import PersonId
from bot.i18n import text
from bot.services.troubles import DatabaseUnavailable, NotFound, StaleRequest
from bot.slack import forms
from bot.slack.errors import OldControl, code_of
from bot.slack.kit import Kit, Payload
from bot.slack.views.parts import mentions
from bot.slack.views.small_forms import notice_view

log = logging.getLogger(__name__)

PEOPLE = frozenset(
    {"deciders", "requester", "by", "awaited", "stewards", "facilitators", "keepers"}
)
"""Values of errors that are people's ids, joined by commas."""

JSON_HEADERS: dict[str, str | Sequence[str]] = {"content-type": ["application/json"]}


def sentence(error: Exception, locale: str) -> str:
    """Return what a person is told about `error`; the unforeseen gets an incident number."""
    if isinstance(error, DomainError):
        return _refusal(error, locale)
    if isinstance(error, StaleRequest):
        return text(locale, "error.stale")
    if isinstance(error, NotFound):
        return text(locale, "error.not_found")
    if isinstance(error, OldControl):
        return text(locale, "error.old_control")
    incident = secrets.token_hex(4)
    if isinstance(error, DatabaseUnavailable):
        log.error("incident %s: database %s", incident, error.trouble)
        return text(locale, f"error.database_{error.trouble}", incident=incident)
    log.error("incident %s: %s", incident, _kind(error), exc_info=error)
    return text(locale, "error.unexpected", incident=incident)


def _kind(error: Exception) -> str:
    name = type(error).__name__
    return f"{name} {code_of(error)}" if isinstance(error, SlackApiError) else name


def _refusal(error: DomainError, locale: str) -> str:
    values: dict[str, object] = {}
    for name, value in error.values.items():
        if name in PEOPLE:
            values[name] = mentions([PersonId(p) for p in value.split(",") if p], locale)
        elif name == "status":
            values[name] = text(locale, f"status.{value}")
        elif name == "stage":
            values[name] = text(locale, f"ritual.stage.{value}")
        else:
            values[name] = value
    key = f"error.{error.key}"
    if error.key == "cannot_delegate":
        key += f"_{error.values['why']}"
    return text(locale, key, **values)


def answer(kit: Kit, error: Exception, body: Payload, respond: Respond | None) -> BoltResponse:
    """Tell the person what happened; return what Slack is answered."""
    if body.get("type") == "view_submission":
        return _beside_field(error, body["view"], sentence(error, _locale(kit, body)))
    kit.later(lambda: tell(kit, error, body, respond))
    return BoltResponse(status=200, body="")


def tell(kit: Kit, error: Exception, body: Payload, respond: Respond | None) -> None:
    """Tell the person in private. Not before the ack: it calls Slack."""
    words = sentence(error, _locale(kit, body))
    if respond is not None and body.get("response_url"):
        respond(
            text=words,
            response_type="ephemeral",
            replace_original=False,
            thread_ts=forms.thread_of(body),
        )
    elif body.get("type") in {"block_actions", "shortcut"}:
        tell_directly(kit, forms.actor_of(body).id, words)


def notice(error: Exception, locale: str) -> View:
    """Return a modal that only says why not."""
    return notice_view(text(locale, "error.title"), sentence(error, locale), locale)


def tell_directly(kit: Kit, person: PersonId, words: str) -> None:
    """Write to somebody in the app's conversation with them."""
    channel = kit.client.conversations_open(users=person)["channel"]["id"]
    kit.client.chat_postMessage(channel=channel, text=words)


def _locale(kit: Kit, body: Payload) -> str:
    try:
        return kit.locale_of(forms.actor_of(body).id)
    except (KeyError, DatabaseUnavailable):
        return kit.deps.charter.locale


def _beside_field(error: Exception, view: Payload, words: str) -> BoltResponse:
    """Keep the form and what is typed, with the words beside a field."""
    block = forms.block_of(view, error) if isinstance(error, DomainError) else None
    block = block or forms.first_input(view)
    if block is None:
        return BoltResponse(status=200, body="")
    told: Mapping[str, Any] = {"response_action": "errors", "errors": {block: _plain(words)}}
    return BoltResponse(status=200, body=json.dumps(told), headers=JSON_HEADERS)


def _plain(words: str) -> str:
    """Return words for a field's error, which shows no mention."""
    return words.replace("<@", "@").replace(">", "")
