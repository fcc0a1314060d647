"""A scripted company: forty people, twelve squads, who sits where and how they like to be told."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.db import digests, people
from bot.db.engine import Database
from bot.domain.charter import Charter, Role, Seat, SeatKey, Squad
from bot.domain.digest import Subscription
from bot.domain.ids import PersonId, SquadId
from bot.domain.people import Notify, Person
from tests.builders import WORKSPACE, a_charter

SQUADS = tuple(SquadId(f"squad{number:02}") for number in range(12))
ZONES = ("Europe/Paris", "Europe/London", "America/Montreal")
FACILITATORS = {
    "roadmap_sync": (8, 9, 17, 10, 12),
    "product_review": (11, 12, 17),
    "tech_council": (26, 27, 29, 30),
}
"""Some live in London or Montreal."""

SUBSCRIBERS = (8, 9, 17)


@dataclass(frozen=True)
class Company:
    """Its charter and its people."""

    charter: Charter
    staff: tuple[Person, ...]

    def person(self, number: int) -> PersonId:
        return self.staff[number].id

    @property
    def subscribers(self) -> tuple[PersonId, ...]:
        return tuple(map(self.person, SUBSCRIBERS))


def a_company(founded_at: datetime) -> Company:
    staff = tuple(_person(number, founded_at) for number in range(40))
    ids = [person.id for person in staff]

    def seat(role: Role, *members: int, squad: SquadId | None = None) -> Seat:
        refs = tuple(ids[number] for number in members)
        return Seat(key=SeatKey(role=role, squad=squad), refs=refs)

    seats = [
        seat(Role.CPO, 0, 6),
        seat(Role.CTO, 1, 7),
        seat(Role.DESIGN, 2),
        seat(Role.LEADERSHIP, 3),
        seat(Role.STEWARD, 4, 5),
    ]
    for number, squad in enumerate(SQUADS):
        deputy = (8 + (number + 1) % 12,) if number % 2 else ()
        seats += [
            seat(Role.PM, 8 + number, *deputy, squad=squad),
            seat(Role.EM, 20 + number // 2, squad=squad),
            seat(Role.TECH_LEAD, 26 + number // 2, squad=squad),
        ]
    squads = tuple(Squad(id=squad, name=squad.title()) for squad in SQUADS)
    charter = a_charter()
    rituals = tuple(
        replace(ritual, facilitators=tuple(ids[number] for number in FACILITATORS[ritual.id]))
        for ritual in charter.rituals
    )
    charter = replace(charter, seats=tuple(seats), squads=squads, rituals=rituals)
    return Company(charter=charter, staff=staff)


def _person(number: int, seen_at: datetime) -> Person:
    zone = ZONES[1] if number % 10 == 7 else ZONES[2] if number % 10 == 9 else ZONES[0]
    notify = Notify.MENTION if number % 5 == 4 else Notify.DIGEST if number % 7 == 3 else Notify.DM
    return Person(
        id=PersonId(f"U{number:03}"),
        locale="en-US" if number % 4 == 3 else "fr-FR",
        zone=zone,
        is_barred=False,
        seen_at=seen_at,
        notify=notify,
    )


def settle(database: Database, company: Company) -> None:
    """Write who the company is in the database."""
    with database.begin() as session:
        for person in company.staff:
            people.save(session, WORKSPACE, person)
            people.save_ref(session, WORKSPACE, person.id, (person.id,), person.seen_at)
            people.save_preference(session, WORKSPACE, person.id, notify=person.notify, locale=None)
        for number, subscriber in enumerate(company.subscribers):
            squads = SQUADS[number : number + 3]
            digests.subscribe(session, WORKSPACE, Subscription(person=subscriber, squads=squads))
