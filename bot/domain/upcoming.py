"""What will be posted, and when, if nothing changes until then."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import ChannelId, PersonId, RequestId
from bot.domain.posts import Post, PostKind


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """A post to come. `due_at` is aware UTC; `ritual` names one, when it is about one.

    `post` is what will be queued, None when a timer makes it.
    """

    due_at: datetime
    kind: PostKind
    key: str
    channel: ChannelId | None = None
    person: PersonId | None = None
    request: RequestId | None = None
    ritual: str | None = None
    post: Post | None = None
