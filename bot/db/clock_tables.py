"""The tables of time: what is due, who ticks, how people want to be told."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from bot.db.tables import UtcDateTime, metadata

__all__ = ["leases", "metadata", "preferences", "timers"]

timers = Table(
    "timers",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("request_id", String(64)),
    Column("person_id", String(32)),
    Column("number", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("fired_at", UtcDateTime),
    Column("is_snoozed", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    # What is due is a short range of this index, whatever exists: `due_at` of the past is NULL.
    Index(None, "workspace_id", "kind", "due_at"),
    Index(None, "workspace_id", "request_id"),
)
"""What is to come. `due_at` is NULL once it fired: the row stays, so that its key never fires
again. `planned_at` is when it should be said: before `due_at` when it is late."""

leases = Table(
    "leases",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
"""Which replica does a job. `until` is of the machines' clock, which never jumps."""

preferences = Table(
    "preferences",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", String(32), primary_key=True),
    Column("notify", String(16), nullable=False),
    Column("locale", String(16)),
)
"""How people want to be reminded, and in which language; NULL for Slack's."""
