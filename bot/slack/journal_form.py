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
    """Return what the form of the journal holds."""
    turn = metadata_of(view).get("turn", 0)
    values = (view.get("state") or {}).get("values") or {}
    words = values.get(f"words:{turn}") or {}
    filters = values.get(f"filters:{turn}") or {}
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


def _chosen(filters: Mapping[str, Any], name: str) -> str | None:
    option = (filters.get(ids.JOURNAL_FILTERS[name]) or {}).get("selected_option")
    value = str(option["value"]) if option else EVERY
    return None if value == EVERY else value


def squads_in(view: Payload) -> tuple[SquadId, ...]:
    """Return the squads chosen in the form of a private digest."""
    values = (view.get("state") or {}).get("values") or {}
    chosen = (values.get("digest_squads") or {}).get("digest_squads") or {}
    return tuple(SquadId(o["value"]) for o in chosen.get("selected_options") or [])
