"""The tables of the journal: decisions as they are counted, words to search, digests sent."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.db.tables import UtcDateTime, metadata

decisions = Table(
    "decisions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("request_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("layer", String(32), nullable=False),
    Column("impact", String(64), nullable=False),
    Column("seats", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("elapsed_s", Integer, nullable=False),
    Column("elapsed_unpaused_s", Integer, nullable=False),
    Column("working_s", Integer, nullable=False),
    Column("working_unpaused_s", Integer, nullable=False),
    Column("is_referred", Boolean, nullable=False),
    Column("has_evidence", Boolean, nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("is_past_date", Boolean, nullable=False),
    Column("owner", String(32)),
    Column("due_on", Date),
    Column("reopened_after_s", Integer),
    Column("ended_at", UtcDateTime),
    Column("is_debt", Boolean),
    Column("effort_hundredths", Integer),
    Column("is_falsely_urgent", Boolean),
    Column("owed_on", Date),
    Column("delivered_on", Date),
    Column("squads", Text),
    Column("verdict", String(16)),
    ForeignKeyConstraint(["workspace_id", "request_id"], ["requests.workspace_id", "requests.id"]),
    Index(None, "workspace_id", "decided_at"),
    Index(None, "workspace_id", "due_on"),
    # What was owed is counted from the index alone: such rows are far apart.
    Index(
        "ix_decisions_owed",
        *("workspace_id", "owed_on", "channel", "delivered_on", "squads", "request_id"),
    ),
)
"""One row per decision ever made; all of it can be told again from the events. Those from
`is_debt` to `delivered_on`, and `verdict`, are NULL in rows of before, until counted anew."""

request_words = Table(
    "request_words",
    metadata,
    Column("doc", Integer, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("words", Text, nullable=False),
    ForeignKeyConstraint(["workspace_id", "request_id"], ["requests.workspace_id", "requests.id"]),
    UniqueConstraint("workspace_id", "request_id"),
)
"""The words of each request, folded. `doc` is what SQLite's full-text index knows it by."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", String(32), primary_key=True),
    Column("squads", Text, nullable=False),
)
"""Who gets a digest by direct message, and about which squads (a JSON list; empty: all)."""

digests = Table(
    "digests",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("target", String(64), primary_key=True),
    Column("period_start", UtcDateTime, primary_key=True),
    Column("period_end", UtcDateTime, nullable=False),
)
"""What each target (`channel:C…`, `person:U…`) was told of. One row per start: no overlap."""
