"""How buttons and forms name an occurrence: ids only, `ritual|date|request|proposal`."""

from dataclasses import dataclass
from datetime import date

from bot.domain.errors import NoSuchOccurrence
from bot.domain.ids import RequestId, RitualId
from bot.services.rituals_run import Which


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What a button or a form is about. `request` and `proposal` may be empty."""

    which: Which
    request: RequestId
    proposal: str

    @property
    def name(self) -> str:
        """The name it was read from."""
        which = self.which
        return f"{which.ritual}|{which.slot.isoformat()}|{self.request}|{self.proposal}"


def meeting_from(name: str) -> Meeting:
    """Return what a name stands for. Raises NoSuchOccurrence for one that is not ours."""
    ritual, slot, request, proposal = (*name.split("|"), "", "", "", "")[:4]
    try:
        which = Which(ritual=RitualId(ritual), slot=date.fromisoformat(slot))
    except ValueError as error:
        raise NoSuchOccurrence from error
    return Meeting(which=which, request=RequestId(request), proposal=proposal)
