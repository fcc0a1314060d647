"""Posts that have a time of their own: what is due is said then, or late, or not at all."""

from datetime import datetime, timedelta

from bot.domain.ids import PersonId, RequestId
from bot.domain.posts import Item, Post, PostKind
from bot.domain.request import Request

USEFUL_FOR = timedelta(days=5)
"""How long a reminder that was queued is still of use: while Slack is away, others are due."""


def reminder(person: PersonId, items: tuple[Item, ...], queued_at: datetime) -> Post:
    """Return the one direct message for all that is due to `person`."""
    return Post(
        kind=PostKind.REMINDER,
        key=f"reminder:{items[0].timer}",
        person=person,
        items=items,
        expected_at=min(item.expected_at for item in items),
        # Never from when it was due: who comes back from two weeks away is told what waits.
        useful_until=queued_at + USEFUL_FOR,
        in_hours=True,
    )


def reminder_line(request: Request, person: PersonId, item: Item, queued_at: datetime) -> Post:
    """Return the line of a request's thread that reminds `person` by a mention."""
    return Post(
        kind=PostKind.REMINDER_LINE,
        key=f"reminder:{item.timer}",
        channel=request.channel,
        request=request.id,
        items=(item,),
        details=(("to", person),),
        expected_at=item.expected_at,
        useful_until=queued_at + USEFUL_FOR,
        in_hours=True,
    )


def failed_timer(key: str, steward: PersonId, *, request: RequestId | None, what: str) -> Post:
    """Return the alert that something due could not be done; `what` is the timer's kind."""
    return Post(
        kind=PostKind.ALERT,
        key=f"alert:timer:{key}:{steward}",
        person=steward,
        request=request,
        details=(("due", what), ("what", "timer")),
    )
