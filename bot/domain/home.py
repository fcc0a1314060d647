"""The App Home: its tabs, and how long it counts as open before somebody."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ids import PersonId
from bot.domain.posts import Post, PostKind

OPEN_FOR = timedelta(hours=1)
"""Slack never says that a Home was left: one opened earlier is drawn again when it is opened."""


class Tab(StrEnum):
    """The tabs of the App Home. SETTINGS is for stewards."""

    TODAY = "today"
    JOURNAL = "journal"
    HEALTH = "health"
    CHARTER = "charter"
    SETTINGS = "settings"


def post_of(person: PersonId, cause: str, now: datetime) -> Post:
    """Return the drawing of somebody's Home; the same `cause` draws it once."""
    return Post(
        kind=PostKind.HOME,
        key=f"home:{cause}:{person}",
        person=person,
        group=f"home:{person}",
        useful_until=now + OPEN_FOR,
    )
