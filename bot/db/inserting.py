"""Insert once: the natural key decides, never a look before."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, object]


def insert_once(session: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert those of `rows` whose keys are new; return how many were."""
    if not rows:
        return 0
    return session.execute(_once(table, session.dialect.name), list(rows)).rowcount


@cache
def _once(table: Table, dialect: str) -> Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def upsert(session: Connection, table: Table, row: Row) -> None:
    """Insert `row`, or replace the values of the row with its primary key."""
    make = postgresql.insert if session.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    statement = make(table)
    changed = {name: statement.excluded[name] for name in row if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), dict(row))
