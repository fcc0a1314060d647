"""Leading SQLite to the right index: it knows nothing of how many rows a condition keeps."""

from typing import TypeVar

from sqlalchemy import ColumnElement, Connection
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

T = TypeVar("T")


def any_index(session: Connection, column: ColumnElement[T]) -> ColumnElement[T]:
    """Return `column`, to group or to order by: SQLite chooses its index by the conditions alone.

    Else it walks through all in that order, to sort the few that are wanted.
    """
    if session.dialect.name == "postgresql":
        return column
    return UnaryExpression(column, operator=operators.custom_op("+"), type_=column.type)
