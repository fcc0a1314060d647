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
    ignored = _insert(table, dialect).on_conflict_do_nothing()
    return ignored.execution_options(preserve_rowcount=True)


def upsert(session: Connection, table: Table, row: Row) -> None:
    """Insert `row`, or replace the values of the row with its primary key."""
    session.execute(_over(table, session.dialect.name, tuple(row)), dict(row))


@cache
def _over(table: Table, dialect: str, names: tuple[str, ...]) -> Insert:
    statement = _insert(table, dialect)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
