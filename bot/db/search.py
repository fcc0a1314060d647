"""The journal's search: full text, filters and pages, the same on both databases.

A page is found in two steps: the numbers of its requests, from indexes alone, then their lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.dialects import postgresql

from bot.db import counters
from bot.db.decisions import has_squad
from bot.db.journal_tables import request_words
from bot.db.lists import DECIDER, lines, read_lines
from bot.db.search_words import SPACE, Asked, fts_query, spelled, tsquery
from bot.db.tables import request_people, requests
from bot.domain.ids import ChannelId, PersonId, WorkspaceId
from bot.domain.journal import PAGE, Page, Query, Reader, asked_words

RECENT = 2000
"""Words that fill a page among so many requests are looked for by number, others by the index."""

FEW = 5000
"""Who has a part in no more requests is looked for among them, somebody busier by number."""

_FTS = table("search_fts", column("rowid"), column("search_fts"))
_VECTOR = func.array_to_tsvector(func.string_to_array(request_words.c.words, SPACE))
_OF_REQUEST = and_(
    request_words.c.workspace_id == requests.c.workspace_id,
    request_words.c.request_id == requests.c.id,
)

# Built once: building a statement costs more than running it.
_NEXT_CHANNEL = select(func.min(requests.c.channel)).where(
    requests.c.workspace_id == bindparam("in_workspace"), requests.c.channel > bindparam("after")
)
_PARTS = select(request_people.c.request_id).where(
    request_people.c.workspace_id == bindparam("in_workspace"),
    request_people.c.person_id == bindparam("of_person"),
)
_AS_DECIDER = _PARTS.where(request_people.c.part == DECIDER)


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
    wanted = select(requests.c.number).where(requests.c.workspace_id == workspace)
    is_rising = query.above is not None
    if query.above is not None:
        wanted = wanted.where(requests.c.number > query.above)
    elif query.below is not None:
        wanted = wanted.where(requests.c.number < query.below)
    search = _Search(session, workspace, reader, query)
    numbers = {
        number
        for way in search.ways()
        for number in session.execute(_first(wanted, way, is_rising=is_rising)).scalars()
        if number is not None
    }
    nearest = sorted(numbers, reverse=not is_rising)
    chosen = lines(workspace).where(requests.c.number.in_(nearest[:PAGE]))
    found = read_lines(session, chosen.order_by(requests.c.number.desc())) if nearest else ()
    has_more = len(nearest) > PAGE
    if is_rising:
        return Page(lines=found, has_older=True, has_newer=has_more)
    return Page(lines=found, has_older=has_more, has_newer=query.below is not None)


@dataclass(frozen=True)
class _Way:
    """Conditions that requests meet together.

    `few` selects the only ones that may, each looked up then: their `request_id`, and their `place`
    in the order of numbers where that is read for nothing. Without it, all are walked through by
    number, up to the end of the page.
    """

    conditions: tuple[ColumnElement[bool], ...]
    few: Select[Any] | None = None


def _first(wanted: Select[int], way: _Way, *, is_rising: bool) -> Select[int]:
    """Return the select of the page's numbers that go this way, and one more."""
    narrowed = wanted.where(*way.conditions)
    order: ColumnElement[Any]
    if way.few is None:
        order = requests.c.number if is_rising else requests.c.number.desc()
    else:
        # One by one: left to choose, a database may walk through all rather than look few up.
        few = way.few.subquery()
        one = narrowed.where(requests.c.id == few.c.request_id).scalar_subquery()
        looked_up = select(one.label("number"), *few.c).subquery()
        number = looked_up.c.number
        if "place" in looked_up.c:
            narrowed = select(number).where(number.is_not(None))
            order = looked_up.c.place if is_rising else looked_up.c.place.desc()
        else:
            # What is not wanted has no number: left last, for asking it twice costs as much again.
            narrowed = select(number).distinct()
            order = (number if is_rising else number.desc()).nulls_last()
    return narrowed.order_by(order).limit(PAGE + 1)


@dataclass(frozen=True)
class _Search:
    """What is looked for, and what the database has to know before it looks."""

    session: Connection
    workspace: WorkspaceId
    reader: Reader
    query: Query

    def ways(self) -> Iterator[_Way]:
        """Yield the ways that lead to all that is looked for, some of it twice.

        One through each condition that lets the reader see: together they would use no index.
        """
        common, parts, words, few = [*_filters(self.query)], [], None, None
        asked = asked_words(self.query.words)
        is_streamed = self.session.dialect.name == "sqlite" and not common
        if asked and not is_streamed and self._are_frequent(asked):
            words = self._has(asked)
        elif asked:
            few = self._indexed(asked)
        if self.query.decider is not None:
            parts.append(self._decides(self.query.decider))
            few = few if few is not None else self._few_of(self.query.decider, _AS_DECIDER)
        if few is not None:
            yield _Way((*common, *_in_turn(words, *parts, self._is_seen())), few)
            return
        common += _in_turn(words, *parts)
        if self.reader.channels:
            yield _Way((*common, self._is_there()))
        if not self.reader.channels.issuperset(channels(self.session, self.workspace)):
            yield _Way((*common, requests.c.requester == self.reader.person))
            own = self._few_of(self.reader.person, _PARTS)
            if own is not None:
                yield _Way(tuple(common), own)
            else:
                theirs = _in_turn(words, *parts, self._has_part())
                yield _Way((*_filters(self.query), *theirs))

    def _is_seen(self) -> ColumnElement[bool]:
        is_theirs = requests.c.requester == self.reader.person
        return or_(self._is_there(), is_theirs, self._has_part())

    def _is_there(self) -> ColumnElement[bool]:
        return requests.c.channel.in_(sorted(self.reader.channels))

    def _has_part(self) -> ColumnElement[bool]:
        return self._is_of(self.reader.person)

    def _decides(self, person: PersonId) -> ColumnElement[bool]:
        return self._is_of(person, request_people.c.part == DECIDER)

    def _is_of(self, person: PersonId, *more: ColumnElement[bool]) -> ColumnElement[bool]:
        its = select(request_people.c.part).where(
            request_people.c.workspace_id == self.workspace,
            request_people.c.request_id == requests.c.id,
            request_people.c.person_id == person,
            *more,
        )
        # Looked up row by row where words are: PostgreSQL would gather all that is theirs first.
        return (its.offset(0) if self.query.words else its).exists()

    def _few_of(self, person: PersonId, parts: Select[str]) -> Select[str] | None:
        """Return what selects the requests of such parts of `person`, None when they are many."""
        given = {"in_workspace": self.workspace, "of_person": person}
        count = select(func.count()).select_from(parts.limit(FEW + 1).subquery())
        if self.session.execute(count, given).scalar_one() > FEW:
            return None
        return parts.params(given)

    # Words

    def _are_frequent(self, asked: Asked) -> bool:
        """Tell whether the words fill a page among the requests where the page would start."""
        columns = requests.c
        bounds = self._around()
        near = select(columns.number).where(
            columns.workspace_id == self.workspace, columns.number.between(*bounds)
        )
        found = near.where(self._has(asked)).order_by(columns.number.desc()).limit(PAGE + 1)
        return len(self.session.execute(found).all()) > PAGE

    def _around(self) -> tuple[int, int]:
        if self.query.above is not None:
            return self.query.above + 1, self.query.above + RECENT
        below = self.query.below
        if below is None:
            below = counters.last(self.session, self.workspace, counters.REQUESTS) + 1
        return below - RECENT, below - 1

    def _indexed(self, asked: Asked) -> Select[Any]:
        """Return what selects the requests that the index of words finds.

        Documents are numbered in the order of requests, and SQLite reads its index in that order.
        """
        if self.session.dialect.name == "postgresql":
            matching = _VECTOR.op("@@")(cast(tsquery(asked), postgresql.TSQUERY))
            its = request_words.c.workspace_id == self.workspace
            return select(request_words.c.request_id).where(its, matching)
        document = select(request_words.c.request_id).where(
            request_words.c.doc == _FTS.c.rowid, request_words.c.workspace_id == self.workspace
        )
        found = document.scalar_subquery().label("request_id")
        matching = _FTS.c.search_fts.op("MATCH")(fts_query(asked))
        place = _FTS.c.rowid.label("place")
        return select(found, place).select_from(_FTS).where(matching, *self._places())

    def _places(self) -> Iterator[ColumnElement[bool]]:
        """Yield where in the index the page is."""
        if self.query.above is not None:
            yield _FTS.c.rowid > self._place_of(self.query.above)
        elif self.query.below is not None:
            yield _FTS.c.rowid < self._place_of(self.query.below)

    def _place_of(self, number: int) -> int:
        found = select(request_words.c.doc).join(requests, _OF_REQUEST)
        its = (requests.c.workspace_id == self.workspace, requests.c.number == number)
        return self.session.execute(found.where(*its)).scalar() or 0

    def _has(self, asked: Asked) -> ColumnElement[bool]:
        """Return the condition that a request has all the words, read request by request."""
        matching: ColumnElement[bool]
        if self.session.dialect.name == "postgresql":
            matching = _VECTOR.op("@@")(cast(tsquery(asked), postgresql.TSQUERY))
        else:
            matching = and_(*(or_(*spelled(beginnings)) for beginnings in asked))
        return select(matching).where(_OF_REQUEST).scalar_subquery().is_(other=True)


def _in_turn(
    words: ColumnElement[bool] | None, *parts: ColumnElement[bool]
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that all are met: words, which cost most, are read when parts are."""
    if words is None or not parts:
        return (*parts, *([] if words is None else [words]))
    return (case((and_(*parts), words), else_=false()),)


def _filters(query: Query) -> Iterator[ColumnElement[bool]]:
    columns = requests.c
    for its, value in (
        (columns.layer, query.layer),
        (columns.status, query.status),
        (columns.impact, query.impact),
    ):
        if value is not None:
            yield its == value
    if query.squad is not None:
        yield has_squad(query.squad, columns, columns.id)
    if query.since is not None:
        yield or_(columns.submitted_at >= query.since, columns.decided_at >= query.since)
