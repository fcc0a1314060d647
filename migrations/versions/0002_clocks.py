"""Add what is due, who ticks, and how people want to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Every request that has something before it is planned by the first tick.
PLAN = """
INSERT INTO timers (workspace_id, key, kind, request_id, number, due_at, planned_at, is_snoozed,
                    attempts)
SELECT workspace_id, 'plan\\:' || id || '\\:0002', 'plan', id, 0, submitted_at, submitted_at,
       false, 0
FROM requests WHERE status IN ('open', 'awaiting_evidence', 'on_agenda', 'decided')
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "leases",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_leases")),
    )
    op.create_table(
        "preferences",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("notify", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "timers",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_snoozed", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_timers")),
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_timers_workspace_id_timers_kind_timers_due_at"),
            ["workspace_id", "kind", "due_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_timers_workspace_id_timers_request_id"),
            ["workspace_id", "request_id"],
            unique=False,
        )
    op.execute(PLAN)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timers_workspace_id_timers_request_id"))
        batch_op.drop_index(batch_op.f("ix_timers_workspace_id_timers_kind_timers_due_at"))

    op.drop_table("timers")
    op.drop_table("preferences")
    op.drop_table("leases")
