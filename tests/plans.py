"""What a database would do for a statement: asked of the database itself, never timed.

There is hardly a row: the plan is what would be done with a million.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot.db.engine import Database
from bot.db.outbox import SENT

LARGE = (
    *("requests", "events", "decisions", "messages", "outbox", "timers", "bypasses"),
    *("request_people", "request_squads", "request_words", "prompts", "occurrences", "received"),
)
"""The tables that grow with what is asked, for ever."""

Statement = tuple[str, Any]


@contextmanager
def asked_of(
    target: Engine | type[Engine], *, but: Engine | None = None
) -> Iterator[dict[str, Any]]:
    """Give the statements sent to a database while the block lasts, but inserted rows.

    Each once, with the values of the first time. `target` is one engine, or `Engine` for all `but`
    one.
    """
    found: dict[str, Any] = {}

    def keep(
        asking: Connection, _cur: object, sql: str, values: Any, _x: object, many: bool
    ) -> None:
        is_looked_at = sql.startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and not many
        if is_looked_at and asking.engine is not but:
            found.setdefault(sql, values)

    event.listen(target, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        event.remove(target, "before_cursor_execute", keep)


def plan(database: Database, statement: Statement) -> list[str]:
    """What the database would do for a statement, a line per step."""
    sql, values = statement
    with database.stream() as session:
        if database.is_sqlite:
            return [row[-1] for row in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        session.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [row[0] for row in session.exec_driver_sql(f"EXPLAIN {sql}", values)]


def read_whole(database: Database, statement: Statement) -> list[str]:
    """The steps that go through a whole large table, or a whole workspace's share of it.

    All that was ever sent is such a share too. Walking by number to the end of a page is none.
    """
    sql, values = statement
    steps = plan(database, statement)
    is_sorted = any("TEMP B-TREE FOR ORDER BY" in step for step in steps)
    is_paged = "LIMIT" in sql and not is_sorted
    large = "|".join(LARGE)
    shares = [r"\(workspace_id=\?\)"]
    if SENT in (values.values() if isinstance(values, dict) else values):
        shares.append(r"\(workspace_id=\? AND state=\?\)")
    return [
        step
        for step in steps
        if re.search(rf"(SCAN|Seq Scan on) ({large})\b", step)
        or (
            re.search(rf"SEARCH ({large}) .*({'|'.join(shares)})", step)
            and not (is_paged and "ix_requests_journal" in step)
        )
    ]
