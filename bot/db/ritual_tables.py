"""The tables of rituals: the occurrences that somebody touched, and their messages."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from bot.db.tables import UtcDateTime, metadata

occurrences = Table(
    "occurrences",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("ritual", String(64), primary_key=True),
    Column("slot", Date, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("stand_in", String(32)),
    Column("moved_to", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("items", Integer, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "workspace_id", "stage"),
)
"""Occurrences of rituals that somebody touched: moved, handed over, frozen, run, closed. The rule
gives the others. `slot` is the date of the rule, whatever was moved."""

ritual_messages = Table(
    "ritual_messages",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("ritual", String(64), primary_key=True),
    Column("slot", Date, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
)
"""Where the `agenda` of an occurrence stands in Slack, and the message it is `run` from."""

turns = Table(
    "turns",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("ritual", String(64), primary_key=True),
    Column("slot", Date, primary_key=True),
    Column("person_id", String(32)),
)
"""Whose turn each occurrence was, from its announcement on: who ran it, once somebody did. NULL:
it was nobody's. What is kept here no later absence changes."""
