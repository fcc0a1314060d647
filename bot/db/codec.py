"""Frozen domain data to JSON text and back.

A field added with a default loads from older rows; one taken away is ignored.
"""

from dataclasses import replace
from functools import cache, lru_cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.db.errors import CorruptRow
from bot.domain.content import Draft
from bot.domain.events import Event
from bot.domain.ids import PersonId
from bot.domain.posts import Post
from bot.domain.request import Request
from bot.domain.rituals import Occurrence

Kept = TypeVar("Kept")

REQUESTS_KEPT, OCCURRENCES_KEPT = 256, 128
"""Five megabytes, when all of them are long."""


@cache
def _requests() -> TypeAdapter[Request]:
    return TypeAdapter(Request)


@cache
def _events() -> TypeAdapter[Event]:
    return TypeAdapter(Event)


@cache
def _posts() -> TypeAdapter[Post]:
    return TypeAdapter(Post)


@cache
def _drafts() -> TypeAdapter[Draft]:
    return TypeAdapter(Draft)


@cache
def _occurrences() -> TypeAdapter[Occurrence]:
    return TypeAdapter(Occurrence)


@cache
def _people() -> TypeAdapter[tuple[PersonId, ...]]:
    return TypeAdapter(tuple[PersonId, ...])


def _load(adapter: TypeAdapter[Kept], body: str) -> Kept:
    """Return what a row holds. Raises CorruptRow, which says where and never what."""
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        places = [".".join(map(str, found["loc"])) for found in error.errors(include_input=False)]
        # Not from `error`: its words quote the row, and the log must not.
        raise CorruptRow(", ".join(places)) from None


def dump_request(request: Request) -> str:
    """Return the whole request but its unsaved events."""
    return _requests().dump_json(replace(request, pending=())).decode()


def load_request(body: str, *, version: int) -> Request:
    """Return the request of a row; the row's version is the one that counts."""
    return replace(_load(_requests(), body), version=version)


@lru_cache(maxsize=REQUESTS_KEPT)
def recall_request(body: str, *, version: int) -> Request:
    """Return the same, kept a while by its text: for rows that are read again and again.

    It is frozen all through: whoever is given it can share it.
    """
    return load_request(body, version=version)


def dump_event(event: Event) -> str:
    """Return one event, always as the same text: it is hashed."""
    return _events().dump_json(event).decode()


def load_event(body: str) -> Event:
    """Return the event of a row."""
    return _load(_events(), body)


def dump_post(post: Post) -> str:
    """Return one post."""
    return _posts().dump_json(post).decode()


def load_post(body: str) -> Post:
    """Return the post of a row."""
    return _load(_posts(), body)


def dump_draft(draft: Draft) -> str:
    """Return one draft."""
    return _drafts().dump_json(draft).decode()


def load_draft(body: str) -> Draft:
    """Return the draft of a row."""
    return _load(_drafts(), body)


def dump_people(people: tuple[PersonId, ...]) -> str:
    """Return people's ids."""
    return _people().dump_json(people).decode()


def load_people(body: str) -> tuple[PersonId, ...]:
    """Return the people of a row."""
    return _load(_people(), body)


def dump_occurrence(occurrence: Occurrence) -> str:
    """Return one occurrence."""
    return _occurrences().dump_json(occurrence).decode()


def load_occurrence(body: str, *, version: int) -> Occurrence:
    """Return the occurrence of a row; the row's version is the one that counts."""
    return replace(_load(_occurrences(), body), version=version)


@lru_cache(maxsize=OCCURRENCES_KEPT)
def recall_occurrence(body: str, *, version: int) -> Occurrence:
    """Return the same, kept a while as requests are."""
    return load_occurrence(body, version=version)
