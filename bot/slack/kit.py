"""What every listener is given, and what one call from Slack is."""

import logging
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.domain.bypass_detection import Detect, Learner
from bot.domain.ids import PersonId
from bot.services.deps import Deps
from bot.slack.audience import Audience
from bot.slack.dumping import dump_view
from bot.slack.errors import code_of
from bot.slack.people import Directory
from bot.slack.traffic import Traffic

log = logging.getLogger(__name__)

LONGEST_QUIET_WAIT_S = 0.05

Payload = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kit:
    """The use cases' dependencies, Slack's client, and threads for what must not delay an ack.

    `lines` are single threads: what is asked of one is done in order. `detect` finds bypasses, and
    `learner` says what dismissals teach it.
    """

    deps: Deps
    client: WebClient
    bot_user: PersonId
    directory: Directory
    audience: Audience
    threads: ThreadPoolExecutor
    lines: tuple[ThreadPoolExecutor, ...]
    traffic: Traffic
    detect: Detect
    learner: Learner | None

    def later(self, work: Callable[[], object]) -> None:
        """Do `work` beside the ack. A failure is logged; nothing that matters is done here."""
        self.threads.submit(self._after_acks, work)

    def update_view(self, view_id: str, view: View) -> None:
        """Redraw a modal; one that was closed meanwhile is left alone: its draft is kept."""
        try:
            self.client.views_update(view_id=view_id, view=dump_view(view))
        except SlackApiError as error:
            if code_of(error) != "not_found":
                raise

    def later_in_line(self, key: str, work: Callable[[], object]) -> None:
        """Do `work` beside the ack, after what was asked before under the same `key`."""
        line = self.lines[zlib.crc32(key.encode()) % len(self.lines)]
        line.submit(self._after_acks, work)

    def _after_acks(self, work: Callable[[], object]) -> None:
        # In a burst every ack goes before the first form: Slack counts three seconds for both.
        self.traffic.wait_quiet(LONGEST_QUIET_WAIT_S)
        _guarded(work)

    def stop(self) -> None:
        """Finish what was asked beside the acks."""
        for pool in (*self.lines, self.threads):
            pool.shutdown(wait=True)

    def locale_of(self, person: PersonId) -> str:
        """Return the language of `person`; the charter's for somebody not known yet."""
        return self.directory.locale_of(person)

    @property
    def zone(self) -> str:
        """The charter's time zone, for written fallbacks."""
        return self.deps.charter.calendar.zone


def _guarded(work: Callable[[], object]) -> None:
    try:
        work()
    except SlackApiError as error:
        log.warning("work beside an ack was refused: %s", code_of(error))
    except Exception:
        log.exception("work beside an ack failed")
