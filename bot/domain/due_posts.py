"""Posts that have a time of their own: what is due is said then, or late, or not at all."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.ids import PersonId, RequestId
from bot.domain.posts import Item, Post, PostKind
from bot.domain.request import Request

USEFUL_FOR: dict[PostKind, timedelta] = {
    PostKind.REMINDER: timedelta(days=5),
    PostKind.REMINDER_LINE: timedelta(days=5),
}
"""How long after its time a post is still of use, by kind; for ever for the kinds left out."""


def reminder(person: PersonId, items: tuple[Item, ...], *, at: datetime) -> Post:
    """Return the one direct message for all that is due to `person`, planned for `at`."""
    return timed(
        Post(
            kind=PostKind.REMINDER,
            key=f"reminder:{items[0].timer}",
            person=person,
            items=items,
            in_hours=True,
        ),
        at,
    )


def reminder_line(request: Request, person: PersonId, item: Item, *, at: datetime) -> Post:
    """Return the line of a request's thread that reminds `person` by a mention."""
    return timed(
        Post(
            kind=PostKind.REMINDER_LINE,
            key=f"reminder:{item.timer}",
            channel=request.channel,
            request=request.id,
            items=(item,),
            details=(("to", person),),
            in_hours=True,
        ),
        at,
    )


def timed(post: Post, at: datetime) -> Post:
    """Return `post` with its time, and until when it is of use: a rule per kind."""
    life = USEFUL_FOR.get(post.kind)
    return replace(post, expected_at=at, useful_until=at + life if life else None)


def failed_timer(key: str, steward: PersonId, *, request: RequestId | None, what: str) -> Post:
    """Return the alert that something due could not be done; `what` is the timer's kind."""
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:timer:{key}:{steward}",
        person=steward,
        request=request,
        details=(("due", what), ("what", "timer")),
    )
