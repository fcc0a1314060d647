"""Who may read what: the requests of a private channel stay with its members.

Slack is asked, and its answer kept for a minute.
"""

import logging
import threading
import time
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.ids import ChannelId, PersonId
from bot.domain.journal import Reader
from bot.services import journal
from bot.services.deps import Deps
from bot.slack.errors import code_of

log = logging.getLogger(__name__)

FRESH_S = 60.0
PAGE = 1000
OUT_OF_REACH = frozenset({"channel_not_found", "not_in_channel", "is_archived", "missing_scope"})
"""What Slack says of a channel the app cannot see: then nobody reads it but those concerned."""


@dataclass(frozen=True)
class Room:
    """A channel's readers: everybody when `members` is None."""

    members: frozenset[PersonId] | None
    asked_at: float


class Audience:
    """Tells which channels a person can see."""

    def __init__(self, deps: Deps, client: WebClient) -> None:
        self._deps = deps
        self._client = client
        self._lock = threading.Lock()
        self._rooms: dict[ChannelId, Room] = {}

    def reader(self, person: PersonId) -> Reader:
        """Return what `person` may read. Raises SlackApiError when Slack was never asked."""
        known = {self._deps.channel, *journal.channels(self._deps)}
        seen = frozenset(channel for channel in known if self.may_see(person, channel))
        return Reader(person=person, channels=seen)

    def may_see(self, person: PersonId, channel: ChannelId) -> bool:
        """Tell whether `person` can read `channel` in Slack."""
        members = self._room(channel).members
        return members is None or person in members

    def is_public(self, channel: ChannelId) -> bool:
        """Tell whether everybody can read `channel`."""
        return self._room(channel).members is None

    def is_known_to_see(self, person: PersonId, channel: ChannelId) -> bool:
        """Tell whether `person` can read `channel`, by what Slack said last: nothing is asked."""
        with self._lock:
            known = self._rooms.get(channel)
        return known is not None and (known.members is None or person in known.members)

    def refresh(self) -> None:
        """Ask Slack again about the arbitration channel, when its last answer is old."""
        self._room(self._deps.channel)

    def _room(self, channel: ChannelId) -> Room:
        with self._lock:
            known = self._rooms.get(channel)
        if known and time.monotonic() - known.asked_at < FRESH_S:
            return known
        try:
            found = Room(self._ask(channel), time.monotonic())
        except (SlackApiError, OSError) as error:
            if known is None:
                raise
            log.warning("members of a channel: %s", type(error).__name__)
            return known
        with self._lock:
            self._rooms[channel] = found
        return found

    def _ask(self, channel: ChannelId) -> frozenset[PersonId] | None:
        try:
            if not self._client.conversations_info(channel=channel)["channel"]["is_private"]:
                return None
            return self._members(channel)
        except SlackApiError as error:
            if code_of(error) not in OUT_OF_REACH:
                raise
            return frozenset()

    def _members(self, channel: ChannelId) -> frozenset[PersonId]:
        found: set[PersonId] = set()
        cursor = ""
        while True:
            page = self._client.conversations_members(
                channel=channel, limit=PAGE, cursor=cursor or None
            )
            found.update(PersonId(member) for member in page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(found)
