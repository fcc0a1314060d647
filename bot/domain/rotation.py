"""Whose turn it is: a list of people taking turns, fairly, with absences and swaps.

Pure: the same past gives the same person, on every replica. The past is what happened: once a turn
was announced or held, whose it was is kept, and no absence declared afterwards changes it; the next
turns go on from there. Source: governance §7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Whose turn an occurrence was, as it was announced or held; None: it was nobody's."""

    person: PersonId | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What is known of one occurrence, when its facilitator is looked for.

    `away` are those of the list who are not there. `stand_in` takes it this time: the order stays,
    and whose turn it was has had it. That is governance §7, « swap on request »: two people who
    swap have each had a turn, and nobody else's moves. Nobody has a turn in an occurrence that
    `is_cancelled`.
    """

    away: frozenset[PersonId] = frozenset()
    stand_in: PersonId | None = None
    is_cancelled: bool = False
    kept: Kept | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """One occurrence's `facilitator`, and whose turn it is: somebody else may stand in."""

    turn_of: PersonId | None = None
    facilitator: PersonId | None = None


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
        return self.take(waiting or self._first_of(here))

    def take(self, taker: PersonId | None) -> PersonId | None:
        """Let `taker` have the turn, whoever was next; those before them keep theirs."""
        if taker in self.owed:
            self.owed.remove(taker)
        elif taker in self.people:
            while (person := self._next()) != taker:
                if person not in self.owed:
                    self.owed.append(person)
        return taker

    def _first_of(self, here: Sequence[PersonId]) -> PersonId:
        ahead = (*self.people[self.place :], *self.people[: self.place])
        return next(person for person in ahead if person in here)

    def _next(self) -> PersonId:
        person = self.people[self.place]
        self.place = (self.place + 1) % len(self.people)
        return person


def given(people: Sequence[PersonId], turns: Iterable[Turn]) -> tuple[Given, ...]:
    """Return who has each of `turns`, from the first occurrence on.

    Somebody absent is skipped and keeps the turn: it comes back at the first occurrence they are
    there. So do those before somebody who ran an occurrence out of turn. A turn that was kept is
    theirs unless they are away; a stand-in who is away is not counted on. None when nobody is
    there.
    """
    wheel = _Wheel(tuple(dict.fromkeys(people)))
    return tuple(_given(wheel, turn) for turn in turns)


def _given(wheel: _Wheel, turn: Turn) -> Given:
    if turn.is_cancelled:
        return Given()
    if turn.kept is not None and turn.kept.person not in turn.away:
        usual = wheel.take(turn.kept.person)
    else:
        usual = wheel.give(turn.away)
    is_standing_in = turn.stand_in is not None and turn.stand_in not in turn.away
    return Given(turn_of=usual, facilitator=turn.stand_in if is_standing_in else usual)


def facilitators(people: Sequence[PersonId], turns: Iterable[Turn]) -> tuple[PersonId | None, ...]:
    """Return who facilitates each of `turns`, as `given` does."""
    return tuple(found.facilitator for found in given(people, turns))


def facilitator(people: Sequence[PersonId], turns: Sequence[Turn], number: int) -> PersonId | None:
    """Return who facilitates occurrence `number`, counted from 0 as `turns` are."""
    return facilitators(people, turns[: number + 1])[number]
