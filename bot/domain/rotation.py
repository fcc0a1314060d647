"""Whose turn it is: a list of people taking turns, fairly, with absences and swaps.

Pure: the same past gives the same person, on every replica. Source: governance §7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What is known of one occurrence, when its facilitator is looked for.

    `away` are those of the list who are not there. `stand_in` takes it this time: the order stays,
    and whose turn it was has had it. Nobody has a turn in an occurrence that `is_cancelled`.
    """

    away: frozenset[PersonId] = frozenset()
    stand_in: PersonId | None = None
    is_cancelled: bool = False


@dataclass
class _Wheel:
    """The list, who comes next in it, and those who were skipped and still have their turn."""

    people: Sequence[PersonId]
    place: int = 0
    owed: list[PersonId] = field(default_factory=list)

    def give(self, away: frozenset[PersonId]) -> PersonId | None:
        """Give the turn to the first who is there; None, and nothing moves, when nobody is."""
        here = [person for person in self.people if person not in away]
        if not here:
            return None
        waiting = next((person for person in self.owed if person not in away), None)
        if waiting is not None:
            self.owed.remove(waiting)
            return waiting
        while (person := self._next()) in away:
            if person not in self.owed:
                self.owed.append(person)
        return person

    def _next(self) -> PersonId:
        person = self.people[self.place]
        self.place = (self.place + 1) % len(self.people)
        return person


def facilitators(people: Sequence[PersonId], turns: Iterable[Turn]) -> tuple[PersonId | None, ...]:
    """Return who facilitates each of `turns`, from the first occurrence on.

    Somebody absent is skipped and keeps the turn: it comes back at the first occurrence they are
    there. A stand-in who is away is not counted on. None when nobody is there.
    """
    wheel = _Wheel(tuple(dict.fromkeys(people)))
    found: list[PersonId | None] = []
    for turn in turns:
        if turn.is_cancelled:
            found.append(None)
            continue
        usual = wheel.give(turn.away)
        is_standing_in = turn.stand_in is not None and turn.stand_in not in turn.away
        found.append(turn.stand_in if is_standing_in else usual)
    return tuple(found)


def facilitator(people: Sequence[PersonId], turns: Sequence[Turn], number: int) -> PersonId | None:
    """Return who facilitates occurrence `number`, counted from 0 as `turns` are."""
    return facilitators(people, turns[: number + 1])[number]
