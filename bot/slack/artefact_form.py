"""The form of a shared artefact: what is typed in it, and what its buttons carry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.artefacts import (
    MOST_DAYS,
    Artefact,
    Body,
    Capacity,
    available_field,
    capacity_of,
    engaged_field,
)
from bot.domain.errors import BadDays
from bot.domain.ids import SquadId
from bot.slack.errors import OldControl
from bot.slack.forms import Payload, metadata_of, text_of


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An artefact, its last update when it was shown, and whether that was in the App Home."""

    artefact: Artefact
    seen: int
    in_home: bool = False

    @property
    def carried(self) -> str:
        """What a form carries of it."""
        return json.dumps({"artefact": self.artefact, "seen": self.seen, "home": int(self.in_home)})


def shown_in(view: Payload) -> Shown:
    """Return what a form is about. Raises OldControl."""
    told = metadata_of(view)
    value = f"{told.get('artefact')}|{told.get('seen')}"
    return shown_by(value, in_home=bool(told.get("home")))


def shown_by(value: str, *, in_home: bool) -> Shown:
    """Return what a button is about. Raises OldControl."""
    name, _, seen = value.partition("|")
    if name not in set(Artefact) or not seen.isdecimal():
        raise OldControl
    return Shown(artefact=Artefact(name), seen=int(seen), in_home=in_home)


def body_in(view: Payload, before: Body) -> Body:
    """Return what is typed. The numbers of squads that were not asked stay as `before`.

    Raises BadDays or MissingCapacity, beside their field.
    """
    asked = _asked(view)
    kept = tuple(one for one in before.capacity if one.squad not in asked)
    return Body(
        words=text_of(view, "artefact_words"),
        link=text_of(view, "artefact_link"),
        capacity=(*(found for squad in asked if (found := _capacity(view, squad))), *kept),
    )


def _asked(view: Payload) -> tuple[SquadId, ...]:
    blocks: list[Mapping[str, Any]] = view.get("blocks", [])
    names = (str(block.get("block_id", "")).partition(":") for block in blocks)
    return tuple(SquadId(squad) for kind, _, squad in names if kind == "available" and squad)


def _capacity(view: Payload, squad: SquadId) -> Capacity | None:
    available, engaged = available_field(squad), engaged_field(squad)
    return capacity_of(squad, _days(view, available), _days(view, engaged))


def _days(view: Payload, field: str) -> float | None:
    typed = text_of(view, field)
    try:
        return float(typed.replace(",", ".")) if typed else None
    except ValueError as error:
        raise BadDays(field=field, most=str(MOST_DAYS)) from error
