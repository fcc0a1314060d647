"""Who may do what with an occurrence of a ritual. Source: governance §7."""

from dataclasses import dataclass

from bot.domain.errors import NotInTheRotation, NotTheFacilitator
from bot.domain.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Who may do what with an occurrence. `facilitator` is None when nobody of the list is there.

    `hands` are those who may arrange it: the list, and the stewards of the charter.
    """

    facilitator: PersonId | None
    hands: frozenset[PersonId]

    def may_run(self, person: PersonId) -> bool:
        """Tell whether `person` runs it; with no facilitator, any of the hands does."""
        if self.facilitator is None:
            return person in self.hands
        return person == self.facilitator

    def may_arrange(self, person: PersonId) -> bool:
        """Tell whether `person` may move or cancel it, or change who facilitates."""
        return person == self.facilitator or person in self.hands

    def require_run(self, person: PersonId) -> None:
        """Raise NotTheFacilitator unless `person` runs it."""
        if not self.may_run(person):
            who = [self.facilitator] if self.facilitator else sorted(self.hands)
            raise NotTheFacilitator(facilitators=",".join(who))

    def require_arrange(self, person: PersonId) -> None:
        """Raise NotInTheRotation unless `person` may arrange it."""
        if not self.may_arrange(person):
            raise NotInTheRotation(facilitators=",".join(sorted(self.hands)))
