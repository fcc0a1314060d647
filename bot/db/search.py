"""The journal's search: full text, filters and pages, the same on both databases."""

from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.journal_tables import request_words
from bot.db.lists import DECIDER, Line, lines, read_lines
from bot.db.tables import request_people, request_squads, requests
from bot.domain.ids import ChannelId, WorkspaceId
from bot.domain.journal import PAGE, Page, Query, Reader, asked_words, words_of
from bot.domain.request import Request

_FTS = table("search_fts", column("rowid"), column("search_fts"))
_SPACE: ColumnElement[str] = literal_column("' '")  # as the index has it, not a parameter
_VECTOR = func.array_to_tsvector(func.string_to_array(request_words.c.words, _SPACE))
_OF_REQUEST = and_(
    request_words.c.workspace_id == requests.c.workspace_id,
    request_words.c.request_id == requests.c.id,
)

# Built once: building a statement costs more than running it.
_NEXT_CHANNEL = select(func.min(requests.c.channel)).where(
    requests.c.workspace_id == bindparam("in_workspace"), requests.c.channel > bindparam("after")
)


def channels(session: Connection, workspace: WorkspaceId) -> tuple[ChannelId, ...]:
    """Return the channels where requests were ever posted; a look-up each, however many rows."""
    found: list[ChannelId] = []
    after = ""
    while True:
        given = {"in_workspace": workspace, "after": after}
        after = session.execute(_NEXT_CHANNEL, given).scalar() or ""
        if not after:
            return tuple(found)
        found.append(ChannelId(after))


def page(session: Connection, workspace: WorkspaceId, reader: Reader, query: Query) -> Page:
    """Return the page that `query` asks for, of what `reader` may see.

    Words that only say « le, de, the » look for nothing and narrow nothing.
    """
    wanted = lines(workspace).where(_is_seen(reader), *_filters(query))
    rank: ColumnElement[int] = requests.c.number
    asked = asked_words(query.words)
    if asked:
        wanted, rank = _matching(session, wanted, asked)
    if query.above is not None:
        bound = _rank_of(session, workspace, rank, query.above)
        found = read_lines(session, wanted.where(rank > bound).order_by(rank).limit(PAGE + 1))
        newest_first = tuple(reversed(found[:PAGE]))
        return Page(lines=newest_first, has_older=True, has_newer=len(found) > PAGE)
    if query.below is not None:
        wanted = wanted.where(rank < _rank_of(session, workspace, rank, query.below))
    found = read_lines(session, wanted.order_by(rank.desc()).limit(PAGE + 1))
    return Page(lines=found[:PAGE], has_older=len(found) > PAGE, has_newer=query.below is not None)


def _rank_of(
    session: Connection, workspace: WorkspaceId, rank: ColumnElement[int], number: int
) -> int:
    """Return where the request `number` stands in the order of `rank`."""
    if rank is requests.c.number:
        return number
    found = select(request_words.c.doc).join(requests, _OF_REQUEST)
    wanted = found.where(requests.c.workspace_id == workspace, requests.c.number == number)
    return session.execute(wanted).scalar() or 0


def _is_seen(reader: Reader) -> ColumnElement[bool]:
    is_part = exists().where(
        request_people.c.workspace_id == requests.c.workspace_id,
        request_people.c.request_id == requests.c.id,
        request_people.c.person_id == reader.person,
    )
    return or_(
        requests.c.channel.in_(sorted(reader.channels)),
        requests.c.requester == reader.person,
        is_part,
    )


def _filters(query: Query) -> list[ColumnElement[bool]]:
    columns = requests.c
    wanted: list[ColumnElement[bool]] = []
    for its, value in (
        (columns.layer, query.layer),
        (columns.status, query.status),
        (columns.impact, query.impact),
    ):
        if value is not None:
            wanted.append(its == value)
    if query.squad is not None:
        wanted.append(_has_squad(query))
    if query.decider is not None:
        wanted.append(_has_decider(query))
    if query.since is not None:
        since = query.since
        wanted.append(or_(columns.submitted_at >= since, columns.decided_at >= since))
    return wanted


def _has_squad(query: Query) -> ColumnElement[bool]:
    return exists().where(
        request_squads.c.workspace_id == requests.c.workspace_id,
        request_squads.c.request_id == requests.c.id,
        request_squads.c.squad_id == query.squad,
    )


def _has_decider(query: Query) -> ColumnElement[bool]:
    return exists().where(
        request_people.c.workspace_id == requests.c.workspace_id,
        request_people.c.request_id == requests.c.id,
        request_people.c.person_id == query.decider,
        request_people.c.part == DECIDER,
    )


def _matching(
    session: Connection, wanted: Select[Line], asked: tuple[tuple[str, ...], ...]
) -> tuple[Select[Line], ColumnElement[int]]:
    """Narrow `wanted` to the requests with all the words asked; return it and what to order by.

    Documents are numbered in the order of requests. SQLite reads its index in that order, so it
    stops at the end of the page.
    """
    if session.dialect.name == "postgresql":
        found = cast(_tsquery(asked), postgresql.TSQUERY)
        joined = wanted.join(request_words, _OF_REQUEST).where(_VECTOR.op("@@")(found))
        return joined, requests.c.number
    documents = _FTS.join(request_words, request_words.c.doc == _FTS.c.rowid)
    joined = wanted.select_from(documents.join(requests, _OF_REQUEST))
    return joined.where(_FTS.c.search_fts.op("MATCH")(_fts_query(asked))), _FTS.c.rowid


def _fts_query(asked: tuple[tuple[str, ...], ...]) -> str:
    def one(beginnings: tuple[str, ...]) -> str:
        whole, *singular = beginnings
        return "(" + " OR ".join([f'"{whole}" *', *(f'"{word}"' for word in singular)]) + ")"

    return " AND ".join(one(beginnings) for beginnings in asked)


def _tsquery(asked: tuple[tuple[str, ...], ...]) -> str:
    def one(beginnings: tuple[str, ...]) -> str:
        whole, *singular = beginnings
        return "(" + " | ".join([f"'{whole}':*", *(f"'{word}'" for word in singular)]) + ")"

    return " & ".join(one(beginnings) for beginnings in asked)


def keep(session: Connection, request: Request) -> None:
    """Keep the words that `request` is found by, as they are now."""
    row = {"workspace_id": request.workspace, "request_id": request.id}
    session.execute(_keep(session.dialect.name), row | {"words": words_of(request)})


@cache
def _keep(dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(request_words)
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "request_id"],
        set_={"words": statement.excluded.words},
        where=request_words.c.words != statement.excluded.words,
    )
