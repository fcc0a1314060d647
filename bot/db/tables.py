"""The tables. Every one carries `workspace_id`; instants are aware UTC.

A request is one row: the columns that queries need, and `body`, the whole of it as JSON.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; a naive one is refused. SQLite gives naive ones back: made aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Convert to UTC. Raises ValueError for a naive instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _workspace() -> Column[str]:
    return Column("workspace_id", String(32), primary_key=True)


counters = Table(
    "counters",
    metadata,
    _workspace(),
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    _workspace(),
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("source_key", String(255), nullable=False),
    Column("status", String(32), nullable=False),
    Column("layer", String(32), nullable=False),
    Column("question", String(64), nullable=False),
    Column("impact", String(64), nullable=False),
    Column("requester", String(32), nullable=False),
    Column("channel", String(32)),
    Column("title", Text, nullable=False),
    # ` checkout onboarding `, empty for none; NULL: only `request_squads` says.
    Column("squads", Text),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("body", Text, nullable=False),
    UniqueConstraint("workspace_id", "number"),
    UniqueConstraint("workspace_id", "source_key"),
    Index(None, "workspace_id", "status", "due_at"),
    Index(None, "workspace_id", "requester", "status"),
    Index("ix_requests_own", "workspace_id", "requester", "number"),
    Index(None, "workspace_id", "channel"),
    Index("ix_requests_filed", "workspace_id", "submitted_at", "channel", "squads"),
    Index("ix_requests_standing", "workspace_id", "layer", "impact", "status"),
    # What waits is counted from the index alone: the rows are large and far apart.
    Index(
        "ix_requests_waiting",
        *("workspace_id", "status", "channel", "layer", "submitted_at", "due_at", "id", "squads"),
    ),
    # So are requests sought, newest first: every column they are narrowed by is here.
    Index(
        "ix_requests_journal",
        *("workspace_id", "number", "channel", "status", "layer", "impact", "squads"),
        *("submitted_at", "decided_at", "id"),
    ),
)

request_people = Table(
    "request_people",
    metadata,
    _workspace(),
    Column("request_id", String(64), primary_key=True),
    Column("person_id", String(32), primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("is_open", Boolean, nullable=False, server_default=true()),
    ForeignKeyConstraint(["workspace_id", "request_id"], ["requests.workspace_id", "requests.id"]),
    Index("ix_request_people_own", "workspace_id", "person_id", "request_id", "part"),
    Index(
        "ix_request_people_open",
        *("workspace_id", "person_id", "part", "request_id"),
        postgresql_where=text("is_open"),
        sqlite_where=text("is_open"),
    ),
)
"""Who has a part in a request: `decider`, `consulted` or `steward` now, or `usual`: a decider when
back from an absence. `is_open` is False once the request ended; the request itself decides."""

request_squads = Table(
    "request_squads",
    metadata,
    _workspace(),
    Column("request_id", String(64), primary_key=True),
    Column("squad_id", String(64), primary_key=True),
    ForeignKeyConstraint(["workspace_id", "request_id"], ["requests.workspace_id", "requests.id"]),
    Index(None, "workspace_id", "squad_id"),
)

events = Table(
    "events",
    metadata,
    _workspace(),
    Column("request_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),
    Column("request_digest", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    ForeignKeyConstraint(["workspace_id", "request_id"], ["requests.workspace_id", "requests.id"]),
    Index(None, "workspace_id", "at"),
)
"""Append-only. `hash` covers the event, the request as it stood after it (`request_digest`) and
`previous_hash`, so a change anywhere shows, to the decision itself too."""

outbox = Table(
    "outbox",
    metadata,
    _workspace(),
    # A number from the workspace's counter: a total order, the same on every database.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("lane", String(96), nullable=False),
    Column("group_key", String(160)),
    Column("request_id", String(64)),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("leased_until", UtcDateTime),
    Column("leased_by", String(64)),
    Column("sent_at", UtcDateTime),
    Column("channel", String(32)),
    Column("ts", String(32)),
    Column("error", String(255)),
    UniqueConstraint("workspace_id", "key"),
    Index(None, "workspace_id", "state", "lane", "id"),
    Index(None, "workspace_id", "request_id"),
)
"""Posts to send. `state`: waiting, sent, collapsed, too_late or dead. `error` is Slack's code."""

lanes = Table(
    "lanes",
    metadata,
    _workspace(),
    Column("lane", String(96), primary_key=True),
    Column("free_at", UtcDateTime, nullable=False),
)
"""When a lane may be posted to again: one message a second, or after Slack's Retry-After."""

messages = Table(
    "messages",
    metadata,
    _workspace(),
    Column("request_id", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Index(None, "workspace_id", "channel", "ts"),
)
"""Where a request's `card` and `panel` stand in Slack."""

drafts = Table(
    "drafts",
    metadata,
    _workspace(),
    Column("id", String(64), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Index(None, "workspace_id", "person_id", "saved_at"),
)

received = Table(
    "received",
    metadata,
    _workspace(),
    Column("key", String(255), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "workspace_id", "at"),
)
"""Keys of what Slack delivered already: `event:<event id>`, `action:<…>`."""

people = Table(
    "people",
    metadata,
    _workspace(),
    Column("id", String(32), primary_key=True),
    Column("name", String(255)),
    Column("locale", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("is_barred", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
"""What Slack says of people: the name they go by (NULL until it is asked), language, time zone, and
whether they may decide at all."""

refs = Table(
    "refs",
    metadata,
    _workspace(),
    Column("ref", String(255), primary_key=True),
    Column("people", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
)
"""Who the charter's e-mails and usergroups are, as Slack said last."""

absences = Table(
    "absences",
    metadata,
    _workspace(),
    Column("id", String(64), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("start", UtcDateTime, nullable=False),
    Column("end", UtcDateTime, nullable=False),
    Index(None, "workspace_id", "end"),
)

charters = Table(
    "charters",
    metadata,
    _workspace(),
    Column("version", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Each version of the charter file that was ever in force."""
