"""The four shared artefacts as the charter settles them: whose each is, and how long it is fresh.

Source: governance §8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.roles import Role


class Artefact(StrEnum):
    """What a company shares, in the order it is read."""

    IMPACTS = "impacts"
    CAPACITY = "capacity"
    CONSTRAINTS = "constraints"
    ROADMAP = "roadmap"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """The company seat that keeps an artefact, and how many days it stays fresh; None: a cycle."""

    owner: Role
    fresh_days: int | None = None


OWNERS: Mapping[Artefact, Role] = MappingProxyType(
    {
        Artefact.IMPACTS: Role.CPO,
        Artefact.CAPACITY: Role.CTO,
        Artefact.CONSTRAINTS: Role.CTO,
        Artefact.ROADMAP: Role.CPO,
    }
)
"""Who keeps each when the charter does not say."""

ArtefactsPlan = Mapping[Artefact, Keeping]
DEFAULT: ArtefactsPlan = MappingProxyType(
    {artefact: Keeping(owner=role) for artefact, role in OWNERS.items()}
)
