"""The table of prompts: which messages have buttons that act on what."""

from sqlalchemy import Column, Integer, String, Table

from bot.db.tables import metadata

__all__ = ["metadata", "prompts"]

prompts = Table(
    "prompts",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    # What the buttons act on: `request:<id>`, `draft:<id>`, `ritual:<id>:<slot>`,
    # `artefact:<which>`.
    Column("about", String(160), primary_key=True),
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("part", String(32), primary_key=True),
    Column("outcome", String(160)),
)
"""Sets of buttons of messages that are in Slack; the outbox says where. `outcome` is NULL while
they are of use, then what ended that: the number of an event of the request, or a word."""
