"""Who has an App Home open, and what is drawn again for them."""

import pytest
from sqlalchemy import func, select

from bot.db.home_tables import homes as rows
from bot.domain.home import Tab, post_of
from bot.domain.ids import PersonId
from bot.domain.posts import PostKind
from bot.services import delivery, homes
from bot.services.delivery import NothingToSay, TooLate
from bot.services.deps import Deps
from bot.services.moves import withdraw
from bot.services.requests import FileRequest, file_request
from tests.builders import CLAIRE, HUGO, INES, NOW, FakeClock, some_fields
from tests.services.outbox import posts_of


def drawn(deps: Deps) -> list[PersonId | None]:
    """Whose Homes wait to be drawn, in order."""
    return [post.person for post in posts_of(deps) if post.kind is PostKind.HOME]


def test_a_home_is_open_for_an_hour_or_until_it_is_left(deps: Deps, clock: FakeClock) -> None:
    homes.shown(deps, CLAIRE, Tab.TODAY)
    homes.shown(deps, HUGO, Tab.TODAY)
    assert homes.is_open(deps, CLAIRE)
    assert not homes.is_open(deps, INES)

    homes.shown(deps, HUGO, Tab.JOURNAL)
    assert not homes.is_open(deps, HUGO)
    clock.advance(minutes=61)

    assert not homes.is_open(deps, CLAIRE)


def test_a_change_draws_the_open_homes_it_concerns(deps: Deps) -> None:
    for person in (CLAIRE, HUGO, INES):
        homes.shown(deps, person, Tab.TODAY)
    command = FileRequest(key="one", draft="", fields=some_fields(), by=HUGO)

    request, _ = file_request(deps, command)
    assert sorted(filter(None, drawn(deps))) == [CLAIRE, HUGO]
    file_request(deps, command)
    assert len(drawn(deps)) == 2
    homes.shown(deps, CLAIRE, None)
    withdraw(deps, request.id, HUGO, "Plus utile.", key="two")

    assert drawn(deps)[2:] == [HUGO]


def test_what_one_does_draws_one_s_own_home(deps: Deps) -> None:
    homes.acted(deps, INES)
    assert drawn(deps) == []

    homes.shown(deps, INES, Tab.TODAY)
    homes.acted(deps, INES)

    assert drawn(deps) == [INES]


def test_a_home_that_was_left_meanwhile_is_not_drawn(deps: Deps, clock: FakeClock) -> None:
    post = post_of(CLAIRE, "r1:2", NOW)
    with pytest.raises(NothingToSay):
        delivery.home_of(deps, post)

    homes.shown(deps, CLAIRE, Tab.TODAY)
    assert delivery.home_of(deps, post) == CLAIRE
    clock.advance(hours=2)

    with pytest.raises(TooLate):
        delivery.home_of(deps, post)


def test_homes_no_longer_open_are_forgotten(deps: Deps, clock: FakeClock) -> None:
    homes.shown(deps, CLAIRE, Tab.TODAY)
    clock.advance(minutes=61)
    homes.shown(deps, HUGO, Tab.TODAY)

    homes.forget(deps)

    with deps.read() as session:
        assert session.execute(select(func.count()).select_from(rows)).scalar() == 1


def test_drawing_a_home_waits_for_no_message() -> None:
    post = post_of(CLAIRE, "r1:2", NOW)

    assert post.lane == f"home:{CLAIRE}"
    assert post.group == post.lane
