"""What Slack is asked before anything starts: who the app is, and where its channels are."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.domain.charter import Charter
from bot.domain.ids import ChannelId, PersonId, RitualId, WorkspaceId
from bot.slack.errors import code_of

log = logging.getLogger(__name__)

FIRST_CONTACT_TRIES = 6
PASSING = frozenset({"ratelimited", "internal_error", "fatal_error"})

Answer = TypeVar("Answer")


class CannotStart(Exception):
    """The bot cannot run. The message is one line, with the cure."""


class NoRoom(CannotStart):
    """A channel does not exist, or the app is not in it."""


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Who the app is, and where, as Slack says."""

    id: WorkspaceId
    url: str
    bot_user: PersonId


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


def find_rooms(client: WebClient, charter: Charter) -> Mapping[RitualId, ChannelId]:
    """Return the channels of the rituals that have their own; one that is not there is left out.

    Its agenda then goes to the arbitration channel, and the stewards are told.
    """
    found: dict[RitualId, ChannelId] = {}
    for ritual in charter.rituals:
        if ritual.channel is None:
            continue
        try:
            found[ritual.id] = find_channel(client, ritual.channel)
        except NoRoom as error:
            log.warning("ritual %s: %s", ritual.id, error)
    return found


def find_channel(client: WebClient, name: str) -> ChannelId:
    """Return a channel's id by its name or id. Raises NoRoom, or CannotStart."""
    cursor = ""
    while True:
        page = patiently(partial(_channels, client, cursor))
        for found in page["channels"]:
            if name in {found["name"], found["id"]}:
                if not found["is_member"]:
                    raise NoRoom(
                        f"the app is not in #{found['name']}. Type /invite @Arbitrage there."
                    )
                return ChannelId(found["id"])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            raise NoRoom(
                f"there is no channel #{name}. Create it and invite the app, "
                "or change it in the charter."
            )
