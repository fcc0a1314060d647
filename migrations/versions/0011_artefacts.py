"""Keep what is said of the shared artefacts, and the verdict of each decision."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Verdicts stay empty until decisions are counted anew, at the next start."""
    op.add_column("decisions", sa.Column("verdict", sa.String(length=16), nullable=True))
    op.create_table(
        "artefact_updates",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("artefact", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("is_confirmation", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "artefact", "seq", name=op.f("pk_artefact_updates")
        ),
        sa.UniqueConstraint(
            "workspace_id", "source_key", name=op.f("uq_artefact_updates_workspace_id_source_key")
        ),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("artefact_updates")
    op.drop_column("decisions", "verdict")
