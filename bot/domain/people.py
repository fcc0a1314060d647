"""Who can act now: absences, and people who may not decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import PersonId


class Notify(StrEnum):
    """How somebody wants to be reminded. Source: product §2.

    MENTION: named in the request's thread. DM: one direct message for all that is due.
    DIGEST: one direct message a day, at the opening of their hours.
    """

    MENTION = "mention"
    DM = "dm"
    DIGEST = "digest"


@dataclass(frozen=True, kw_only=True)
class Person:
    """What Slack says of somebody. `zone` is an IANA name; `seen_at` is when it was asked.

    `name` is what they go by, as they typed it; None for somebody who was met before it was kept.
    `is_barred`: a guest, a bot, a deactivated user, somebody of another workspace. `notify` and,
    when they chose one here, `locale` are what they prefer.
    """

    id: PersonId
    locale: str
    zone: str
    is_barred: bool
    seen_at: datetime
    notify: Notify = Notify.DM
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """`person` is away from `start` (included) to `end` (excluded), aware UTC.

    `id` names one that was declared; empty for one that is only considered.
    """

    person: PersonId
    start: datetime
    end: datetime
    id: str = ""


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

    def back_at(self, person: PersonId, at: datetime) -> datetime:
        """Return when `person` is there from `at` on: `at` itself, or the end of absences."""
        for absence in sorted(self.absences, key=lambda found: found.start):
            if absence.person == person and absence.start <= at < absence.end:
                at = absence.end
        return at

    def present(self, people: Iterable[PersonId], at: datetime) -> tuple[PersonId, ...]:
        """Return those of `people` who are present at `at`, in their order."""
        return tuple(person for person in people if self.is_present(person, at))
