"""Frozen domain data to JSON text and back.

A field added with a default loads from older rows; one taken away is ignored.
"""

from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter

from bot.domain.content import Draft
from bot.domain.events import Event
from bot.domain.ids import PersonId
from bot.domain.posts import Post
from bot.domain.request import Request


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
def _people() -> TypeAdapter[tuple[PersonId, ...]]:
    return TypeAdapter(tuple[PersonId, ...])


def dump_request(request: Request) -> str:
    """Return the whole request but its unsaved events."""
    return _requests().dump_json(replace(request, pending=())).decode()


def load_request(body: str, *, version: int) -> Request:
    """Return the request of a row; the row's version is the one that counts."""
    return replace(_requests().validate_json(body), version=version)


def dump_event(event: Event) -> str:
    """Return one event, always as the same text: it is hashed."""
    return _events().dump_json(event).decode()


def load_event(body: str) -> Event:
    """Return the event of a row."""
    return _events().validate_json(body)


def dump_post(post: Post) -> str:
    """Return one post."""
    return _posts().dump_json(post).decode()


def load_post(body: str) -> Post:
    """Return the post of a row."""
    return _posts().validate_json(body)


def dump_draft(draft: Draft) -> str:
    """Return one draft."""
    return _drafts().dump_json(draft).decode()


def load_draft(body: str) -> Draft:
    """Return the draft of a row."""
    return _drafts().validate_json(body)


def dump_people(people: tuple[PersonId, ...]) -> str:
    """Return people's ids."""
    return _people().dump_json(people).decode()


def load_people(body: str) -> tuple[PersonId, ...]:
    """Return the people of a row."""
    return _people().validate_json(body)
