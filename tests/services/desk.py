"""A Slack that keeps what the outbox gives it: each message as it stands, rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.db.tables import lanes
from bot.domain.ids import ChannelId, PersonId
from bot.domain.posts import PostKind
from bot.services import delivery
from bot.services.delivery import NothingToSay, NotNow, TooLate
from bot.services.deps import Deps
from bot.slack.dumping import dump_blocks
from bot.slack.rendering import render
from tests.builders import CHANNEL, NOW

Blocks = list[Mapping[str, Any]]


@dataclass
class Desk:
    """What stands in Slack, by `ts`; `rewritten` are the messages that were rewritten, in order."""

    deps: Deps
    blocks: dict[str, Blocks] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, PostKind] = field(default_factory=dict)
    readers: dict[str, PersonId | None] = field(default_factory=dict)
    rewritten: list[str] = field(default_factory=list)

    def deliver(self) -> None:
        """Take all that may be said now, as the sender does."""
        while claimed := delivery.claim(self.deps, NOW):
            try:
                content = delivery.content(self.deps, claimed.post)
                message = render(content)
            except NothingToSay as reason:
                delivery.drop(self.deps, claimed, reason=str(reason))
                continue
            except NotNow as early:
                delivery.put_off(self.deps, claimed, early.until)
                continue
            except TooLate:
                delivery.expire(self.deps, claimed)
                continue
            ts = content.ts or f"{len(self.blocks) + 1}.0"
            if claimed.post.kind is PostKind.PROMPT_UPDATE:
                self.rewritten.append(ts)
            else:
                self.kinds[ts], self.readers[ts] = claimed.post.kind, claimed.post.person
            self.blocks[ts] = [dict(block) for block in dump_blocks(message)]
            self.texts[ts] = message.text
            place = (content.channel or claimed.post.channel or CHANNEL, ts)
            delivery.sent(self.deps, claimed, (ChannelId(place[0]), ts), content)
            with self.deps.begin() as session:
                session.execute(lanes.delete())

    def last(self, kind: PostKind, person: PersonId | None = None) -> str:
        """Return the `ts` of the newest message of a kind, to `person` if one is named."""
        found = [
            ts
            for ts, known in self.kinds.items()
            if known is kind and (person is None or self.readers[ts] == person)
        ]
        return found[-1]

    def words(self, ts: str) -> str:
        """Return all that a message says."""
        return str(self.blocks[ts])

    def actions(self, ts: str) -> list[tuple[str, str]]:
        """Return the buttons of a message: what each does, and on what."""
        return [
            (element["action_id"], element["value"])
            for block in self.blocks[ts]
            if block["type"] == "actions"
            for element in block["elements"]
        ]
