"""What is typed and chosen in the journal: its form's state, to a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.charter import Layer
from bot.domain.events import Status
from bot.domain.ids import ImpactId, PersonId, SquadId
from bot.domain.journal import Query
from bot.slack import ids
from bot.slack.forms import Payload, clean, metadata_of

EVERY = "every"
"""The value of the option that filters nothing: Slack's selects cannot be emptied."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the reader asks, as the form shows it. `period` is in days; `turn` counts clearings.

    A cleared form has other block ids: Slack keeps what is typed under the same ones.
    """

    words: str = ""
    squad: SquadId | None = None
    layer: Layer | None = None
    status: Status | None = None
    impact: ImpactId | None = None
    decider: PersonId | None = None
    period: int | None = None
    turn: int = 0

    def query(self, now: datetime, *, below: int | None = None, above: int | None = None) -> Query:
        """Return the query; `now` is aware UTC."""
        return Query(
            words=self.words,
            squad=self.squad,
            layer=self.layer,
            status=self.status,
            impact=self.impact,
            decider=self.decider,
            since=now - timedelta(days=self.period) if self.period else None,
            below=below,
            above=above,
        )


def asked_in(view: Payload) -> Asked:
    """Return what the form of the journal holds: what was shown in it, and changed since."""
    turn = metadata_of(view).get("turn", 0)
    words, filters = (_held(view, f"{block}:{turn}") for block in ("words", "filters"))
    squad, impact = _chosen(filters, "squad"), _chosen(filters, "impact")
    layer, status = _chosen(filters, "layer"), _chosen(filters, "status")
    decider = (filters.get(ids.JOURNAL_FILTERS["decider"]) or {}).get("selected_user")
    period = _chosen(filters, "period") or ""
    return Asked(
        words=clean((words.get(ids.JOURNAL_WORDS) or {}).get("value")),
        squad=SquadId(squad) if squad else None,
        layer=Layer(layer) if layer else None,
        status=Status(status) if status else None,
        impact=ImpactId(impact) if impact else None,
        decider=PersonId(decider) if decider else None,
        period=int(period) if period.isdigit() else None,
        turn=turn if isinstance(turn, int) else 0,
    )


def _held(view: Payload, block_id: str) -> dict[str, Any]:
    """Return the elements of a block by their id, as the reader left them.

    Slack tells the state of what was touched; of a Home that is opened again it tells none.
    """
    found = [b for b in view.get("blocks") or () if b.get("block_id") == block_id]
    shown = [e for b in found for e in b.get("elements") or [b.get("element") or {}]]
    held = {str(element.get("action_id")): _untouched(element) for element in shown}
    return {**held, **((view.get("state") or {}).get("values") or {}).get(block_id, {})}


def _untouched(element: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_user": element.get("initial_user"),
    }


def _chosen(filters: Mapping[str, Any], name: str) -> str | None:
    option = (filters.get(ids.JOURNAL_FILTERS[name]) or {}).get("selected_option")
    value = str(option["value"]) if option else EVERY
    return None if value == EVERY else value


def squads_in(view: Payload) -> tuple[SquadId, ...]:
    """Return the squads chosen in the form of a private digest."""
    values = (view.get("state") or {}).get("values") or {}
    chosen = (values.get("digest_squads") or {}).get("digest_squads") or {}
    return tuple(SquadId(o["value"]) for o in chosen.get("selected_options") or [])
