"""The table of what was said of the shared artefacts: rows are added, never changed."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from bot.db.tables import UtcDateTime, metadata

artefact_updates = Table(
    "artefact_updates",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("artefact", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("source_key", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", String(32), nullable=False),
    Column("role", String(32), nullable=False),
    Column("is_confirmation", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("workspace_id", "source_key"),
)
"""One row per update, `seq` from 1 for each artefact. `source_key` names the click or the form it
came from: twice is once. `body` is the content in JSON, whole in each row."""
