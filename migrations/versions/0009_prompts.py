"""Remember which messages have buttons, and whose turn each occurrence of a ritual was."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Messages sent before are left as they are; turns are kept from the next one on."""
    op.create_table(
        "prompts",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=160), nullable=True),
        sa.PrimaryKeyConstraint(
            "workspace_id", "about", "post_id", "part", name=op.f("pk_prompts")
        ),
    )
    op.create_table(
        "turns",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("ritual", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "ritual", "slot", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("turns")
    op.drop_table("prompts")
