"""Rows of the generated year that are the bot's own data: bodies, people, rituals."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, insert

from benchmarks.measuring import ROOT
from bot import config
from bot.db import codec, counters, drafts, people, rituals
from bot.db.journal_tables import digests, subscriptions
from bot.db.outbox import POSTS
from bot.domain.bypass import iso_week
from bot.domain.charter import Charter, Layer, Role, SeatKey, Verdict
from bot.domain.content import Content, Draft, Fields
from bot.domain.decision import Decision, Option, Position, Terms
from bot.domain.events import Event, EventKind, Status
from bot.domain.ids import (
    ChannelId,
    ImpactId,
    PersonId,
    QuestionId,
    RequestId,
    SquadId,
    WorkspaceId,
)
from bot.domain.people import Person
from bot.domain.request import Request
from bot.domain.rituals import Occurrence, Stage
from bot.domain.routing import Mandate, Route
from bot.services.metrics import CAUGHT_UP

T = WorkspaceId("T1")
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
YEAR_S = 365 * 86_400
START = int(NOW.timestamp()) - YEAR_S
EVENTS_EACH = 10
OPEN_EACH = 50
"""One request in so many is still open, half of them before the same decider, U1."""

PEOPLE = 250
IMPACTS = ("weekly_active_teams", "activation", "retention", "revenue", "reliability")
SQUAD, LAYER, IMPACT = SquadId("checkout"), Layer.STRATEGY, ImpactId("retention")
SEATS = ("cpo", "cto", "pm:checkout", "cpo,cto")
FIRST_MONDAY = START - 86_400 - (START - 86_400 - 4 * 86_400) % 604_800
WEEKS = tuple(
    iso_week(datetime.fromtimestamp(FIRST_MONDAY + 43_200 + 604_800 * number, UTC))
    for number in range(54)
)
LONG_AGO, LATER, LAST = (datetime(1111, 1, day, tzinfo=UTC) for day in (1, 2, 3))
"""Instants that stand for those of each request, in the models of bodies."""

NUMBER = 111_111_111


def charter() -> Charter:
    """Return the charter of the configuration, as the file says it."""
    return config.load(ROOT / "config" / "charter.toml").charter


def _model(*, is_decided: bool) -> Request:
    terms = Terms(
        verdict=Verdict.FIRST,
        option=0,
        rationale="Douze comptes l’attendent pour renouveler.",
        counterpart="Le panier passe au cycle suivant.",
        owner=PersonId("@decider"),
    )
    by = PersonId("@decider")
    position = Position(by=by, on_behalf_of=None, at=LATER, terms=terms)
    seat = SeatKey(role=Role.CPO)
    return Request(
        id=RequestId("@id"),
        workspace=T,
        number=NUMBER,
        status=Status.OPEN,
        content=Content(
            title="Faut-il @title ?",
            question=QuestionId("first"),
            impact=ImpactId("@impact"),
            squads=(SquadId("checkout"),),
            effect="@effect",
            options=(Option(label="Oui", effort_days=8), Option(label="Non")),
        ),
        asked_verdict=Verdict.FIRST,
        requester=PersonId("@requester"),
        channel=ChannelId("@channel"),
        charter_version=1,
        route=Route(
            layer=Layer.ARBITRATION,
            mandates=(Mandate(person=by, seats=(seat,)),),
            consulted=(PersonId("U5"), PersonId("U6")),
        ),
        submitted_at=LONG_AGO,
        clock_from=LONG_AGO,
        due_at=None if is_decided else LAST,
        decision=Decision(terms=terms, decided_at=LATER, positions=(position,))
        if is_decided
        else None,
        event_count=EVENTS_EACH,
    )


def request_body(iso: Callable[[str], str], *, is_due: str, due: str, is_decided: str) -> str:
    """Return the SQL expression of a request's body, as the bot writes it."""
    decided, waiting = (codec.dump_request(_model(is_decided=it)) for it in (True, False))
    paused = waiting.replace(f'"{_told(LAST)}"', "null")
    values = {
        _told(LONG_AGO): iso("filed"),
        _told(LATER): iso("ended"),
        _told(LAST): iso(due),
        f'"number":{NUMBER}': "'\"number\":' || n",
        '"status":"open"': "'\"status\":\"' || status || '\"'",
        '"layer":"arbitration"': "'\"layer\":\"' || layer || '\"'",
        "@id": "id",
        "@title": "title",
        "@effect": "effect",
        "@impact": "impact",
        "@requester": "requester",
        "@decider": "decider",
        "@channel": "channel",
    }
    return f"""CASE WHEN {is_decided} THEN {_filled(decided, values)}
      WHEN {is_due} THEN {_filled(waiting, values)} ELSE {_filled(paused, values)} END"""


EVENT_KIND = """CASE WHEN seq = 1 THEN 'filed'
  WHEN seq = 4 AND luck % 30 = 7 AND status IN ('decided', 'superseded') THEN 'decided'
  WHEN seq = 5 AND luck % 30 = 7 AND status IN ('decided', 'superseded') THEN 'reopened'
  WHEN seq = 9 AND status IN ('decided', 'superseded') THEN 'decided'
  WHEN seq = 10 AND is_open = 0 THEN CASE status WHEN 'decided' THEN 'held' ELSE status END
  WHEN seq % 3 = 0 THEN 'cost_confirmed' ELSE 'objected' END"""
"""What the event `seq` of a request is; the decision is the ninth of those decided."""


def event_body(iso: Callable[[str], str]) -> str:
    """Return the SQL expression of an event's body, as the bot writes it."""
    event = Event(
        seq=NUMBER,
        kind=EventKind.OBJECTED,
        at=LONG_AGO,
        by=PersonId("@decider"),
        from_status=Status.OPEN,
        to_status=Status.OPEN,
        why="Cela retarde les comptes qui renouvellent ce mois-ci.",
    )
    return _filled(
        codec.dump_event(event),
        {
            str(NUMBER): "CAST(seq AS TEXT)",
            '"objected"': "'\"' || kind || '\"'",
            _told(LONG_AGO): iso("at"),
            "@decider": "CASE seq WHEN 1 THEN requester ELSE decider END",
        },
    )


def _filled(body: str, values: dict[str, str]) -> str:
    """Return the expression of a text whose marks give way to the expressions of `values`."""
    marks = "|".join(map(re.escape, values))
    parts = re.split(f"({marks})", body)
    return " || ".join(values.get(part) or _quoted(part) for part in parts if part)


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def statements(size: int) -> tuple[str, ...]:
    """Return the statements for what is counted: the numbers taken so far."""
    taken = {counters.REQUESTS: size, POSTS: size, CAUGHT_UP: 1}
    return tuple(
        f"INSERT INTO counters (workspace_id, name, value) VALUES ('{T}', '{name}', {value})"
        for name, value in taken.items()
    )


def add_people(session: Connection) -> None:
    """Add everybody, who holds the seats, a draft, and who was told of what in digests."""
    for number in range(1, PEOPLE + 1):
        person = PersonId(f"U{number}")
        known = Person(
            id=person,
            name=f"Personne {number}",
            locale="fr",
            zone="Europe/Paris",
            is_barred=False,
            seen_at=NOW,
        )
        people.save(session, T, known)
    for number, ref in enumerate(sorted(charter().refs), start=1):
        people.save_ref(session, T, ref, (PersonId(f"U{number}"),), NOW)
    draft = Draft(id="d1", person=PersonId("U1"), fields=Fields(title="Faut-il attendre ?"))
    drafts.save(session, T, draft, NOW)
    weeks = [NOW - timedelta(weeks=number, hours=1) for number in range(53)]
    told = [
        {"workspace_id": T, "target": "channel:C1", "period_start": start, "period_end": end}
        for end, start in pairwise(weeks)
    ]
    session.execute(insert(digests), told)
    subscribed = [{"workspace_id": T, "person_id": f"U{n}", "squads": "[]"} for n in range(2, 22)]
    session.execute(insert(subscriptions), subscribed)


def add_rituals(session: Connection) -> None:
    """Add the occurrences of a year: run and closed, one a week for each ritual."""
    for ritual in charter().rituals:
        for index in range(52):
            starts_at = NOW - timedelta(weeks=52 - index, hours=1)
            held = Occurrence(
                ritual=ritual.id,
                slot=starts_at.date(),
                index=index,
                starts_at=starts_at,
                duration=timedelta(minutes=45),
                stage=Stage.CLOSED,
                closed_at=starts_at + timedelta(minutes=40),
            )
            rituals.save(session, T, held)
