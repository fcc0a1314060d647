"""Who can act now: absences, and people who may not decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class Person:
    """What Slack says of somebody. `zone` is an IANA name; `seen_at` is when it was asked.

    `is_barred`: a guest, a bot, a deactivated user, somebody of another workspace.
    """

    id: PersonId
    locale: str
    zone: str
    is_barred: bool
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Absence:
    """`person` is away from `start` (included) to `end` (excluded), aware UTC."""

    person: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Presence:
    """What is known of people's presence.

    `barred` are those who never decide: deactivated, guests, bots, people of another workspace.
    """

    absences: tuple[Absence, ...] = ()
    barred: frozenset[PersonId] = frozenset()

    def is_present(self, person: PersonId, at: datetime) -> bool:
        """Tell whether `person` can decide at `at` (aware UTC)."""
        return person not in self.barred and not any(
            a.person == person and a.start <= at < a.end for a in self.absences
        )

    def present(self, people: Iterable[PersonId], at: datetime) -> tuple[PersonId, ...]:
        """Return those of `people` who are present at `at`, in their order."""
        return tuple(person for person in people if self.is_present(person, at))
