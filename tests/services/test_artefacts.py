"""The shared artefacts on both databases: who may say what, once, and the one reminder."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db import artefacts as rows
from bot.db import outbox
from bot.db.artefact_tables import artefact_updates
from bot.domain.artefacts import Artefact, Body, Capacity, Update
from bot.domain.charter import Role, SeatKey, Verdict
from bot.domain.errors import (
    ArtefactMoved,
    ArtefactSettled,
    BadLink,
    NotAKeeper,
    NothingToConfirm,
)
from bot.domain.ids import PersonId
from bot.domain.metrics_facts import DEBT
from bot.domain.people import Notify
from bot.domain.posts import PostKind
from bot.i18n import LOCALES
from bot.services import artefacts, charters, decisions, delivery, digests, metrics
from bot.services.delivery import NothingToSay
from bot.services.deps import Deps
from bot.services.metrics import Scope
from bot.services.people import prefer
from bot.services.schedule import previews, upcoming
from bot.slack import ids
from bot.slack.printing import words_of
from bot.slack.rendering import render
from tests.builders import (
    CHANNEL,
    CHECKOUT,
    CLAIRE,
    EVERYBODY,
    HUGO,
    KARIM,
    NOW,
    FakeClock,
    some_terms,
    with_seat,
)
from tests.services.desk import Desk
from tests.services.outbox import filed
from tests.services.rituals.meetings import away, said
from tests.ticks import queue_artefact_reminders

CONSTRAINTS, CAPACITY, ROADMAP = Artefact.CONSTRAINTS, Artefact.CAPACITY, Artefact.ROADMAP
BODY = Body(
    words="Rester sur PostgreSQL & <une> région.",
    link="https://example.com/contraintes?a=1&b=2",
    capacity=(Capacity(squad=CHECKOUT, available_days=40.5, engaged_days=32),),
)
SCOPE = Scope(channels=frozenset({CHANNEL}))
LAPSES = datetime(2027, 1, 23, 23, tzinfo=UTC)
"""Midnight in Paris, two months after NOW; a Sunday."""


def log(deps: Deps) -> list[tuple[str, int, str, bool]]:
    """Every row of the history, in order."""
    table = artefact_updates.c
    with deps.read() as session:
        found = select(table.artefact, table.seq, table.person_id, table.is_confirmation)
        return [tuple(row) for row in session.execute(found.order_by(table.artefact, table.seq))]


def write(deps: Deps, by: PersonId = KARIM, *, key: str = "view:1", seen: int = 0) -> Update:
    return artefacts.update(deps, CONSTRAINTS, by, BODY, key=key, seen=seen)


def test_what_was_said_is_read_as_it_was(deps: Deps, clock: FakeClock) -> None:
    made = write(deps)
    clock.advance(days=3)
    again = artefacts.confirm(deps, CONSTRAINTS, KARIM, key="click:1", seen=1)

    page = artefacts.page(deps, CONSTRAINTS, None)

    assert page.history == (again, made)
    assert (made.body, made.role, made.at) == (BODY, Role.CTO, NOW)
    assert again == replace(made, seq=2, at=clock.at, is_confirmation=True)
    assert page.kept.last == again
    assert page.kept.stale_at == LAPSES + timedelta(days=3)
    before = artefacts.all_kept(deps, NOW + timedelta(days=1))[2]
    assert before.last == made


def test_twice_is_once_and_nothing_is_said_over_what_was_not_seen(deps: Deps) -> None:
    first = write(deps)
    assert write(deps) == first
    with pytest.raises(ArtefactMoved):
        write(deps, key="view:2", seen=0)
    confirmed = artefacts.confirm(deps, CONSTRAINTS, KARIM, key="click:1", seen=1)
    assert artefacts.confirm(deps, CONSTRAINTS, KARIM, key="click:1", seen=1) == confirmed
    with pytest.raises(ArtefactSettled) as caught:
        artefacts.confirm(deps, CONSTRAINTS, KARIM, key="click:2", seen=1)

    assert caught.value.values == {"by": KARIM}
    assert log(deps) == [("constraints", 1, KARIM, False), ("constraints", 2, KARIM, True)]


def test_sixteen_clicks_at_once_make_one_update(deps: Deps) -> None:
    write(deps)

    def click(number: int) -> bool:
        try:
            artefacts.confirm(deps, CONSTRAINTS, KARIM, key=f"click:{number}", seen=1)
        except (ArtefactSettled, ArtefactMoved):
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        done = list(threads.map(click, range(16)))

    assert sum(done) == 1
    assert len(log(deps)) == 2


def test_only_its_seat_says_that_an_artefact_is_current(deps: Deps) -> None:
    seated = with_seat(deps.charter, SeatKey(role=Role.CTO), KARIM, HUGO)
    refs = tuple(
        replace(s, refs=("karim@example.com", "hugo@example.com")) if s.key.role is Role.CTO else s
        for s in seated.seats
    )
    deps = replace(deps, charter=replace(seated, seats=refs))
    for person in set(EVERYBODY) - {KARIM, HUGO}:
        with pytest.raises(NotAKeeper) as caught:
            write(deps, person)
        assert caught.value.values == {"keepers": f"{KARIM},{HUGO}"}
        with pytest.raises(NotAKeeper):
            artefacts.confirm(deps, CONSTRAINTS, person, key="c", seen=0)

    assert write(deps, HUGO).role is Role.CTO
    assert len(log(deps)) == 1


def test_a_vacant_seat_leaves_its_artefacts_to_the_stewards(deps: Deps) -> None:
    seats = tuple(s for s in deps.charter.seats if s.key.role is not Role.CTO)
    deps = replace(deps, charter=replace(deps.charter, seats=seats))
    steward = deps.charter.stewards[0]

    with pytest.raises(NotAKeeper):
        write(deps, CLAIRE)

    assert write(deps, steward).role is Role.STEWARD


def test_a_refused_content_changes_nothing(deps: Deps) -> None:
    with pytest.raises(BadLink):
        artefacts.update(deps, CONSTRAINTS, KARIM, Body(link="ftp://x"), key="k", seen=0)
    with pytest.raises(NothingToConfirm):
        artefacts.confirm(deps, CAPACITY, KARIM, key="c", seen=0)

    assert log(deps) == []
    assert artefacts.confirm(deps, ROADMAP, CLAIRE, key="r", seen=0).body == Body()


def test_each_workspace_has_its_own(deps: Deps) -> None:
    write(deps)

    with deps.read() as session:
        other = rows.latest(session, "T0OTHER", NOW)  # type: ignore[arg-type]  # any other

    assert other == {}


# The reminder


def reminders(deps: Deps) -> list[tuple[str, str | None]]:
    queue_artefact_reminders(deps)
    return [(post.key, post.person) for post in said(deps)]


def test_a_lapse_is_told_once_in_working_hours_to_who_is_there(
    deps: Deps, clock: FakeClock
) -> None:
    write(deps)
    clock.at = LAPSES - timedelta(seconds=1)
    assert reminders(deps) == []
    clock.at = LAPSES  # the night from Saturday to Sunday
    assert reminders(deps) == []

    clock.at = datetime(2027, 1, 25, 8, tzinfo=UTC)
    with ThreadPoolExecutor(4) as replicas:
        queued = list(replicas.map(lambda _: queue_artefact_reminders(deps), range(4)))

    assert sum(queued) == 1
    assert reminders(deps) == [("artefact:constraints:1", KARIM)]
    clock.advance(days=90)
    assert reminders(deps) == []
    artefacts.confirm(deps, CONSTRAINTS, KARIM, key="c", seen=1)
    clock.advance(days=75)
    assert reminders(deps) == [("artefact:constraints:2", KARIM)]


def test_who_is_away_is_not_told_their_deputy_is(deps: Deps, clock: FakeClock) -> None:
    seats = tuple(
        replace(s, refs=("karim@example.com", "hugo@example.com")) if s.key.role is Role.CTO else s
        for s in deps.charter.seats
    )
    deps = replace(deps, charter=replace(deps.charter, seats=seats))
    write(deps)
    clock.at = datetime(2027, 1, 25, 8, tzinfo=UTC)
    away(deps, KARIM, clock.at, 7)
    away(deps, HUGO, clock.at, 2)
    assert reminders(deps) == []

    clock.advance(days=2)

    assert reminders(deps) == [("artefact:constraints:1", HUGO)]


def test_who_wants_one_message_a_day_is_told_in_the_morning(deps: Deps, clock: FakeClock) -> None:
    prefer(deps, KARIM, notify=Notify.DIGEST, locale=None)
    write(deps)

    (coming,) = [p for p in upcoming.next_posts(deps, days=80) if p.kind is PostKind.ARTEFACT]

    assert coming.due_at == datetime(2027, 1, 25, 8, tzinfo=UTC)


def test_an_artefact_nobody_ever_filled_in_is_asked_for_once_a_cycle_has_passed(
    deps: Deps, clock: FakeClock
) -> None:
    charters.put_in_force(deps, digest="d", text="t")
    write(deps)
    clock.at = datetime(2027, 1, 25, 8, tzinfo=UTC)

    told = dict(reminders(deps))

    assert told == {
        "artefact:impacts:0": CLAIRE,
        "artefact:capacity:0": KARIM,
        "artefact:constraints:1": KARIM,
        "artefact:roadmap:0": CLAIRE,
    }


def test_a_reminder_to_come_is_announced_with_its_words(deps: Deps, clock: FakeClock) -> None:
    charters.put_in_force(deps, digest="d", text="t")
    write(deps)
    listed = [p for p in upcoming.next_posts(deps, days=80) if p.kind is PostKind.ARTEFACT]
    told = {
        (post.key, locale): words_of(render(content))
        for post in listed
        for locale in LOCALES
        if (content := previews.content_of(deps, post, locale))
    }

    assert len(listed) == 4
    assert len(told) == 4 * len(LOCALES)
    assert upcoming.next_due(deps, NOW + timedelta(days=80)) is not None
    clock.at = listed[0].due_at
    queue_artefact_reminders(deps)
    queued = {post.key: post for post in said(deps)}
    assert queued.keys() == {post.key for post in listed}
    content = delivery.content(deps, queued["artefact:constraints:1"])
    assert (
        "À reconfirmer depuis le\u00a024\u00a0janv.\u00a0: *Contraintes techniques*."
        in words_of(render(content))
    )


def test_a_reminder_that_was_answered_before_it_went_says_nothing(
    deps: Deps, clock: FakeClock
) -> None:
    write(deps)
    clock.at = datetime(2027, 1, 25, 8, tzinfo=UTC)
    queue_artefact_reminders(deps)
    (post,) = said(deps)
    artefacts.confirm(deps, CONSTRAINTS, KARIM, key="c", seen=1)

    with pytest.raises(NothingToSay):
        render(delivery.content(deps, post))


def test_a_reminder_that_was_answered_loses_its_buttons(deps: Deps, clock: FakeClock) -> None:
    desk = Desk(deps)
    write(deps)
    clock.at = datetime(2027, 1, 25, 8, tzinfo=UTC)
    queue_artefact_reminders(deps)
    desk.deliver()
    ts = desk.last(PostKind.ARTEFACT)
    words, asked = desk.blocks[ts][0], desk.actions(ts)
    assert {name for name, _ in asked} == {
        ids.ARTEFACT_CONFIRM,
        ids.ARTEFACT_UPDATE,
        ids.ARTEFACT_READ,
    }

    artefacts.confirm(deps, CONSTRAINTS, KARIM, key="c", seen=1)
    artefacts.confirm(deps, CONSTRAINTS, KARIM, key="c", seen=1)
    desk.deliver()

    assert desk.actions(ts) == []
    assert "janv.." not in desk.words(ts)
    assert "Redit à jour le" in desk.words(ts)
    assert desk.blocks[ts][0] == words, "what it said stays"


def test_an_answer_given_while_its_reminder_is_on_its_way_takes_the_buttons_off(
    deps: Deps, clock: FakeClock
) -> None:
    desk = Desk(deps)
    write(deps)
    clock.at = datetime(2027, 1, 25, 8, tzinfo=UTC)
    queue_artefact_reminders(deps)
    claimed = delivery.claim(deps, NOW)
    assert claimed is not None
    shown = delivery.content(deps, claimed.post)

    with ThreadPoolExecutor(1) as others:
        with deps.begin() as session:
            # The sender keeps what the message asks; who answers meanwhile waits for that.
            outbox.hold_order(session, deps.workspace)
            answer = others.submit(artefacts.confirm, deps, CONSTRAINTS, KARIM, key="c", seen=1)
            is_waiting = not wait([answer], timeout=0.3).done
        answer.result()
    delivery.sent(deps, claimed, (CHANNEL, "1.0"), shown)
    desk.deliver()

    assert is_waiting
    assert desk.rewritten == ["1.0"]
    assert desk.actions("1.0") == []


# « Respiration technique »


def test_two_cycles_without_a_debt_accepted_are_told_where_numbers_are(
    deps: Deps, clock: FakeClock
) -> None:
    def is_told() -> tuple[bool, bool]:
        numbers = metrics.numbers(deps, SCOPE, metrics.latest(deps))
        return numbers.is_breathless, digests.preview(deps, ()).is_breathless

    assert is_told() == (False, False)  # nobody was there to decide
    charters.put_in_force(deps, digest="d", text="t")
    clock.at = datetime(2027, 3, 25, 9, tzinfo=UTC)
    assert is_told() == (True, True)

    refused = filed(deps, "view:1", question=DEBT)
    no = some_terms(verdict=Verdict.REFUSE, option=None)
    decisions.decide(deps, refused.id, KARIM, no, key="no")
    clock.advance(seconds=1)
    assert is_told() == (True, True)
    accepted = filed(deps, "view:2", question=DEBT)
    yes = some_terms(verdict=Verdict.ACCEPT)
    decisions.decide(deps, accepted.id, KARIM, yes, key="yes")
    clock.advance(seconds=1)

    assert is_told() == (False, False)
    clock.at = datetime(2027, 7, 26, 9, tzinfo=UTC)
    assert is_told() == (True, True)
