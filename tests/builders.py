"""Valid objects for tests; a test names only what matters to it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot import config
from bot.domain.calendar import Calendar
from bot.domain.charter import Charter, Layer, SeatKey, Verdict
from bot.domain.content import Content, Fields
from bot.domain.decision import Option, Terms
from bot.domain.events import Status
from bot.domain.ids import (
    ChannelId,
    ImpactId,
    PersonId,
    QuestionId,
    RequestId,
    SquadId,
    WorkspaceId,
)
from bot.domain.people import Presence
from bot.domain.request import Request, file
from bot.domain.routing import Desk, Mandate, Route, route
from bot.domain.summary import Sheet

ROOT = Path(__file__).resolve().parents[1]
CHARTER_FILE = ROOT / "config" / "charter.toml"
WORKSPACE = WorkspaceId("T0SANDBOX")
CHANNEL = ChannelId("C0ARBITRAGES")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock in Paris."""
A_MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""The next day, when nothing is scheduled soon: what a whole workspace shows must not hang on the
day that it is tested."""

CLAIRE, KARIM, LEA, JOHN, THOMAS, AMINA, INES, HUGO = (
    PersonId(f"U0{name}")
    for name in ("CLAIRE", "KARIM", "LEA", "JOHN", "THOMAS", "AMINA", "INES", "HUGO")
)
EVERYBODY = (CLAIRE, KARIM, LEA, JOHN, THOMAS, AMINA, INES, HUGO)
CHECKOUT, ONBOARDING = SquadId("checkout"), SquadId("onboarding")
DIRECTORY = {f"{p[2:].lower()}@example.com": (p,) for p in EVERYBODY}


def a_charter(**changes: Any) -> Charter:
    """The default charter, its seats filled with the sandbox's cast."""
    charter = config.load(CHARTER_FILE).charter
    return replace(charter.seated(DIRECTORY), **changes)


def with_seat(charter: Charter, key: SeatKey, *members: PersonId) -> Charter:
    """The charter with other people in a seat."""
    seats = tuple(replace(s, members=members) if s.key == key else s for s in charter.seats)
    return replace(charter, seats=seats)


def a_desk(charter: Charter | None = None, *, presence: Presence | None = None) -> Desk:
    return Desk(charter=charter or a_charter(), presence=presence or Presence(), now=NOW)


def a_calendar(zone: str = "Europe/Paris", *, country: str | None = None) -> Calendar:
    day = ((time(9), time(12, 30)), (time(13, 30), time(18)))
    return Calendar(zone=zone, week=(day, day, day, day, day, (), ()), country=country)


def some_content(**changes: Any) -> Content:
    content = Content(
        title="Faut-il passer l’export avant le panier ?",
        question=QuestionId("first"),
        impact=ImpactId("retention"),
        squads=(CHECKOUT, ONBOARDING),
        options=(Option(label="Export d’abord", effort_days=8), Option(label="Ne rien faire")),
    )
    return replace(content, **changes)


def some_fields(**changes: Any) -> Fields:
    content = some_content()
    fields = Fields(
        title=content.title,
        question=content.question,
        impact=content.impact,
        squads=content.squads,
        options=content.options,
    )
    return replace(fields, **changes)


def some_terms(**changes: Any) -> Terms:
    terms = Terms(
        verdict=Verdict.FIRST,
        option=0,
        rationale="Douze comptes l’attendent pour renouveler.",
        counterpart="Le panier passe au cycle suivant.",
    )
    return replace(terms, **changes)


def a_route(*deciders: PersonId, **changes: Any) -> Route:
    mandates = tuple(Mandate(person=person, seats=()) for person in deciders or (CLAIRE,))
    return replace(
        Route(layer=Layer.ARBITRATION, mandates=mandates, consulted=(KARIM, LEA)), **changes
    )


def a_request(content: Content | None = None, **changes: Any) -> Request:
    """An open request of Hugo's, decided by Claire, its first event saved."""
    content = content or some_content()
    charter = a_charter()
    request = Request(
        id=RequestId("r1"),
        workspace=WORKSPACE,
        number=1,
        status=Status.OPEN,
        content=content,
        asked_verdict=charter.question(content.question).verdict,
        requester=HUGO,
        channel=CHANNEL,
        charter_version=1,
        route=a_route(),
        submitted_at=NOW,
        clock_from=NOW,
        due_at=NOW + timedelta(days=2),
    )
    request = replace(request, **changes)
    return replace(file(request), pending=())


def routed(request: Request, charter: Charter | None = None) -> Request:
    """The request with the route that the charter gives it."""
    return replace(request, route=route(request.subject, a_desk(charter)))


def a_sheet(request: Request | None = None, **changes: Any) -> Sheet:
    sheet = Sheet(
        request=request or a_request(),
        charter=a_charter(),
        url="https://sandbox.slack.com/archives/C0ARBITRAGES/p1",
    )
    return replace(sheet, **changes)


TODAY = date(2026, 11, 24)


@dataclass
class FakeClock:
    """A clock that only moves when told."""

    at: datetime = field(default_factory=lambda: NOW)

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)
