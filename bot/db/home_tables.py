"""The table of App Homes."""

from sqlalchemy import Column, String, Table

from bot.db.tables import UtcDateTime, metadata

__all__ = ["homes", "metadata"]

homes = Table(
    "homes",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", String(32), primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
)
"""Who has the first tab of their App Home before them; a row goes when they leave it, or after an
hour."""
