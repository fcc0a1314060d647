"""The tables of bypasses: the ledger, what each channel is watched for, limits, answers."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from bot.db.tables import UtcDateTime, metadata

bypasses = Table(
    "bypasses",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("origin", String(16), nullable=False),
    Column("channel", String(32)),
    Column("thread", String(64)),
    Column("permalink", Text),
    Column("cues", Text, nullable=False),
    Column("week", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("nudged_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("dismissed_at", UtcDateTime),
    Column("converted_at", UtcDateTime),
    Column("request_id", String(64)),
    Index(None, "workspace_id", "at"),
    Index(None, "workspace_id", "thread"),
    Index(None, "workspace_id", "request_id"),
    Index("ix_bypasses_converted", "workspace_id", "converted_at", "request_id"),
)
"""The ledger. No author, no words: `cues` are names, in JSON. `converted_at` is set within 48 h,
`request_id` whenever it becomes a request."""

watched_channels = Table(
    "watched_channels",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)
"""The mode of each channel that a steward chose one for; the charter's holds for the others."""

nudge_limits = Table(
    "nudge_limits",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", String(32), primary_key=True),
    Column("nudged_at", UtcDateTime),
    Column("muted_at", UtcDateTime),
)
"""When somebody was nudged last, and whether they asked for no more. Says nothing of which."""

nudge_answers = Table(
    "nudge_answers",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("author", String(64), nullable=False),
    Column("is_request", Boolean, nullable=False),
    Column("signature", Text, nullable=False),
    Column("combination", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "workspace_id", "at"),
)
"""What people answered to nudges, to learn from. `author` and `signature` are keyed hashes."""
