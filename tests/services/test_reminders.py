"""Reminders, on both databases: who is told what, when, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.db import cards, people, requests, timers
from bot.domain import due_posts
from bot.domain.errors import AlreadySnoozed, NotYours
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId
from bot.domain.people import Absence, Notify, Person
from bot.domain.posts import Post, PostKind
from bot.domain.reminders import TimerKind
from bot.domain.request import Request
from bot.services import decisions, delivery, following, moves
from bot.services.delivery import TooLate
from bot.services.deps import Deps
from bot.services.people import prefer
from bot.services.schedule import tick as ticking
from bot.services.schedule.reminders import queue_reminders
from tests.builders import (
    CHANNEL,
    CLAIRE,
    HUGO,
    KARIM,
    LEA,
    NOW,
    TODAY,
    WORKSPACE,
    FakeClock,
    some_terms,
)
from tests.services.outbox import filed, posts_of

DUE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
"""Sixteen working hours after Tuesday ten o'clock in Paris: Thursday ten o'clock."""
HALF = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ONE_AND_A_HALF = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def tick(deps: Deps) -> int | None:
    return ticking.tick(deps, holder="one", machine_now=lambda: NOW)


def reminders(deps: Deps) -> list[Post]:
    kinds = {PostKind.REMINDER, PostKind.REMINDER_LINE}
    return [post for post in posts_of(deps) if post.kind in kinds]


def reminded(deps: Deps, clock: FakeClock, at: datetime) -> list[Post]:
    before = len(reminders(deps))
    clock.at = at
    tick(deps)
    return reminders(deps)[before:]


def test_a_decider_is_reminded_at_half_all_and_half_more_of_the_time(
    deps: Deps, clock: FakeClock
) -> None:
    filed(deps)

    for at in (HALF, DUE, ONE_AND_A_HALF):
        assert reminded(deps, clock, at - timedelta(minutes=1)) == []
        (post,) = reminded(deps, clock, at)
        assert (post.person, post.expected_at) == (CLAIRE, at)
        assert reminded(deps, clock, at + timedelta(minutes=1)) == []


def test_nothing_is_said_out_of_hours_and_what_is_said_later_is_late(
    deps: Deps, clock: FakeClock
) -> None:
    filed(deps)
    night = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)

    assert reminded(deps, clock, night) == []
    (post,) = reminded(deps, clock, datetime(2026, 11, 26, 8, 0, tzinfo=UTC))

    assert post.is_late(clock.now())
    assert post.expected_at == HALF


def test_each_is_reminded_in_the_hours_of_their_own_zone(deps: Deps, clock: FakeClock) -> None:
    with deps.begin() as session:
        far = Person(id=CLAIRE, locale="fr", zone="America/Montreal", is_barred=False, seen_at=NOW)
        people.save(session, WORKSPACE, far)
    filed(deps)  # four in the morning in Montreal: eight working hours end with the day

    assert reminded(deps, clock, datetime(2026, 11, 25, 13, 59, tzinfo=UTC)) == []
    assert len(reminded(deps, clock, datetime(2026, 11, 25, 14, 0, tzinfo=UTC))) == 1


def test_somebody_whose_zone_is_unknown_is_reminded_in_the_charters(
    deps: Deps, clock: FakeClock
) -> None:
    with deps.begin() as session:
        odd = Person(id=CLAIRE, locale="fr", zone="Mars/Olympus", is_barred=False, seen_at=NOW)
        people.save(session, WORKSPACE, odd)
    filed(deps)

    assert len(reminded(deps, clock, HALF)) == 1


def test_several_items_make_one_message(deps: Deps, clock: FakeClock) -> None:
    for number in range(3):
        filed(deps, f"view:{number}", title=f"Question {number} ?")

    (post,) = reminded(deps, clock, HALF)

    assert len(post.items) == 3


def test_a_mention_is_one_line_in_each_thread(deps: Deps, clock: FakeClock) -> None:
    prefer(deps, CLAIRE, notify=Notify.MENTION, locale=None)
    for number in range(2):
        filed(deps, f"view:{number}")

    found = reminded(deps, clock, HALF)

    assert [post.kind for post in found] == [PostKind.REMINDER_LINE] * 2
    assert {post.detail("to") for post in found} == {CLAIRE}


def test_a_digest_waits_for_the_next_morning(deps: Deps, clock: FakeClock) -> None:
    prefer(deps, CLAIRE, notify=Notify.DIGEST, locale=None)
    filed(deps)

    assert reminded(deps, clock, HALF) == []
    (post,) = reminded(deps, clock, datetime(2026, 11, 26, 8, 0, tzinfo=UTC))

    assert not post.is_late(clock.now())


def test_no_reminder_while_evidence_is_awaited_then_the_requester_is_reminded(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)
    clock.advance(hours=1)
    moves.ask_evidence(deps, request.id, CLAIRE, "Quoi ?", key="1")

    (post,) = reminded(deps, clock, HALF + timedelta(hours=1))

    assert post.person == HUGO
    assert post.items[0].kind == TimerKind.EVIDENCE


def test_a_pause_moves_the_reminders(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    moves.ask_evidence(deps, request.id, CLAIRE, "Quoi ?", key="1")
    clock.advance(hours=2)
    moves.give_evidence(deps, request.id, HUGO, "Ceci", key="2")

    assert reminded(deps, clock, HALF) == []
    (post,) = reminded(deps, clock, HALF + timedelta(hours=2))

    assert post.person == CLAIRE


def test_a_delegate_is_reminded_of_what_is_left(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    reminded(deps, clock, HALF)
    moves.delegate(deps, request.id, CLAIRE, LEA, key="1")

    assert reminded(deps, clock, HALF + timedelta(hours=1)) == []
    (post,) = reminded(deps, clock, DUE)

    assert (post.person, post.items[0].number) == (LEA, 2)


def test_a_decided_request_reminds_nobody(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    decisions.decide(deps, request.id, CLAIRE, some_terms(), key="1")

    assert reminded(deps, clock, HALF) == []


def test_an_absent_decider_is_not_reminded(deps: Deps, clock: FakeClock) -> None:
    filed(deps, question=QuestionId("direction"))  # vision: nobody else is asked before long
    away = Absence(person=CLAIRE, start=NOW, end=NOW + timedelta(days=30))
    with deps.begin() as session:
        people.add_absence(session, WORKSPACE, away, key="a")

    assert reminded(deps, clock, datetime(2026, 12, 2, 9, 0, tzinfo=UTC)) == []


def test_a_reminder_is_snoozed_once_and_the_next_ones_stay(deps: Deps, clock: FakeClock) -> None:
    filed(deps)
    (post,) = reminded(deps, clock, HALF)
    timer = post.items[0].timer

    with pytest.raises(NotYours):
        following.snooze(deps, timer, KARIM)
    until = following.snooze(deps, timer, CLAIRE)
    with pytest.raises(AlreadySnoozed):
        following.snooze(deps, timer, CLAIRE)

    assert until == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    (again,) = reminded(deps, clock, until)
    assert again.items[0].is_snoozed
    with pytest.raises(AlreadySnoozed):
        following.snooze(deps, again.items[0].timer, CLAIRE)
    assert len(reminded(deps, clock, DUE)) == 1


def test_snoozing_what_was_decided_is_moot(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    (post,) = reminded(deps, clock, HALF)
    decisions.decide(deps, request.id, CLAIRE, some_terms(), key="1")

    assert following.snooze(deps, post.items[0].timer, CLAIRE) is None


def decided(deps: Deps, key: str = "view:1", **terms: object) -> Request:
    request = filed(deps, key)
    return decisions.decide(deps, request.id, CLAIRE, some_terms(**terms), key=f"d:{key}")


def test_an_owner_is_asked_the_day_before_then_again_after_later(
    deps: Deps, clock: FakeClock
) -> None:
    monday = TODAY + timedelta(days=13)
    request = decided(deps, owner=LEA, due_on=monday)

    (post,) = reminded(deps, clock, datetime(2026, 12, 4, 8, 0, tzinfo=UTC))
    later = following.delay(deps, request.id, LEA, key="l")
    (again,) = reminded(deps, clock, datetime(2026, 12, 11, 8, 0, tzinfo=UTC))
    done = following.deliver(deps, request.id, LEA, key="x")

    assert (post.person, post.items[0].kind) == (LEA, TimerKind.DELIVERY)
    assert again.items[0].number > post.items[0].number
    assert later.follow_up.delays == 1
    assert done.follow_up.delivered_at == clock.now()
    assert reminded(deps, clock, datetime(2026, 12, 18, 8, 0, tzinfo=UTC)) == []


def test_a_silent_owner_is_asked_twice(deps: Deps, clock: FakeClock) -> None:
    decided(deps, owner=LEA, due_on=TODAY + timedelta(days=13))

    before = reminded(deps, clock, datetime(2026, 12, 4, 8, 0, tzinfo=UTC))
    after = reminded(deps, clock, datetime(2026, 12, 8, 8, 0, tzinfo=UTC))

    assert [len(before), len(after)] == [1, 1]
    assert reminded(deps, clock, datetime(2026, 12, 16, 9, 0, tzinfo=UTC)) == []


def test_deciders_are_asked_at_the_review_date_whether_it_held(
    deps: Deps, clock: FakeClock
) -> None:
    request = decided(deps, review_on=TODAY + timedelta(days=13))

    (post,) = reminded(deps, clock, datetime(2026, 12, 7, 8, 0, tzinfo=UTC))
    held = following.hold(deps, request.id, CLAIRE, key="h")

    assert (post.person, post.items[0].kind) == (CLAIRE, TimerKind.REVIEW)
    assert held.status is Status.DECIDED
    assert held.follow_up.held_at == clock.now()


@pytest.mark.parametrize("notify", [Notify.DM, Notify.MENTION])
def test_what_was_late_before_an_absence_is_said_at_its_end_with_what_is_due_then(
    deps: Deps, clock: FakeClock, notify: Notify
) -> None:
    prefer(deps, CLAIRE, notify=notify, locale=None)
    old = decided(deps, "view:old", review_on=TODAY + timedelta(days=6))  # Monday 30 November
    new = decided(deps, "view:new", review_on=TODAY + timedelta(days=13))
    away = Absence(
        person=CLAIRE,
        start=datetime(2026, 11, 30, 12, 0, tzinfo=UTC),
        end=datetime(2026, 12, 7, 0, 0, tzinfo=UTC),
    )
    with deps.begin() as session:
        people.add_absence(session, WORKSPACE, away, key="a")

    # Nobody ticks on that Monday: it is known to be late once she has gone.
    assert reminded(deps, clock, datetime(2026, 12, 1, 9, 0, tzinfo=UTC)) == []
    posts = reminded(deps, clock, datetime(2026, 12, 7, 8, 0, tzinfo=UTC))
    with deps.begin() as session:
        for request in (old, new):
            cards.remember(session, WORKSPACE, request.id, cards.CARD, (CHANNEL, "1.0"))
    said = [delivery.content(deps, post) for post in posts]

    assert len(said) == (1 if notify is Notify.DM else 2)
    assert {due.item.request for each in said for due in each.due} == {old.id, new.id}
    assert datetime(2026, 11, 30, 8, 0, tzinfo=UTC) in {each.late_from for each in said}
    clock.at += due_posts.USEFUL_FOR + timedelta(minutes=1)
    for post in posts:
        with pytest.raises(TooLate):
            delivery.content(deps, post)


def test_somebody_who_left_is_not_reminded_and_the_request_moves_on(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)
    with deps.begin() as session:
        gone = Person(id=CLAIRE, locale="fr", zone="Europe/Paris", is_barred=True, seen_at=NOW)
        people.save(session, WORKSPACE, gone)

    found = reminded(deps, clock, HALF)

    assert found == []
    with deps.read() as session:
        assert requests.get(session, WORKSPACE, request.id).route.deciders == (KARIM,)


def test_a_reminder_that_fails_does_not_stop_the_others(deps: Deps, clock: FakeClock) -> None:
    request = filed(deps)
    with deps.begin() as session:
        broken = replace(
            timers.due(session, WORKSPACE, {TimerKind.DECIDE}, DUE)[0],
            key="decide:nowhere",
            request=None,
        )
        timers.add(session, WORKSPACE, (broken,))

    (post,) = reminded(deps, clock, HALF)

    assert [item.request for item in post.items] == [request.id]


def test_what_fails_three_times_is_told_to_the_stewards(deps: Deps, clock: FakeClock) -> None:
    filed(deps)
    with deps.begin() as session:
        broken = replace(
            timers.due(session, WORKSPACE, {TimerKind.DECIDE}, DUE)[0],
            key="decide:nowhere",
            request=None,
            person=PersonId("U0KARIM"),
        )
        timers.add(session, WORKSPACE, (broken,))
    clock.at = HALF
    for _ in range(4):
        queue_reminders(deps)
        clock.advance(minutes=30)

    told = [post for post in posts_of(deps) if post.kind is PostKind.ALERT]

    assert [post.person for post in told] == [LEA, KARIM]
