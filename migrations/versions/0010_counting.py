"""Count what was owed or converted from indexes alone; walk through one's own requests."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OWED_NAME = "ix_decisions_workspace_id_decisions_owed_on"
OWED = ["workspace_id", "owed_on", "channel", "delivered_on", "squads", "request_id"]
CONVERTED = ["workspace_id", "converted_at", "request_id"]
OWN = ["workspace_id", "requester", "number"]


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_decisions_owed", "decisions", OWED)
    op.drop_index(op.f(OWED_NAME), table_name="decisions")
    op.create_index("ix_bypasses_converted", "bypasses", CONVERTED)
    op.create_index("ix_requests_own", "requests", OWN)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_requests_own", table_name="requests")
    op.drop_index("ix_bypasses_converted", table_name="bypasses")
    op.create_index(op.f(OWED_NAME), "decisions", ["workspace_id", "owed_on"])
    op.drop_index("ix_decisions_owed", table_name="decisions")
