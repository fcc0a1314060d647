"""Where posts about occurrences go, and what becomes of those that lost their object."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db import outbox
from bot.db import rituals as rows
from bot.domain import rituals_posts
from bot.domain.ids import ChannelId, RitualId
from bot.domain.posts import Post, PostKind
from bot.domain.rituals import Occurrence
from bot.services import delivery, rituals, rituals_arrange, rituals_run
from bot.services.delivery import Claim, NothingToSay
from bot.services.deps import Deps
from bot.services.rituals_run import Which
from tests.builders import CHANNEL, INES, KARIM, LEA, NOW, WORKSPACE, FakeClock

SYNC = RitualId("roadmap_sync")
STARTS = datetime(2026, 12, 8, 9, tzinfo=UTC)
WHICH = Which(ritual=SYNC, slot=date(2026, 12, 8))
ROOM = ChannelId("C0ROADMAP")


@pytest.fixture
def planned(deps: Deps, clock: FakeClock) -> Occurrence:
    """The Roadmap Sync of 8 December, a quarter of an hour before."""
    clock.at = STARTS - timedelta(minutes=15)
    return rituals.sheet(deps, SYNC, WHICH.slot).occurrence


def claimed(post: Post) -> Claim:
    return Claim(id=999, post=post, attempts=1, may_be_posted=False, first_due_at=NOW)


def deliver(deps: Deps, post: Post, ts: str) -> None:
    content = delivery.content(deps, post)
    place = (content.channel or CHANNEL, content.ts or ts)
    delivery.sent(deps, claimed(post), place, content)


def test_an_agenda_is_posted_then_rewritten_in_place(deps: Deps, planned: Occurrence) -> None:
    deliver(deps, rituals_posts.agenda(planned, CHANNEL), "5.0")

    rewritten = delivery.content(deps, rituals_posts.agenda_update(planned, CHANNEL, "x"))

    assert (rewritten.channel, rewritten.ts) == (CHANNEL, "5.0")
    assert rewritten.agenda


def test_an_agenda_is_never_posted_twice(deps: Deps, planned: Occurrence) -> None:
    deliver(deps, rituals_posts.agenda(planned, CHANNEL), "5.0")

    with pytest.raises(NothingToSay):
        delivery.content(deps, rituals_posts.opening(planned, CHANNEL))


def test_the_run_and_the_minutes_are_in_the_agendas_thread(deps: Deps, planned: Occurrence) -> None:
    deliver(deps, rituals_posts.agenda(planned, CHANNEL), "5.0")
    started = rituals_run.start(deps, WHICH, LEA, key="s")
    deliver(deps, rituals_posts.run(started, CHANNEL), "6.0")

    minutes = delivery.content(deps, rituals_posts.minutes(started, CHANNEL))
    rewritten = delivery.content(deps, rituals_posts.run_update(started, CHANNEL, "x"))

    assert (minutes.thread_ts, minutes.ts) == ("5.0", None)
    assert (rewritten.thread_ts, rewritten.ts) == (None, "6.0")


def test_without_an_agenda_the_run_stands_on_its_own(deps: Deps, planned: Occurrence) -> None:
    started = rituals_run.start(deps, WHICH, LEA, key="s")

    run = delivery.content(deps, rituals_posts.run(started, CHANNEL))

    assert (run.channel, run.thread_ts) == (CHANNEL, None)
    with pytest.raises(NothingToSay):
        delivery.content(deps, rituals_posts.agenda_update(started, CHANNEL, "x"))


def test_what_a_channel_that_is_gone_refuses_is_said_where_arbitrations_are(
    deps: Deps, planned: Occurrence
) -> None:
    agenda = rituals_posts.agenda(planned, ROOM)

    delivery.give_up(deps, claimed(agenda), error="is_archived")
    delivery.give_up(deps, claimed(replace(agenda, channel=CHANNEL, key="k")), error="is_archived")

    found = {}
    with deps.begin() as session:
        lease = (NOW, NOW + timedelta(seconds=60))
        while claim := outbox.claim(session, WORKSPACE, now=deps.now(), lease=lease):
            outbox.mark_sent(session, WORKSPACE, claim.id, at=NOW, place=("C", "1.0"))
            found[claim.post.key] = claim.post
    again = [post for post in found.values() if post.kind is PostKind.AGENDA]
    assert [(post.channel, post.key) for post in again] == [(CHANNEL, f"{agenda.key}:again")]
    assert found[f"alert:undelivered:{agenda.key}:{LEA}"].detail("what") == "undelivered_ritual"


def test_a_reminder_is_dropped_when_somebody_else_facilitates(
    deps: Deps, planned: Occurrence
) -> None:
    until = planned.starts_at
    for_lea = rituals_posts.reminder(planned, "start", LEA, until=until)
    assert delivery.content(deps, for_lea).agenda

    rituals_arrange.hand_over(deps, WHICH, LEA, INES, is_swap=False, key="h")

    with pytest.raises(NothingToSay):
        delivery.content(deps, for_lea)
    assert delivery.content(deps, replace(for_lea, person=INES)).agenda


@pytest.mark.parametrize("what", ["prepare", "start", "close"])
def test_no_reminder_of_what_is_cancelled(deps: Deps, planned: Occurrence, what: str) -> None:
    reminder = rituals_posts.reminder(planned, what, LEA, until=planned.ends_at)

    rituals_arrange.cancel(deps, WHICH, KARIM, "Séminaire", key="c")

    with pytest.raises(NothingToSay):
        delivery.content(deps, reminder)


def test_a_ritual_that_left_the_charter_says_nothing(deps: Deps, planned: Occurrence) -> None:
    without = replace(deps, charter=replace(deps.charter, rituals=deps.charter.rituals[1:]))

    with pytest.raises(NothingToSay):
        delivery.content(without, rituals_posts.agenda(planned, CHANNEL))


def test_a_save_of_what_somebody_else_saved_is_refused(deps: Deps, planned: Occurrence) -> None:
    from bot.db.errors import StaleRequest  # noqa: PLC0415

    with deps.begin() as session:
        saved = rows.save(session, WORKSPACE, planned.hand_to(INES))
    with pytest.raises(StaleRequest), deps.begin() as session:
        rows.save(session, WORKSPACE, planned.hand_to(KARIM))
    with deps.begin() as session:
        rows.save(session, WORKSPACE, saved.hand_to(KARIM))
    with pytest.raises(StaleRequest), deps.begin() as session:
        rows.save(session, WORKSPACE, saved.hand_to(LEA))

    with deps.read() as session:
        kept = rows.get(session, WORKSPACE, SYNC, WHICH.slot)
    assert kept
    assert (kept.stand_in, kept.version) == (KARIM, 2)
