"""The tables of the audit's polls: made so that no answer can be linked to a person."""

from sqlalchemy import Column, Index, String, Table, Text

from bot.db.tables import UtcDateTime, metadata

polls = Table(
    "polls",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("seal", String(64)),
    Column("channel", String(32)),
    Column("ts", String(32)),
    Column("totals", Text),
    Index(None, "workspace_id", "opened_at"),
)
"""`seal` is a hash of the poll's key, which is kept nowhere here: it is in the buttons of the
message, at `channel` and `ts`, while the poll is open. `totals` are in JSON, once it is closed."""

ballots = Table(
    "ballots",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("poll_id", String(64), primary_key=True),
    Column("question", String(16), primary_key=True),
    Column("ballot", String(64), primary_key=True),
    Column("answer", String(16), nullable=False),
    # Rows are then kept in the order of their keys: nobody can tell which came first.
    sqlite_with_rowid=False,
)
"""Answers of the poll that is open; each is deleted when it closes. `ballot` is a keyed hash that
differs from question to question, so that not even the answers of one person can be put together.
There is no time: it would tell who answered."""
