"""What is counted of rituals: held, closed, items with an outcome, and discussions for nothing.

Pure. An occurrence belongs to the period in which it starts. Source: governance §7, §9.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.counting import Period, Share
from bot.domain.ids import RitualId
from bot.domain.rituals import Occurrence, Stage

HELD = frozenset({Stage.RUNNING, Stage.CLOSED})


@dataclass(frozen=True, kw_only=True)
class RitualTally:
    """Occurrences, and the items of those that were held.

    `planned` came to their hour without being cancelled. `discussions` were closed without one
    decision: « discussion de plus ». `settled` items have an outcome, `decided` ones a decision.
    """

    planned: int = 0
    held: int = 0
    closed: int = 0
    discussions: int = 0
    items: int = 0
    settled: int = 0
    decided: int = 0

    @property
    def left(self) -> int:
        """How many items have no outcome: their occurrence was never closed."""
        return self.items - self.settled

    @property
    def decisions(self) -> Share:
        """The ritual decision rate: items decided, out of all items."""
        return Share(hits=self.decided, n=self.items)

    @property
    def discussed(self) -> Share:
        """Occurrences closed without a decision, out of those closed."""
        return Share(hits=self.discussions, n=self.closed)

    @property
    def explicit(self) -> Share:
        """Occurrences closed with a decision, out of those held: the audit's second question."""
        return Share(hits=self.closed - self.discussions, n=self.held)

    def plus(self, other: "RitualTally") -> "RitualTally":
        """Return both together."""
        return RitualTally(
            planned=self.planned + other.planned,
            held=self.held + other.held,
            closed=self.closed + other.closed,
            discussions=self.discussions + other.discussions,
            items=self.items + other.items,
            settled=self.settled + other.settled,
            decided=self.decided + other.decided,
        )


def tally_rituals(
    occurrences: Iterable[Occurrence], period: Period
) -> Mapping[RitualId, RitualTally]:
    """Return what is counted of each ritual that had an occurrence in `period`."""
    found: dict[RitualId, RitualTally] = {}
    for occurrence in occurrences:
        if is_counted(occurrence, period):
            known = found.get(occurrence.ritual, RitualTally())
            found[occurrence.ritual] = known.plus(_tally(occurrence))
    return found


def is_counted(occurrence: Occurrence, period: Period) -> bool:
    """Tell whether an occurrence came to its hour in `period`, and was not cancelled."""
    is_there = occurrence.is_frozen or occurrence.stage in HELD
    is_in = period.start <= occurrence.starts_at < period.end
    return is_there and is_in and occurrence.stage is not Stage.CANCELLED


def together(tallies: Mapping[RitualId, RitualTally]) -> RitualTally:
    """Return all rituals in one: of occurrences and items, never of times."""
    total = RitualTally()
    for tally in tallies.values():
        total = total.plus(tally)
    return total


def _tally(occurrence: Occurrence) -> RitualTally:
    if occurrence.stage not in HELD:
        return RitualTally(planned=1)
    return RitualTally(
        planned=1,
        held=1,
        closed=int(occurrence.stage is Stage.CLOSED),
        discussions=int(occurrence.is_only_discussion),
        items=len(occurrence.items),
        settled=len(occurrence.items) - len(occurrence.left),
        decided=occurrence.decided,
    )
