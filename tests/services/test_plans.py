"""What people read often, and each tick, goes through indexes: asked of the databases themselves.

Nothing is timed, and there is hardly a row: the plan is what would be done with a million.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.db import rituals as ritual_rows
from bot.db.decisions import Scope
from bot.db.engine import Database
from bot.domain.charter import Layer
from bot.domain.ids import ChannelId, SquadId
from bot.domain.journal import PAGE, Query, Reader
from bot.domain.metrics import Period
from bot.services import digests, journal, metrics, reading
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from bot.services.rituals import coming
from bot.services.schedule.tick import tick
from tests.builders import CHANNEL, CHECKOUT, CLAIRE, HUGO, INES, KARIM, NOW, some_fields

LARGE = (
    *("requests", "events", "decisions", "messages", "outbox", "timers", "bypasses"),
    *("request_people", "request_squads", "request_words"),
)
"""The tables that grow with what is asked, for ever."""

MEMBER = Reader(person=INES, channels=frozenset({CHANNEL}))
OUTSIDER = Reader(person=KARIM, channels=frozenset[ChannelId]())
Statement = tuple[str, Any]


@contextmanager
def asked_of(database: Database) -> Iterator[list[Statement]]:
    """Give the statements sent to the database while the block lasts, but inserted rows."""
    found: list[Statement] = []

    def keep(_c: object, _cur: object, sql: str, values: Any, _x: object, is_many: bool) -> None:
        if sql.startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and not is_many:
            found.append((sql, values))

    event.listen(database.engine, "before_cursor_execute", keep)
    yield found
    event.remove(database.engine, "before_cursor_execute", keep)


def plan(database: Database, statement: Statement) -> list[str]:
    """What the database would do for a statement, a line per step."""
    sql, values = statement
    with database.read() as session:
        if database.is_sqlite:
            return [row[-1] for row in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        session.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [row[0] for row in session.exec_driver_sql(f"EXPLAIN {sql}", values)]


def read_whole(steps: list[str]) -> list[str]:
    """The steps that go through a whole large table, or a whole workspace's share of it.

    Walking by number is none: it stops at the end of the page.
    """
    is_sorted = any("TEMP B-TREE FOR ORDER BY" in step for step in steps)
    return [
        step
        for step in steps
        if re.search(rf"(SCAN|Seq Scan on) ({'|'.join(LARGE)})\b", step)
        or (
            re.search(rf"SEARCH ({'|'.join(LARGE)}) .*\(workspace_id=\?\)", step)
            and (is_sorted or "ix_requests_journal" not in step)
        )
    ]


def look_home(deps: Deps) -> None:
    reading.inbox(deps, CLAIRE)
    reading.mine(deps, HUGO)
    reading.unfinished(deps, CLAIRE)
    coming(deps, CLAIRE)


def look_for(reader: Reader, **asked: Any) -> Callable[[Deps], object]:
    return lambda deps: journal.page(deps, reader, Query(**asked))


def look_at_numbers(deps: Deps) -> None:
    scope = Scope(channels=frozenset({CHANNEL}))
    metrics.numbers(deps, scope, metrics.latest(deps))
    metrics.gauges(deps)


def look_at_digest(*squads: SquadId) -> Callable[[Deps], object]:
    scope = Scope(channels=frozenset({CHANNEL}), squads=squads)

    def look(deps: Deps) -> None:
        with deps.read() as session:
            digests.digest_of(session, deps, scope, Period(start=NOW - timedelta(days=7), end=NOW))

    return look


def look_at_agenda(deps: Deps) -> None:
    with deps.read() as session:
        ritual_rows.asked(session, deps.workspace)


def tick_once(deps: Deps) -> None:
    tick(deps, holder="test", machine_now=deps.now)


LOOKS: dict[str, Callable[[Deps], object]] = {
    "home": look_home,
    "journal": look_for(MEMBER),
    "older": look_for(MEMBER, below=100),
    "newer": look_for(MEMBER, above=100),
    "words": look_for(MEMBER, words="export panier"),
    "older words": look_for(MEMBER, words="export", below=100),
    "filters": look_for(MEMBER, squad=CHECKOUT, layer=Layer.STRATEGY, since=NOW),
    "a decider": look_for(MEMBER, decider=CLAIRE),
    "words and filters": look_for(MEMBER, words="export", squad=CHECKOUT, decider=CLAIRE),
    "outside": look_for(OUTSIDER),
    "outside, words": look_for(OUTSIDER, words="export"),
    "numbers": look_at_numbers,
    "digest": look_at_digest(),
    "digest of a squad": look_at_digest(CHECKOUT),
    "agenda": look_at_agenda,
    "tick": tick_once,
}


@pytest.mark.parametrize("name", LOOKS)
def test_nothing_large_is_read_whole(deps: Deps, name: str) -> None:
    with asked_of(deps.database) as asked:
        LOOKS[name](deps)

    found = {sql: read_whole(plan(deps.database, (sql, values))) for sql, values in asked}
    assert asked
    assert {sql: steps for sql, steps in found.items() if steps} == {}


@pytest.mark.parametrize("name", ["words", "words and filters", "outside, words"])
def test_frequent_words_are_looked_for_by_number(deps: Deps, name: str) -> None:
    fields = some_fields(title="L’export ou le panier ?")
    for number in range(PAGE + 1):
        file_request(deps, FileRequest(key=f"view:{number}", draft="", fields=fields, by=HUGO))

    test_nothing_large_is_read_whole(deps, name)


def test_a_table_without_its_index_is_seen_to_be_read_whole(deps: Deps) -> None:
    with deps.begin() as session:
        session.exec_driver_sql("DROP INDEX ix_timers_workspace_id_timers_kind_timers_due_at")
        session.exec_driver_sql("DROP INDEX ix_timers_workspace_id_timers_request_id")
        if not deps.database.is_sqlite:  # it would walk through the key's index rather
            session.exec_driver_sql("ALTER TABLE timers DROP CONSTRAINT pk_timers")

    with asked_of(deps.database) as asked:
        tick_once(deps)

    steps = [plan(deps.database, statement) for statement in asked if "timers" in statement[0]]
    assert any(map(read_whole, steps))
