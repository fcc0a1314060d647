"""What is known of people: their language and zone, and whether they may take part."""

from datetime import timedelta

from bot.db import people, received
from bot.domain.errors import Barred
from bot.domain.ids import PersonId
from bot.domain.people import Notify, Person
from bot.services.deps import Deps
from bot.services.desks import seated

FRESH_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=2)


def known(deps: Deps, person: PersonId) -> Person | None:
    """Return what is known of `person`, however old; None for a stranger."""
    with deps.read() as session:
        return people.get(session, deps.workspace, person)


def is_fresh(deps: Deps, person: Person) -> bool:
    """Tell whether what is known of `person` is whole, and younger than a day."""
    return person.name is not None and deps.now() - person.seen_at < FRESH_FOR


def remember(deps: Deps, person: Person) -> Person:
    """Keep what Slack says of `person`; return them with what they prefer."""
    with deps.begin() as session:
        people.save(session, deps.workspace, person)
        kept = people.get(session, deps.workspace, person.id)
    deps.rosters.forget()
    return kept or person


def prefer(deps: Deps, person: PersonId, *, notify: Notify, locale: str | None) -> Person | None:
    """Keep how `person` wants to be reminded, and in which language; None for Slack's."""
    with deps.begin() as session:
        people.save_preference(session, deps.workspace, person, notify=notify, locale=locale)
        return people.get(session, deps.workspace, person)


def chosen_locale(deps: Deps, person: PersonId) -> str | None:
    """Return the language that `person` chose here, None when it is Slack's."""
    with deps.read() as session:
        return people.chosen_locale(session, deps.workspace, person)


def is_steward(deps: Deps, person: PersonId) -> bool:
    """Tell whether `person` keeps the charter."""
    with deps.read() as session:
        return person in seated(session, deps).stewards


def remember_ref(deps: Deps, ref: str, members: tuple[PersonId, ...]) -> None:
    """Keep who an e-mail or a usergroup of the charter is."""
    with deps.begin() as session:
        people.save_ref(session, deps.workspace, ref, members, deps.now())
    deps.rosters.forget()


def known_refs(deps: Deps) -> frozenset[str]:
    """Return the e-mails and usergroups that Slack was asked about."""
    with deps.read() as session:
        return frozenset(people.directory(session, deps.workspace))


def require_member(person: Person | None) -> None:
    """Raise Barred for guests, bots, deactivated users and people of another workspace."""
    if person is None or is_barred(person):
        raise Barred


def is_barred(person: Person) -> bool:
    """Tell whether somebody takes no part: guest, bot, deactivated, from elsewhere."""
    return person.is_barred


def first_time(deps: Deps, key: str) -> bool:
    """Tell whether `key` is received for the first time."""
    with deps.begin() as session:
        return received.first_time(session, deps.workspace, key, deps.now())


def forget_received(deps: Deps) -> None:
    """Forget what was received two days ago: Slack no longer sends it again."""
    with deps.begin() as session:
        received.forget_before(session, deps.workspace, deps.now() - KEPT_FOR)
