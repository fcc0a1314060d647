"""Timers and leases, on both databases: once for ever, one holder at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.db import clock_tables, leases, migrating, people, timers
from bot.db.engine import Database
from bot.db.leases import Lease
from bot.domain.ids import RequestId, WorkspaceId
from bot.domain.people import Notify, Person
from bot.domain.reminders import Timer, TimerKind, snoozed
from tests.builders import CLAIRE, HUGO, NOW, WORKSPACE

R1 = RequestId("r1")
HOUR = timedelta(hours=1)
ELSEWHERE = WorkspaceId("T0ELSEWHERE")


def a_timer(key: str = "decide:r1:1", **changes: object) -> Timer:
    timer = Timer(
        kind=TimerKind.DECIDE,
        key=key,
        due_at=NOW + HOUR,
        planned_at=NOW + HOUR,
        request=R1,
        person=CLAIRE,
        number=1,
    )
    return replace(timer, **changes)  # type: ignore[arg-type]


def due(
    database: Database, *, at: timedelta = HOUR, kind: TimerKind = TimerKind.DECIDE
) -> list[str]:
    with database.read() as session:
        return [timer.key for timer in timers.due(session, WORKSPACE, {kind}, NOW + at)]


def plan(database: Database, *wanted: Timer, at: timedelta = timedelta()) -> None:
    with database.begin() as session:
        timers.plan(session, WORKSPACE, R1, wanted, NOW + at)


def fire(database: Database, key: str, at: timedelta = HOUR) -> bool:
    with database.begin() as session:
        return timers.fire(session, WORKSPACE, key, NOW + at)


def test_what_is_due_is_told_soonest_first_by_kind_and_workspace(database: Database) -> None:
    with database.begin() as session:
        timers.add(session, WORKSPACE, (a_timer("b"), a_timer("a", due_at=NOW)))
        timers.add(session, WORKSPACE, (a_timer("c", kind=TimerKind.EVIDENCE),))
        timers.add(session, ELSEWHERE, (a_timer("d"),))

    assert due(database) == ["a", "b"]
    assert due(database, at=timedelta()) == ["a"]
    assert due(database, kind=TimerKind.EVIDENCE) == ["c"]


def test_a_key_fires_once_even_when_it_is_planned_again(database: Database) -> None:
    plan(database, a_timer())

    assert not fire(database, "decide:r1:1", timedelta())
    assert fire(database, "decide:r1:1")
    assert not fire(database, "decide:r1:1")
    plan(database, a_timer(due_at=NOW + 3 * HOUR), at=HOUR)

    assert due(database, at=9 * HOUR) == []


def test_of_many_that_fire_at_once_one_does(database: Database) -> None:
    plan(database, a_timer())

    with ThreadPoolExecutor(6) as threads:
        fired = list(threads.map(lambda _: fire(database, "decide:r1:1"), range(6)))

    assert sum(fired) == 1


def test_planning_moves_what_is_to_come_and_forgets_what_is_not(database: Database) -> None:
    plan(database, a_timer("a"), a_timer("b"))

    plan(database, a_timer("a", due_at=NOW + 2 * HOUR))

    assert due(database) == []
    assert due(database, at=2 * HOUR) == ["a"]


def test_planning_keeps_what_is_due_and_was_not_done_yet(database: Database) -> None:
    plan(database, a_timer())

    plan(database, a_timer(), at=2 * HOUR)

    assert due(database) == ["decide:r1:1"]


def test_a_reminder_of_the_past_is_not_planned_but_an_escalation_is(database: Database) -> None:
    escalation = a_timer("escalation:r1", kind=TimerKind.ESCALATION, person=None)

    plan(database, a_timer(), escalation, at=2 * HOUR)

    assert due(database, at=9 * HOUR) == []
    assert due(database, kind=TimerKind.ESCALATION) == ["escalation:r1"]


def test_planning_leaves_a_snoozed_reminder_alone(database: Database) -> None:
    timer = snoozed(a_timer(), NOW + 2 * HOUR)
    with database.begin() as session:
        timers.add(session, WORKSPACE, (timer,))

    plan(database)

    assert due(database, at=2 * HOUR) == [timer.key]


def test_putting_off_says_when_it_was_planned_only_when_late(database: Database) -> None:
    plan(database, a_timer("a"), a_timer("b"))
    later = NOW + 5 * HOUR
    with database.begin() as session:
        timers.put_off(session, WORKSPACE, a_timer("a"), later)
        timers.put_off(session, WORKSPACE, a_timer("b"), later, is_late=True, attempts=2)

    with database.read() as session:
        found = timers.due(session, WORKSPACE, {TimerKind.DECIDE}, later)

    assert [(t.due_at, t.planned_at, t.attempts) for t in found] == [
        (later, later, 0),
        (later, NOW + HOUR, 2),
    ]


def test_what_fired_is_neither_put_off_nor_dropped(database: Database) -> None:
    plan(database, a_timer())
    fire(database, "decide:r1:1")
    with database.begin() as session:
        timers.put_off(session, WORKSPACE, a_timer(), NOW + 5 * HOUR)
        timers.drop(session, WORKSPACE, "decide:r1:1")

        assert timers.get(session, WORKSPACE, "decide:r1:1")

    assert due(database, at=9 * HOUR) == []


def test_what_is_due_is_found_by_an_index(database: Database) -> None:
    ahead = NOW + timedelta(days=90)
    far = [a_timer(f"t{n}", due_at=ahead, request=RequestId(f"r{n}")) for n in range(3000)]
    select = (
        f"SELECT key FROM timers WHERE workspace_id = '{WORKSPACE}'"  # noqa: S608  # our own words
        " AND kind IN ('decide', 'assign') AND due_at <= '2026-11-24 09:00:00'"
    )
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.begin() as session:
        timers.add(session, WORKSPACE, far)
        session.execute(text("ANALYZE timers"))

    with database.read() as session:
        told = str(session.execute(text(f"{explain} {select}")).all())

    assert "ix_timers_workspace_id_timers_kind_timers_due_at" in told


def take(database: Database, holder: str, at: timedelta = timedelta()) -> bool:
    lease = Lease(holder=holder, now=NOW + at, until=NOW + at + HOUR)
    with database.begin() as session:
        return leases.take(session, WORKSPACE, leases.TICK, lease)


def test_a_lease_is_kept_by_its_holder_and_taken_over_when_it_ends(database: Database) -> None:
    assert take(database, "one")
    assert not take(database, "two")
    assert take(database, "one", HOUR / 2)
    assert not take(database, "two", HOUR)
    assert take(database, "two", HOUR * 1.5)
    assert not take(database, "one", HOUR * 1.5)


def test_a_look_at_a_lease_tells_who_has_it_and_nothing_of_one_to_take(database: Database) -> None:
    def foretold(holder: str, until: timedelta, at: timedelta = timedelta()) -> bool | None:
        wanted = Lease(holder=holder, now=NOW + at, until=NOW + until)
        with database.read() as session:
            return leases.foretold(session, WORKSPACE, leases.TICK, wanted)

    assert foretold("one", HOUR) is None
    take(database, "one")

    assert foretold("one", HOUR) is True
    assert foretold("one", HOUR * 1.1) is None
    assert foretold("two", HOUR) is False
    assert foretold("two", HOUR * 3, at=HOUR) is None


def test_a_lease_let_go_by_its_holder_is_taken_at_once(database: Database) -> None:
    assert take(database, "one")

    with database.begin() as session:
        leases.release(session, WORKSPACE, leases.TICK, "two")
    assert not take(database, "two")
    with database.begin() as session:
        leases.release(session, WORKSPACE, leases.TICK, "one")

    assert take(database, "two")


def test_of_many_that_ask_at_once_one_holds_the_lease(database: Database) -> None:
    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(lambda n: take(database, f"holder {n}"), range(6)))

    assert sum(taken) == 1


OLD_REQUEST = f"""
INSERT INTO requests (workspace_id, id, number, version, source_key, status, layer, question,
                      impact, requester, title, submitted_at, body)
VALUES ('{WORKSPACE}', :id, :n, 0, :id, :status, 'arbitration', 'first', 'retention', 'U', 'T',
        '2026-11-01 09:00:00', '{{}}')
"""  # noqa: S608  # our own words
"""A request as the first schema kept it."""


def test_an_upgrade_leaves_what_is_open_or_decided_to_plan(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0001")
    database = Database(empty_url)
    with database.begin() as session:
        for number, status in enumerate(("open", "withdrawn"), start=1):
            session.execute(text(OLD_REQUEST), {"id": f"r{number}", "n": number, "status": status})

    migrating.upgrade(empty_url)

    with database.read() as session:
        (found,) = timers.due(session, WORKSPACE, {TimerKind.PLAN}, NOW)
        database_rows = session.execute(clock_tables.timers.select()).all()
    database.close()
    assert found.request == R1
    assert len(database_rows) == 1


def test_what_somebody_prefers_outlives_what_slack_says(database: Database) -> None:
    person = Person(id=HUGO, locale="fr-FR", zone="Europe/Paris", is_barred=False, seen_at=NOW)
    with database.begin() as session:
        people.save(session, WORKSPACE, person)
        people.save_preference(session, WORKSPACE, HUGO, notify=Notify.MENTION, locale="en")
        people.save(session, WORKSPACE, person)

    with database.read() as session:
        found = people.get(session, WORKSPACE, HUGO)

    assert found
    assert (found.locale, found.notify) == ("en", Notify.MENTION)
