"""Keep beside each request what large records are narrowed by, in indexes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITING = ["workspace_id", "status", "channel", "layer", "submitted_at", "due_at", "id"]
FILED = ["workspace_id", "submitted_at", "channel"]
FILED_NAME = "ix_requests_workspace_id_requests_submitted_at_requests_channel"
JOURNAL = [
    *("workspace_id", "number", "channel", "status", "layer", "impact", "squads"),
    *("submitted_at", "decided_at", "id"),
]
PART_NAME = "ix_request_people_workspace_id_request_people_person_id_request_people_part"
PART = ["workspace_id", "person_id", "part"]
OWN = ["workspace_id", "person_id", "request_id", "part"]
OPEN = ["workspace_id", "person_id", "part", "request_id"]
SQUADS = """UPDATE requests SET squads = coalesce(' ' || (
  SELECT {0}(squad_id, ' ') FROM request_squads AS its
  WHERE its.workspace_id = requests.workspace_id AND its.request_id = requests.id) || ' ', '')"""
TOO_LONG = "UPDATE requests SET squads = NULL WHERE length(squads) > 1000"
OF_DECISIONS = """UPDATE decisions SET squads = (SELECT its.squads FROM requests AS its
  WHERE its.workspace_id = decisions.workspace_id AND its.id = decisions.request_id)"""
IS_OPEN = """UPDATE request_people SET is_open = {0} WHERE EXISTS (SELECT 1 FROM requests AS its
  WHERE its.workspace_id = request_people.workspace_id AND its.id = request_people.request_id
  AND its.status NOT IN ('open', 'on_agenda', 'awaiting_evidence'))"""


def upgrade() -> None:
    """Apply."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("requests", "decisions"):
        op.add_column(table, sa.Column("squads", sa.Text(), nullable=True))
    is_open = sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("request_people", is_open)
    op.execute(SQUADS.format("group_concat" if is_sqlite else "string_agg"))
    op.execute(TOO_LONG)
    op.execute(OF_DECISIONS)
    op.execute(IS_OPEN.format("0" if is_sqlite else "FALSE"))
    op.drop_index("ix_requests_waiting", table_name="requests")
    op.drop_index(op.f(FILED_NAME), table_name="requests")
    op.create_index("ix_requests_waiting", "requests", [*WAITING, "squads"])
    op.create_index("ix_requests_filed", "requests", [*FILED, "squads"])
    op.create_index("ix_requests_journal", "requests", JOURNAL)
    op.drop_index(op.f(PART_NAME), table_name="request_people")
    op.create_index("ix_request_people_own", "request_people", OWN)
    op.create_index(
        "ix_request_people_open",
        "request_people",
        OPEN,
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open"),
    )


def downgrade() -> None:
    """Take back."""
    for name in ("ix_request_people_open", "ix_request_people_own"):
        op.drop_index(name, table_name="request_people")
    op.create_index(op.f(PART_NAME), "request_people", PART)
    for name in ("ix_requests_journal", "ix_requests_filed", "ix_requests_waiting"):
        op.drop_index(name, table_name="requests")
    op.create_index(op.f(FILED_NAME), "requests", FILED)
    op.create_index("ix_requests_waiting", "requests", WAITING)
    op.drop_column("request_people", "is_open")
    for table in ("decisions", "requests"):
        op.drop_column(table, "squads")
