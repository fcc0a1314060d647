"""Posts with a time: in their reader's hours, late with a word, or dropped; on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db import outbox, people
from bot.db.tables import outbox as rows
from bot.domain import posts
from bot.domain.people import Person
from bot.domain.posts import Post, PostKind
from bot.services import delivery
from bot.services.delivery import NotNow, TooLate
from bot.services.deps import Deps
from tests.builders import CHANNEL, CLAIRE, HUGO, NOW, WORKSPACE, FakeClock
from tests.services.outbox import filed

NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def a_notice(deps: Deps, **changes: object) -> Post:
    request = filed(deps)
    post = Post(
        kind=PostKind.NOTICE, key="k", person=CLAIRE, request=request.id, event_seq=1, in_hours=True
    )
    return replace(post, **changes)  # type: ignore[arg-type]


def test_what_waits_for_hours_is_said_when_they_open(deps: Deps, clock: FakeClock) -> None:
    post = a_notice(deps)
    clock.at = NIGHT

    with pytest.raises(NotNow) as caught:
        delivery.content(deps, post)

    assert caught.value.until == MORNING
    clock.at = MORNING
    assert delivery.content(deps, post).post == post


def test_a_thread_waits_for_the_hours_of_the_one_it_calls(deps: Deps, clock: FakeClock) -> None:
    with deps.begin() as session:
        far = Person(id=HUGO, locale="fr", zone="America/Montreal", is_barred=False, seen_at=NOW)
        people.save(session, WORKSPACE, far)
    called = a_notice(deps, person=None, channel=CHANNEL, details=(("to", HUGO),))
    clock.at = NIGHT

    assert delivery.content(deps, called).locale == "fr"
    with pytest.raises(NotNow):
        delivery.content(deps, replace(called, details=()))


def test_what_is_late_says_so_and_what_is_useless_is_not_said(deps: Deps, clock: FakeClock) -> None:
    post = a_notice(deps, expected_at=NOW, useful_until=NOW + timedelta(hours=2))

    clock.advance(minutes=9)
    assert delivery.content(deps, post).late_from is None
    clock.advance(minutes=9)
    assert delivery.content(deps, post).late_from == NOW
    clock.advance(hours=2)
    with pytest.raises(TooLate):
        delivery.content(deps, post)


def test_what_waits_for_hours_holds_nothing_else_up(deps: Deps, clock: FakeClock) -> None:
    waiting = a_notice(deps)
    at_once = replace(waiting, key="k2", in_hours=False)
    with deps.begin() as session:
        session.execute(rows.delete())
        outbox.add(session, WORKSPACE, (waiting, at_once), at=clock.at)
    clock.at = NIGHT

    first = delivery.claim(deps, NIGHT)
    assert first
    delivery.put_off(deps, first, MORNING)
    second = delivery.claim(deps, NIGHT)

    assert first.post.key == "k"
    assert second
    assert second.post.key == "k2"


def test_a_post_put_off_is_untried_and_comes_back_at_its_time(deps: Deps, clock: FakeClock) -> None:
    post = a_notice(deps)
    with deps.begin() as session:
        session.execute(rows.delete())
        outbox.add(session, WORKSPACE, (post,), at=clock.at)
    claimed = delivery.claim(deps, NOW)
    assert claimed
    delivery.put_off(deps, claimed, MORNING)

    assert delivery.claim(deps, NOW + timedelta(minutes=5)) is None
    clock.at = MORNING
    again = delivery.claim(deps, MORNING)

    assert again
    assert (again.attempts, again.may_be_posted) == (1, False)


def test_a_useless_post_has_a_state_of_its_own(deps: Deps) -> None:
    post = a_notice(deps)
    with deps.begin() as session:
        session.execute(rows.delete())
        outbox.add(session, WORKSPACE, (post,), at=NOW)
    claimed = delivery.claim(deps, NOW)
    assert claimed

    delivery.expire(deps, claimed)

    with deps.read() as session:
        assert session.execute(select(rows.c.state)).scalars().all() == [outbox.TOO_LATE]


def test_a_lane_of_hours_is_one_readers() -> None:
    one = Post(kind=PostKind.LINE, key="a", channel=CHANNEL, in_hours=True)
    called = replace(one, details=(("to", CLAIRE),))

    assert len({one.lane, called.lane, replace(one, in_hours=False).lane}) == 3
    assert timedelta(minutes=10) == posts.LATE_AFTER
