"""What a charter file says of the shared artefacts, and what is wrong with it.

Source: governance §8.
"""

from bot.config.problems import Finder
from bot.config.shape import ArtefactShape, CharterFile
from bot.domain.artefacts_plan import OWNERS, Artefact, ArtefactsPlan, Keeping
from bot.domain.charter import SQUAD_ROLES


def plan(file: CharterFile) -> ArtefactsPlan:
    """Return who keeps each artefact, and for how long it is fresh."""
    return {artefact: _keeping(artefact, _said(file, artefact)) for artefact in Artefact}


def _said(file: CharterFile, artefact: Artefact) -> ArtefactShape | None:
    found: ArtefactShape | None = getattr(file.artefacts, artefact)
    return found


def _keeping(artefact: Artefact, said: ArtefactShape | None) -> Keeping:
    found = said or ArtefactShape()
    return Keeping(owner=found.owner or OWNERS[artefact], fresh_days=found.fresh_days)


def check_artefacts(file: CharterFile, finder: Finder) -> None:
    """Find artefacts that a squad's seat keeps, or that nobody does.

    One that the file says nothing of is never wrong: stewards keep it when its seat is vacant.
    """
    held = {seat.role for seat in file.seats if seat.holder}
    for artefact in Artefact:
        said = _said(file, artefact)
        if said is None:
            continue
        owner, path = _keeping(artefact, said).owner, ("artefacts", artefact.value, "owner")
        if owner in SQUAD_ROLES:
            finder.add("artefact_of_a_squad", path, name=owner, artefact=artefact)
        elif owner not in held:
            finder.add("artefact_without_keeper", path, name=owner, artefact=artefact)
