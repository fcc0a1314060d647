"""Insert once: the natural key decides, never a look before."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, object]


def insert_once(session: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert those of `rows` whose keys are new; return how many were."""
    if not rows:
        return 0
    return session.execute(_once(table, session.dialect.name), parameters(rows)).rowcount


def parameters(rows: Sequence[Row]) -> dict[str, Any] | list[dict[str, Any]]:
    """Return what a statement is executed with: many rows are several messages, one is one."""
    return dict(rows[0]) if len(rows) == 1 else list(map(dict, rows))


def insert_selected_once(
    session: Connection, table: Table, names: Sequence[str], rows: Select[Any]
) -> None:
    """Insert those of the selected rows whose keys are new; `names` are their columns, in order."""
    dialect = session.dialect.name
    session.execute(_insert(table, dialect).from_select(names, rows).on_conflict_do_nothing())


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
