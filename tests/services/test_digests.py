"""Digests are queued once, and cover everything once: late, twice, on two replicas, in summer."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from bot.db import people
from bot.domain.digest import Target, period_of
from bot.domain.digest_plan import DigestPlan, WhenEmpty
from bot.domain.metrics import Period
from bot.domain.people import Person
from bot.domain.posts import Post, PostKind
from bot.services import delivery, digests
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from bot.services.schedule.digests import upcoming_digests
from tests.builders import (
    CHANNEL,
    CHECKOUT,
    HUGO,
    INES,
    LEA,
    NOW,
    ONBOARDING,
    WORKSPACE,
    FakeClock,
    some_fields,
)
from tests.ticks import queue_digests


def queued(deps: Deps) -> list[Post]:
    """The digests in the outbox, in order."""
    from bot.db import codec  # noqa: PLC0415  # only here

    with deps.read() as session:
        bodies = session.execute(
            text("SELECT body FROM outbox WHERE kind = 'digest' ORDER BY id")
        ).scalars()
        return [codec.load_post(body) for body in bodies]


def periods(deps: Deps, target: Target) -> list[Period]:
    return [
        period_of(post)
        for post in queued(deps)
        if (post.channel, post.person) == (target.channel, target.person)
    ]


def file_one(deps: Deps, key: str = "k", **fields: object) -> None:
    command = FileRequest(key=key, draft="", fields=some_fields(**fields), by=HUGO)
    file_request(deps, command)


def test_the_first_tick_says_nothing(deps: Deps) -> None:
    assert queue_digests(deps) == 0
    assert queued(deps) == []


def test_a_digest_goes_out_at_its_hour_once(deps: Deps, clock: FakeClock) -> None:
    queue_digests(deps)
    clock.at = datetime.fromisoformat("2026-11-30T07:59:59+00:00")
    assert queue_digests(deps) == 0

    clock.advance(seconds=1)

    assert queue_digests(deps) == 1
    assert queue_digests(deps) == 0
    (post,) = queued(deps)
    assert post.key == f"digest:{CHANNEL}:2026-11-30T08:00:00+00:00"
    assert post.useful_until == clock.at + timedelta(hours=24)
    assert period_of(post) == Period(start=clock.at - timedelta(weeks=1), end=clock.at)


def test_each_workspace_has_its_day_and_hour(deps: Deps, clock: FakeClock) -> None:
    plan = DigestPlan(weekday=4, at=time(16, 30))
    own = replace(deps, charter=replace(deps.charter, digest=plan))
    queue_digests(own)
    clock.at = datetime.fromisoformat("2026-11-26T15:29:59+00:00")
    assert queue_digests(own) == 0

    clock.advance(seconds=1)

    assert queue_digests(own) == 1


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_ticks_there_is_no_gap_and_no_overlap(
    deps: Deps, clock: FakeClock, seed: int
) -> None:
    dice = random.Random(seed)
    queue_digests(deps)
    digests.subscribe(deps, LEA, (CHECKOUT,))
    for _ in range(60):
        clock.advance(hours=dice.choice((1, 7, 30, 168, 400)), seconds=dice.randint(0, 3600))
        with ThreadPoolExecutor(2) as replicas:
            list(replicas.map(queue_digests, [deps, deps]))

    for target in (Target(channel=CHANNEL), Target(person=LEA)):
        told = periods(deps, target)
        assert len(told) > 20
        assert told[0].start <= NOW
        assert all(one.end == two.start for one, two in pairwise(told))


def test_the_hour_is_that_of_the_charter_when_clocks_change(deps: Deps) -> None:
    plan, calendar = DigestPlan(), deps.charter.calendar
    winter = datetime.fromisoformat("2027-03-25T10:00:00+00:00")

    slots = plan.slots_after(winter, calendar)

    assert [next(slots).isoformat() for _ in range(2)] == [
        "2027-03-29T07:00:00+00:00",
        "2027-04-05T07:00:00+00:00",
    ]


def test_who_comes_back_is_told_of_nothing_twice(deps: Deps, clock: FakeClock) -> None:
    queue_digests(deps)
    digests.subscribe(deps, LEA, ())
    clock.advance(days=8)
    queue_digests(deps)
    digests.unsubscribe(deps, LEA)
    clock.advance(days=2)
    digests.subscribe(deps, LEA, (CHECKOUT,))
    clock.advance(days=7)
    queue_digests(deps)

    told = periods(deps, Target(person=LEA))

    assert len(told) == 2
    assert told[0].end == told[1].start


def test_who_is_barred_gets_none(deps: Deps, clock: FakeClock) -> None:
    queue_digests(deps)
    digests.subscribe(deps, INES, ())
    gone = Person(id=INES, locale="fr", zone="Europe/Paris", is_barred=True, seen_at=NOW)
    with deps.begin() as session:
        people.save(session, WORKSPACE, gone)
    clock.advance(days=8)

    assert queue_digests(deps) == 1


def silent(deps: Deps) -> Deps:
    plan = DigestPlan(when_empty=WhenEmpty.SILENT)
    return replace(deps, charter=replace(deps.charter, digest=plan))


def test_an_empty_week_is_silent_when_the_charter_says_so(deps: Deps, clock: FakeClock) -> None:
    quiet = silent(deps)
    queue_digests(quiet)
    clock.advance(days=8)
    assert queue_digests(quiet) == 0

    file_one(deps)
    clock.advance(days=7)

    assert queue_digests(quiet) == 1
    assert queue_digests(deps) == 0


def test_what_is_to_come_is_what_comes(deps: Deps, clock: FakeClock) -> None:
    queue_digests(deps)
    digests.subscribe(deps, LEA, ())
    until = NOW + timedelta(days=15)

    told = upcoming_digests(deps, until)

    assert all(post.kind is PostKind.DIGEST for post in told)
    for _ in range(15):
        clock.advance(days=1)
        queue_digests(deps)
    assert {post.key for post in told} == {post.key for post in queued(deps)}
    assert len(told) == 4


def test_a_late_digest_is_to_come_at_once(deps: Deps, clock: FakeClock) -> None:
    queue_digests(deps)
    clock.advance(days=8)

    first = upcoming_digests(deps, clock.at + timedelta(days=1))

    assert [post.due_at <= clock.at for post in first] == [True]


def test_a_digest_says_what_it_covers_about_the_squads_asked(deps: Deps, clock: FakeClock) -> None:
    queue_digests(deps)
    file_one(deps, "a", squads=(CHECKOUT,))
    file_one(deps, "b", squads=(ONBOARDING,))
    file_one(deps, "c", squads=())
    digests.subscribe(deps, LEA, (CHECKOUT,))
    clock.advance(days=8)
    queue_digests(deps)

    said = [delivery.content(deps, post).digest for post in queued(deps)]

    assert [found.filed if found else None for found in said] == [3, 2]


def test_the_preview_is_of_the_week_so_far(deps: Deps, clock: FakeClock) -> None:
    file_one(deps)
    clock.advance(hours=1)

    found = digests.preview(deps, ())

    assert found.filed == 1
    assert found.period.end == clock.at
    assert found.period.start == datetime.fromisoformat("2026-11-23T08:00:00+00:00")


def instants() -> Iterator[datetime]:
    yield from (NOW + timedelta(hours=n) for n in range(0, 24 * 21, 5))


@pytest.mark.parametrize("weekday", range(1, 8))
def test_the_latest_slot_is_the_last_one_not_after_now(deps: Deps, weekday: int) -> None:
    plan, calendar = DigestPlan(weekday=weekday), deps.charter.calendar
    for now in instants():
        slot = plan.latest_slot(now, calendar)

        assert slot <= now < next(plan.slots_after(now, calendar))
        assert calendar.local_date(slot).isoweekday() == weekday
