"""What a post says and where it goes, when it is sent; or why it is not."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.agenda import AgendaSheet
from bot.domain.artefacts import Kept, Update
from bot.domain.content import Draft
from bot.domain.digest import Digest
from bot.domain.events import Event
from bot.domain.ids import ChannelId
from bot.domain.polls import Poll
from bot.domain.posts import Post
from bot.domain.summary import Due, Sheet


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a post says and where it goes, as of now.

    `thread_ts` is the message to answer; `ts` the message to rewrite. `locale` is the reader's.
    `late_from` is when a late post should have been said; `zone` is for written instants.
    `settled` is the event, `updated` what was said of its artefact, `outcome` the word for what
    else, that ended the use of its buttons.
    """

    post: Post
    locale: str
    sheet: Sheet | None = None
    event: Event | None = None
    draft: Draft | None = None
    due: tuple[Due, ...] = ()
    late_from: datetime | None = None
    zone: str = "UTC"
    agenda: AgendaSheet | None = None
    digest: Digest | None = None
    poll: Poll | None = None
    artefact: Kept | None = None
    settled: Event | None = None
    updated: Update | None = None
    outcome: str = ""
    channel: ChannelId | None = None
    thread_ts: str | None = None
    ts: str | None = None


class NothingToSay(Exception):
    """The post lost its object: its draft was filed, its card was never posted."""


class TooLate(Exception):
    """The post is of no more use to its reader."""


class NotNow(Exception):
    """The post waits for the hours of its reader, which open at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("not_now")
        self.until = until
