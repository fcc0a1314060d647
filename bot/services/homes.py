"""App Homes: who has one before them, drawn again when what it shows changes."""

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.db import homes, outbox
from bot.domain.home import OPEN_FOR, Tab, post_of
from bot.domain.ids import PersonId
from bot.domain.request import Request
from bot.services.deps import Deps


def shown(deps: Deps, person: PersonId, tab: Tab | None) -> None:
    """Note the tab that `person` has before them; None for none.

    Only the first is drawn again by itself: a search does not move under its reader's hands.
    """
    with deps.begin() as session:
        if tab is Tab.TODAY:
            homes.opened(session, deps.workspace, person, deps.now())
        else:
            homes.left(session, deps.workspace, person)


def is_open(deps: Deps, person: PersonId) -> bool:
    """Tell whether `person` has the first tab before them."""
    with deps.read() as session:
        return bool(homes.open_before(session, deps.workspace, {person}, deps.now() - OPEN_FOR))


def redraw(session: Connection, deps: Deps, people: Iterable[PersonId], *, cause: str) -> None:
    """Queue the drawing of the Homes that `people` have open; the same `cause` draws once."""
    now = deps.now()
    found = homes.open_before(session, deps.workspace, people, now - OPEN_FOR)
    told = tuple(post_of(person, cause, now) for person in found)
    outbox.add(session, deps.workspace, told, at=now)


def follow(session: Connection, deps: Deps, before: Request | None, after: Request) -> None:
    """Draw again the Homes of everybody that `after` is about, or was."""
    people = after.people | (before.people if before else frozenset())
    redraw(session, deps, people, cause=f"{after.id}:{after.event_count}")


def acted(deps: Deps, person: PersonId) -> None:
    """Draw again the Home of somebody who just did something, if they have it open."""
    if not is_open(deps, person):
        return
    with deps.begin() as session:
        redraw(session, deps, {person}, cause=deps.new_id())
    deps.wake()


def forget(deps: Deps) -> None:
    """Forget the Homes that do not count as open any more."""
    with deps.begin() as session:
        homes.forget_before(session, deps.workspace, deps.now() - OPEN_FOR)
