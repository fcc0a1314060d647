"""What rituals say, and when, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.db import people, requests
from bot.domain import rituals_posts
from bot.domain.events import Status
from bot.domain.ids import ChannelId, QuestionId
from bot.domain.posts import PostKind
from bot.services import (
    charters,
    moves,
    reading,
    rituals,
    rituals_run,
)
from bot.services.deps import Deps
from bot.services.rituals_run import Which
from bot.services.schedule.rituals import upcoming_ritual_posts
from tests.builders import (
    CLAIRE,
    JOHN,
    KARIM,
    LEA,
    WORKSPACE,
    FakeClock,
    a_charter,
)
from tests.services.rituals.meetings import (
    STARTS,
    SYNC,
    THE_8TH,
    THE_22ND,
    at,
    away,
    keys,
    on_agenda,
    posted,
    said,
    tick,
)
from tests.ticks import queue_ritual_posts


def test_everything_is_said_once_at_its_minute(deps: Deps, clock: FakeClock) -> None:
    posted(deps)
    clock.at = STARTS - timedelta(days=4)
    told: dict[str, datetime] = {}
    while clock.at < STARTS + timedelta(hours=3):
        for key in [*tick(deps), *tick(deps)]:
            assert key not in told
            told[key] = clock.at
        clock.advance(minutes=15)

    assert told == {
        # 48 hours before is a Sunday: Monday at nine leaves a day.
        f"facilitator:prepare:roadmap_sync:2026-12-08:{LEA}": datetime(2026, 12, 7, 8, tzinfo=UTC),
        "agenda:roadmap_sync:2026-12-08": STARTS - timedelta(hours=24),
        f"facilitator:start:roadmap_sync:2026-12-08:{LEA}": STARTS - timedelta(minutes=15),
        f"facilitator:close:roadmap_sync:2026-12-08:{LEA}": STARTS + timedelta(hours=1),
    }


def test_an_agenda_is_posted_in_hours_before_a_holiday(deps: Deps, clock: FakeClock) -> None:
    # Easter Monday is the day before, and clocks change in between.
    starts = datetime(2027, 3, 30, 8, tzinfo=UTC)
    clock.at = starts - timedelta(days=4, hours=1)
    (agenda,) = (
        post for post in upcoming_ritual_posts(deps, starts) if post.kind is PostKind.AGENDA
    )

    clock.at = agenda.due_at

    assert agenda.due_at == datetime(2027, 3, 26, 12, 30, tzinfo=UTC)
    assert "agenda:roadmap_sync:2027-03-30" in tick(deps)


def test_what_is_late_waits_for_hours_but_for_what_starts(deps: Deps, clock: FakeClock) -> None:
    clock.at = STARTS - timedelta(hours=6)
    queue_ritual_posts(deps)
    night = {post.kind: post for post in said(deps)}
    clock.at = STARTS - timedelta(minutes=1)
    queue_ritual_posts(deps)

    (start,) = said(deps)

    assert night[PostKind.AGENDA].in_hours
    assert night[PostKind.AGENDA].expected_at == STARTS - timedelta(hours=24)
    assert night[PostKind.FACILITATOR].in_hours
    assert (start.detail("what"), start.in_hours) == ("start", False)


def test_what_was_due_before_the_installation_is_not_late(deps: Deps, clock: FakeClock) -> None:
    clock.at = STARTS - timedelta(hours=1)
    charters.put_in_force(deps, digest="d", text="t")
    queue_ritual_posts(deps)

    agenda = next(post for post in said(deps) if post.kind is PostKind.AGENDA)

    assert not agenda.is_late(deps.now())


def test_what_is_coming_is_what_will_be_said(deps: Deps, clock: FakeClock) -> None:
    posted(deps)
    clock.at = STARTS - timedelta(days=4)
    until = STARTS + timedelta(hours=3)

    foreseen = {found.key: found.due_at for found in upcoming_ritual_posts(deps, until)}

    assert list(foreseen.values()) == sorted(foreseen.values())
    for key, due_at in foreseen.items():
        clock.at = due_at - timedelta(seconds=1)
        assert key not in tick(deps)
        clock.at = due_at
        assert key in tick(deps)
    assert upcoming_ritual_posts(deps, until) == ()


def test_after_a_stop_what_is_still_of_use_is_said_and_the_rest_is_not(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, timedelta(hours=2))
    late = tick(deps)
    at(clock, after=timedelta(minutes=20))
    started = tick(deps)

    assert late == [
        "agenda:roadmap_sync:2026-12-08",
        f"facilitator:prepare:roadmap_sync:2026-12-08:{LEA}",
    ]
    assert started == [f"facilitator:start:roadmap_sync:2026-12-08:{LEA}"]


def test_a_long_stop_asks_to_close_the_last_one_only(deps: Deps, clock: FakeClock) -> None:
    weekly = replace(deps.charter.rituals[0].rule, step=1)
    charter = replace(deps.charter, rituals=(replace(deps.charter.rituals[0], rule=weekly),))
    clock.at = STARTS + timedelta(days=16)

    for day in (15, 22):
        posted(deps, Which(ritual=SYNC, slot=date(2026, 12, day)))

    told = tick(replace(deps, charter=charter))

    assert [key.rpartition(":")[0] for key in told] == ["facilitator:close:roadmap_sync:2026-12-22"]


def test_four_replicas_at_once_say_it_once(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(minutes=10))
    on_agenda(deps)
    said(deps)
    with ThreadPoolExecutor(4) as replicas:
        counts = list(replicas.map(queue_ritual_posts, [deps] * 4))
    told = keys(deps)
    at(clock)

    with ThreadPoolExecutor(4) as replicas:
        list(replicas.map(queue_ritual_posts, [deps] * 4))

    assert sum(counts) == len(told) == len(set(told)) == 3
    assert keys(deps) == []
    sheet = rituals.sheet(deps, SYNC, THE_8TH.slot)
    assert (sheet.occurrence.is_frozen, sheet.occurrence.version) == (True, 1)


def test_what_was_held_before_the_installation_is_not_asked_about(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, after=timedelta(days=1))

    assert tick(deps) == []


def test_a_post_says_when_it_was_expected_and_until_when_it_is_of_use(
    deps: Deps, clock: FakeClock
) -> None:
    at(clock, timedelta(hours=20))
    queue_ritual_posts(deps)

    agenda = next(post for post in said(deps) if post.kind == "agenda")

    assert agenda.expected_at == STARTS - timedelta(hours=24)
    assert agenda.useful_until == STARTS


def test_a_reminder_to_prepare_comes_in_the_facilitators_own_hours(
    deps: Deps, clock: FakeClock
) -> None:
    with deps.begin() as session:
        lea = people.get(session, WORKSPACE, LEA)
        assert lea
        people.save(session, WORKSPACE, replace(lea, zone="America/Los_Angeles"))
    clock.at = STARTS - timedelta(days=6)

    foreseen = upcoming_ritual_posts(deps, STARTS)

    prepare = next(found for found in foreseen if "prepare" in found.key)
    local = prepare.due_at.astimezone(UTC) - timedelta(hours=8)
    assert (local.weekday(), local.time()) == (4, time(13, 30))  # Friday afternoon there


def test_a_facilitator_who_is_away_is_replaced_and_nobody_else_is_told(
    deps: Deps, clock: FakeClock
) -> None:
    away(deps, LEA, STARTS - timedelta(days=1), 3)
    at(clock, timedelta(minutes=10))

    assert [key for key in tick(deps) if "start" in key] == [
        f"facilitator:start:roadmap_sync:2026-12-08:{JOHN}"
    ]


def test_nobody_to_facilitate_is_told_to_the_stewards_in_time(deps: Deps, clock: FakeClock) -> None:
    for person in (LEA, JOHN):
        away(deps, person, STARTS - timedelta(days=1), 3)
    at(clock, timedelta(hours=48))

    told = tick(deps)

    stewards = (LEA, KARIM)
    assert sorted(told) == sorted(
        f"alert:no_facilitator:roadmap_sync:2026-12-08:{steward}" for steward in stewards
    )


def test_a_channel_that_is_not_there_is_told_and_the_agenda_goes_on(
    deps: Deps, clock: FakeClock
) -> None:
    charter = replace(deps.charter, rituals=(replace(deps.charter.rituals[0], channel="roadmap"),))
    at(clock, timedelta(hours=24))

    queue_ritual_posts(replace(deps, charter=charter))

    told = {post.key: post for post in said(deps)}
    assert f"alert:ritual_channel:roadmap_sync:2026-12-08:{LEA}" in told
    assert told["agenda:roadmap_sync:2026-12-08"].channel == deps.channel


def test_a_ritual_with_its_own_channel_posts_there(deps: Deps, clock: FakeClock) -> None:
    charter = replace(deps.charter, rituals=(replace(deps.charter.rituals[0], channel="roadmap"),))
    at(clock, timedelta(hours=24))

    queue_ritual_posts(replace(deps, charter=charter, rooms={SYNC: ChannelId("C0ROADMAP")}))

    told = {post.kind: post.channel for post in said(deps)}
    assert told[PostKind.AGENDA] == "C0ROADMAP"
    assert PostKind.ALERT not in told


# The agenda follows, then is frozen


def test_the_agenda_follows_each_change_until_the_start(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=20))
    tick(deps)

    request = on_agenda(deps)
    rewritten = [post for post in said(deps) if post.kind == "agenda_update"]
    moves.unschedule(deps, request.id, CLAIRE, key="u")

    assert len(rewritten) == 1
    assert rewritten[0].useful_until == STARTS
    assert "agenda_update" in [post.kind for post in said(deps)]


def test_the_agenda_follows_until_people_start_even_late(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=20))
    tick(deps)
    at(clock, after=timedelta(minutes=4))

    request = on_agenda(deps)
    rewritten = [post for post in said(deps) if post.kind == "agenda_update"]
    at(clock, after=timedelta(hours=1))
    moves.unschedule(deps, request.id, CLAIRE, key="u")

    assert [post.useful_until for post in rewritten] == [STARTS + timedelta(hours=1)]
    assert "agenda_update" not in [post.kind for post in said(deps)]


def test_a_rewriting_that_is_dropped_takes_no_other_with_it(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=20))
    occurrence = rituals.sheet(deps, SYNC, THE_8TH.slot).occurrence
    before, after = (
        rituals_posts.agenda_update(occurrence, deps.channel, "x", until=until)
        for until in (occurrence.starts_at, None)
    )
    again = rituals_posts.agenda_update(occurrence, deps.channel, "y", until=occurrence.starts_at)

    assert before.group == again.group
    assert before.group != after.group


def test_an_agenda_that_is_not_out_yet_is_not_rewritten(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=25))

    on_agenda(deps)

    assert "agenda_update" not in [post.kind for post in said(deps)]


def test_what_comes_after_the_start_is_for_the_next_one(deps: Deps, clock: FakeClock) -> None:
    at(clock, timedelta(hours=20))
    first = on_agenda(deps)
    at(clock)
    tick(deps)
    late = on_agenda(deps, "view:2")
    clock.advance(minutes=10)

    started = rituals_run.start(deps, THE_8TH, LEA, key="start")

    assert [item.request for item in started.items] == [first.id]
    assert started.frozen_at == STARTS
    following = rituals.sheet(deps, SYNC, THE_22ND.slot)
    assert late.id in [entry.request.id for entry in following.agenda.entries]


def test_what_answers_another_question_is_sent_where_it_belongs(
    deps: Deps, clock: FakeClock
) -> None:
    both = replace(deps, charter=a_charter())
    at(clock, timedelta(hours=30))
    request = on_agenda(both, question=QuestionId("architecture"), squads=())
    astray = replace(request, route=replace(request.route, ritual=SYNC))
    with both.begin() as session:
        requests.save(session, astray)
    at(clock, timedelta(hours=24))

    queue_ritual_posts(both)

    moved = reading.sheet(both, request.id).request
    sheet = rituals.sheet(both, SYNC, THE_8TH.slot)
    assert (moved.status, moved.route.ritual) == (Status.ON_AGENDA, "tech_council")
    assert sheet.agenda.entries == ()
    assert [(r.request, r.ritual) for r in sheet.occurrence.refused] == [
        (request.id, "tech_council")
    ]
    assert queue_ritual_posts(both) == 0
