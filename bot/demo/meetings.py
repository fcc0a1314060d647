"""The rituals of the story: each is run when its time comes, item by item, from its message."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.rituals import Occurrence
from bot.domain.rituals_plan import between

if TYPE_CHECKING:
    from bot.demo.telling import Teller

CHANNEL = "arbitrages"
ITEM = timedelta(minutes=8)


class Meetings:
    """What the charter's rules put in the story, in order."""

    def __init__(self, teller: "Teller", outcomes: Mapping[str, tuple[Mapping[str, Any], ...]]):
        self._teller = teller
        self._stage = teller.stage
        self._outcomes = {request: list(told) for request, told in outcomes.items()}

    def planned(self, start: datetime, end: datetime) -> list[Occurrence]:
        """Return the occurrences that start in a span, in their order."""
        charter = self._stage.deps.charter
        found = [
            one
            for ritual in charter.rituals
            for one in between(ritual, charter.calendar, (), start, end)
        ]
        return sorted(found, key=lambda one: one.starts_at)
