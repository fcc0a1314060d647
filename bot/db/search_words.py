"""The words that requests are found by: kept beside them, and asked of both databases."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import ColumnElement, Connection, Insert, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.journal_tables import request_words
from bot.domain.journal import words_of
from bot.domain.request import Request

Asked = tuple[tuple[str, ...], ...]
"""The words asked, each with what may begin it, then its singulars."""

SPACE: ColumnElement[str] = literal_column("' '")  # as the index has it, not a parameter


def keep(session: Connection, request: Request, *, before: Request | None = None) -> None:
    """Keep the words that `request` is found by, unless they are those that it had `before`."""
    words = words_of(request)
    if before is not None and words == words_of(before):
        return
    row = {"workspace_id": request.workspace, "request_id": request.id}
    session.execute(_keep(session.dialect.name), row | {"words": words})


@cache
def _keep(dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(request_words)
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "request_id"],
        set_={"words": statement.excluded.words},
        where=request_words.c.words != statement.excluded.words,
    )


def spelled(beginnings: tuple[str, ...]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that answer a word: a word begins with it, or is its singular."""
    words = SPACE + request_words.c.words + SPACE
    whole, *singular = beginnings
    yield words.contains(f" {whole}", autoescape=True)
    yield from (words.contains(f" {word} ", autoescape=True) for word in singular)


def fts_query(asked: Asked) -> str:
    """Return what SQLite's full-text index matches for all the words."""

    def one(beginnings: tuple[str, ...]) -> str:
        whole, *singular = beginnings
        return "(" + " OR ".join([f'"{whole}" *', *(f'"{word}"' for word in singular)]) + ")"

    return " AND ".join(one(beginnings) for beginnings in asked)


def tsquery(asked: Asked) -> str:
    """Return what PostgreSQL's full-text search matches for all the words."""

    def one(beginnings: tuple[str, ...]) -> str:
        whole, *singular = beginnings
        return "(" + " | ".join([f"'{whole}':*", *(f"'{word}'" for word in singular)]) + ")"

    return " & ".join(one(beginnings) for beginnings in asked)
