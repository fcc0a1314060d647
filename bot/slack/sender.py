"""The sender: takes posts from the outbox and gives them to Slack, each once, in order.

Slack has no idempotency key. After an attempt whose outcome is unknown, the post is looked for by
the key in its metadata before it is posted again.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.domain.home import Tab
from bot.domain.ids import ChannelId
from bot.domain.posts import Post, PostKind
from bot.domain.prompts import parts_of
from bot.services import delivery
from bot.services.delivery import UNKNOWN, Claim, NothingToSay, NotNow, TooLate
from bot.services.troubles import DatabaseUnavailable
from bot.slack.dumping import Json, dump_blocks
from bot.slack.errors import code_of, retry_after_of, status_of
from bot.slack.home_pages import draw
from bot.slack.kit import Kit
from bot.slack.pictures import pictured
from bot.slack.plain_blocks import with_plain_blocks
from bot.slack.rendering import render
from bot.slack.views.parts import Message

log = logging.getLogger(__name__)

EVENT_TYPE = "arbitrage_post"
IDLE_S = 0.25
LONGEST_QUIET_WAIT_S = 0.3
TOO_MANY, SERVER_ERRORS = 429, 500

NOT_ITS_FAULT = frozenset(
    {
        "invalid_auth",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_authed",
        "missing_scope",
        "team_added_to_org",
        "ekm_access_denied",
    }
)
"""Troubles of the whole app: the post waits until a steward has mended them."""

PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_not_found"}
)
AUTH_WAIT_S = 60.0
MAX_FAILURES = 8
THREADS = 2


class Sender:
    """Delivers posts from a few threads of one process; several processes may run theirs.

    `machine_now` is the machine's own time, which never jumps: leases are of that time. Setting
    `awake` makes the sender look at the outbox at once.
    """

    def __init__(
        self, kit: Kit, *, machine_now: Callable[[], datetime], awake: threading.Event
    ) -> None:
        self._kit = kit
        self._deps = kit.deps
        self._client = kit.client
        self._machine_now = machine_now
        self._awake = awake
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"sender-{n}", daemon=True)
            for n in range(THREADS)
        ]

    def start(self) -> None:
        """Start delivering."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 15.0) -> None:
        """Finish the posts under way, and stop."""
        self._stopping.set()
        self._awake.set()
        for thread in self._threads:
            thread.join(timeout=timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                is_idle = not self.send_next()
            except Exception:
                log.exception("the sender could not use the database")
                is_idle = True
            if is_idle:
                self._awake.wait(IDLE_S)
                self._awake.clear()
            # Acks come first: a post waits until no call of Slack is being answered.
            self._kit.traffic.wait_quiet(LONGEST_QUIET_WAIT_S)

    def send_next(self) -> bool:
        """Deliver one post; tell whether there was one."""
        claimed = delivery.claim(self._deps, self._machine_now())
        if claimed is None:
            return False
        try:
            self._deliver(claimed)
        except NothingToSay as reason:
            delivery.drop(self._deps, claimed, reason=str(reason))
        except NotNow as early:
            delivery.put_off(self._deps, claimed, early.until)
        except TooLate:
            log.info("post %s came too late to be of use", claimed.post.kind)
            delivery.expire(self._deps, claimed)
        except SlackApiError as error:
            self._refused(claimed, error)
        except (OSError, HTTPException, DatabaseUnavailable) as error:
            log.warning("post %s: %s", claimed.post.kind, type(error).__name__)
            delivery.retry(self._deps, claimed, error=UNKNOWN)
        except Exception:
            log.exception("post %s cannot be made", claimed.post.kind)
            self._failed(claimed)
        return True

    def _failed(self, claimed: Claim) -> None:
        """Try again a few times what our own code could not do, then tell the stewards."""
        if claimed.attempts < MAX_FAILURES:
            delivery.retry(self._deps, claimed, error=UNKNOWN)
        else:
            delivery.give_up(self._deps, claimed, error="cannot_be_made")

    def _deliver(self, claimed: Claim) -> None:
        if claimed.post.kind is PostKind.HOME:
            draw(self._kit, delivery.home_of(self._deps, claimed.post), Tab.TODAY)
            delivery.published(self._deps, claimed)
            return
        self._check_reader(claimed.post)
        try:
            content = delivery.content(self._deps, claimed.post)
        except NothingToSay:
            if not self._was_posted(claimed):
                raise
            return
        message = render(content)
        if content.ts is not None:
            self._client.chat_update(
                channel=content.channel or "",
                ts=content.ts,
                text=message.text,
                blocks=dump_blocks(message),
            )
            over = (ChannelId(content.channel or ""), content.ts)
            delivery.sent(self._deps, claimed, over, content)
            return
        channel = content.channel or self._direct(claimed)
        place = self._find(claimed, channel, content.thread_ts) if claimed.may_be_posted else None
        if place is None:
            place = self._post(claimed, channel, content.thread_ts, message)
        delivery.sent(self._deps, claimed, place, content)

    def _check_reader(self, post: Post) -> None:
        """Raise NothingToSay for the digest of somebody who left a private channel."""
        reader = post.person if post.kind is PostKind.DIGEST else None
        if reader and not self._kit.audience.may_see(reader, self._deps.channel):
            raise NothingToSay("not_a_member")

    def _post(
        self, claimed: Claim, channel: ChannelId, thread_ts: str | None, message: Message
    ) -> tuple[ChannelId, str]:
        """Post a message and return its place; in plain blocks when Slack refuses the others."""

        def post(blocks: list[Json]) -> SlackResponse:
            return self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=blocks,
                thread_ts=thread_ts,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": claimed.post.key}},
                unfurl_links=False,
                unfurl_media=False,
            )

        answer = with_plain_blocks(message, post, partial(pictured, self._client))
        return ChannelId(answer["channel"]), str(answer["ts"])

    def _direct(self, claimed: Claim) -> ChannelId:
        opened = self._client.conversations_open(users=claimed.post.person or "")
        return ChannelId(opened["channel"]["id"])

    def _was_posted(self, claimed: Claim) -> bool:
        """Tell whether an earlier attempt posted what is moot now; then its buttons go."""
        if not (claimed.may_be_posted and claimed.post.person and parts_of(claimed.post)):
            return False
        place = self._find(claimed, self._direct(claimed), None)
        if place is not None:
            delivery.recovered(self._deps, claimed, place)
        return place is not None

    def _find(
        self, claimed: Claim, channel: ChannelId, thread_ts: str | None
    ) -> tuple[ChannelId, str] | None:
        """Return where an earlier attempt posted this, None when it did not."""
        oldest = f"{claimed.first_due_at.timestamp() - 5:.6f}"
        cursor = ""
        while True:
            options: dict[str, Any] = {
                "channel": channel,
                "oldest": oldest,
                "include_all_metadata": True,
                "limit": 100,
                "cursor": cursor or None,
            }
            if thread_ts:
                page = self._client.conversations_replies(ts=thread_ts, **options)
            else:
                page = self._client.conversations_history(**options)
            for found in page["messages"]:
                if _key_of(found) == claimed.post.key:
                    return channel, str(found["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    def _refused(self, claimed: Claim, error: SlackApiError) -> None:
        code, status = code_of(error), status_of(error)
        if status == TOO_MANY or code in {"ratelimited", "rate_limited"}:
            wait_s = retry_after_of(error)
            delivery.hold_lane(self._deps, claimed.post, wait_s)
            delivery.retry(self._deps, claimed, error=code, wait_s=wait_s)
        elif code in NOT_ITS_FAULT:
            log.error("Slack refuses the app: %s", code)
            delivery.retry(self._deps, claimed, error=code, wait_s=AUTH_WAIT_S)
        elif code in PASSING or status >= SERVER_ERRORS:
            delivery.retry(self._deps, claimed, error=UNKNOWN)
        else:
            log.warning("post %s refused: %s", claimed.post.kind, code)
            delivery.give_up(self._deps, claimed, error=code)


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str((metadata.get("event_payload") or {}).get("key"))
