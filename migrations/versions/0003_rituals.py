"""Keep the occurrences of rituals, and where they stand in Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "occurrences",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("ritual", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("stand_in", sa.String(length=32), nullable=True),
        sa.Column("moved_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "ritual", "slot", name=op.f("pk_occurrences")),
    )
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_occurrences_workspace_id_occurrences_stage"),
            ["workspace_id", "stage"],
            unique=False,
        )

    op.create_table(
        "ritual_messages",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("ritual", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "ritual", "slot", "kind", name=op.f("pk_ritual_messages")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("ritual_messages")
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrences_workspace_id_occurrences_stage"))

    op.drop_table("occurrences")
