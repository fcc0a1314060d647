"""The audit's poll: three questions, three buttons, and nobody's name.

The key of a poll is in its message in Slack and nowhere else. With it, the same person has the same
ballot, so that an answer can be changed; without it, a ballot says nothing of who cast it. Closing
takes the buttons away, and the key with them; ballots are deleted and only totals stay. Totals are
not shown before: whoever watched them move would learn an answer. Source: governance §9, audit.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.counting import Share
from bot.domain.ids import ChannelId, PersonId
from bot.domain.posts import Post, PostKind

OPEN_FOR = timedelta(days=14)
"""A poll that nobody closes ends after so long."""

FEWEST = 5
"""A question with fewer answers keeps and shows nothing."""

STALE_AFTER = timedelta(days=365)
"""From then on, what was declared is said to be old."""


class AuditQuestion(StrEnum):
    """What tells whether a governance holds. Source: governance §1."""

    ROLES = "roles"
    RITUALS = "rituals"
    CHANNEL = "channel"


class Answer(StrEnum):
    """What somebody declares."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


Totals = Mapping[AuditQuestion, Mapping[Answer, int]]
"""How many gave each answer, of the questions that enough people answered."""


@dataclass(frozen=True, kw_only=True)
class Poll:
    """A poll. `totals` are empty until it is closed, `channel` and `ts` None until it is posted."""

    id: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    totals: Mapping[AuditQuestion, Mapping[Answer, int]]
    channel: ChannelId | None = None
    ts: str | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether people may answer."""
        return self.closed_at is None

    def share(self, question: AuditQuestion, answer: Answer) -> Share | None:
        """Return how many gave an answer; None when too few answered the question."""
        given = self.totals.get(question)
        return Share(hits=given.get(answer, 0), n=sum(given.values())) if given else None


def shown(counted: Totals) -> Totals:
    """Return the totals that may be kept: under five answers they are nobody's business."""
    return {q: answers for q, answers in counted.items() if sum(answers.values()) >= FEWEST}


def ballot_of(key: str, poll: str, question: AuditQuestion, person: PersonId) -> str:
    """Return what an answer is kept under: another for each question, and for each poll."""
    told = f"{poll}\n{question}\n{person}".encode()
    return hmac.new(key.encode(), told, hashlib.sha256).hexdigest()


def seal_of(key: str) -> str:
    """Return what tells that a key is the poll's, and does not tell the key."""
    return hashlib.sha256(key.encode()).hexdigest()


def posted(poll: Poll, channel: ChannelId) -> Post:
    """Return the post that asks."""
    return _post(PostKind.POLL, poll, channel, f"poll:{poll.id}")


def rewritten(poll: Poll, channel: ChannelId) -> Post:
    """Return the post that takes the buttons away, and tells the results."""
    return _post(PostKind.POLL_UPDATE, poll, channel, f"poll:{poll.id}:closed")


def _post(kind: PostKind, poll: Poll, channel: ChannelId, key: str) -> Post:
    return Post(kind=kind, key=key, channel=channel, details=(("poll", poll.id),))
