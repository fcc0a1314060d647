"""What every listener is given, and what one call from Slack is."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.domain.ids import ChannelId, PersonId
from bot.services.deps import Deps
from bot.slack.people import Directory

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kit:
    """The use cases' dependencies, Slack's client, and threads for what must not delay an ack."""

    deps: Deps
    client: WebClient
    bot_user: PersonId
    directory: Directory
    threads: ThreadPoolExecutor

    def later(self, work: Callable[[], object]) -> None:
        """Do `work` beside the ack. A failure is logged; nothing that matters is done here."""
        self.threads.submit(_guarded, work)

    def locale_of(self, person: PersonId) -> str:
        """Return the language of `person`; the charter's for somebody not known yet."""
        return self.directory.locale_of(person)

    @property
    def zone(self) -> str:
        """The charter's time zone, for written fallbacks."""
        return self.deps.charter.calendar.zone

    @property
    def channel(self) -> ChannelId:
        """The arbitration channel."""
        return self.deps.channel


def _guarded(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        log.exception("work beside an ack failed")
