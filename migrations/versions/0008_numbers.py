"""Keep people's names, what more is counted of decisions, and the audit's polls."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTED = {
    "is_debt": sa.Boolean(),
    "effort_hundredths": sa.Integer(),
    "is_falsely_urgent": sa.Boolean(),
    "owed_on": sa.Date(),
    "delivered_on": sa.Date(),
}


def upgrade() -> None:
    """Apply. The new columns stay empty until decisions are counted anew, at the next start."""
    op.add_column("people", sa.Column("name", sa.String(length=255), nullable=True))
    for name, kind in COUNTED.items():
        op.add_column("decisions", sa.Column(name, kind, nullable=True))
    op.create_index(
        op.f("ix_decisions_workspace_id_decisions_owed_on"),
        "decisions",
        ["workspace_id", "owed_on"],
        unique=False,
    )
    _create_polls()


def _create_polls() -> None:
    op.create_table(
        "polls",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("totals", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_polls")),
    )
    op.create_index(
        op.f("ix_polls_workspace_id_polls_opened_at"),
        "polls",
        ["workspace_id", "opened_at"],
        unique=False,
    )
    op.create_table(
        "ballots",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("poll_id", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=16), nullable=False),
        sa.Column("ballot", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "poll_id", "question", "ballot", name=op.f("pk_ballots")
        ),
        # Rows are then kept in the order of their keys: nobody can tell which came first.
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("ballots")
    op.drop_table("polls")
    op.drop_index(op.f("ix_decisions_workspace_id_decisions_owed_on"), table_name="decisions")
    for name in reversed(COUNTED):
        op.drop_column("decisions", name)
    op.drop_column("people", "name")
