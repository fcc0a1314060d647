"""Keep decisions as they are counted, words to search, and who gets which digest."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "words, content='request_words', content_rowid='doc', detail='none',"
    " tokenize='unicode61', prefix='2 3 4 5')",
    "CREATE TRIGGER search_added AFTER INSERT ON request_words BEGIN"
    " INSERT INTO search_fts (rowid, words) VALUES (new.doc, new.words); END",
    "CREATE TRIGGER search_changed AFTER UPDATE OF words ON request_words BEGIN"
    " INSERT INTO search_fts (search_fts, rowid, words) VALUES ('delete', old.doc, old.words);"
    " INSERT INTO search_fts (rowid, words) VALUES (new.doc, new.words); END",
    "CREATE TRIGGER search_removed AFTER DELETE ON request_words BEGIN"
    " INSERT INTO search_fts (search_fts, rowid, words) VALUES ('delete', old.doc, old.words);"
    " END",
)
"""Words are folded before they come here, so both databases find the same."""

POSTGRESQL_SEARCH = (
    "CREATE INDEX search_words ON request_words"
    " USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)


def upgrade() -> None:
    """Apply."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("requests", sa.Column("channel", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_requests_standing", "requests", ["workspace_id", "layer", "impact", "status"]
    )
    op.create_index(
        op.f("ix_requests_workspace_id_requests_channel"), "requests", ["workspace_id", "channel"]
    )
    op.create_index(
        op.f("ix_requests_workspace_id_requests_submitted_at_requests_channel"),
        "requests",
        ["workspace_id", "submitted_at", "channel"],
    )
    op.create_index(
        "ix_requests_waiting",
        "requests",
        ["workspace_id", "status", "channel", "layer", "submitted_at", "due_at", "id"],
    )
    channel = "json_extract(body, '$.channel')" if is_sqlite else "CAST(body AS json)->>'channel'"
    op.execute(f"UPDATE requests SET channel = {channel}")  # noqa: S608  # one of two constants
    _create_decisions()
    _create_words()
    _create_digests()
    for statement in SQLITE_SEARCH if is_sqlite else POSTGRESQL_SEARCH:
        op.execute(statement)


def _of_request(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "request_id"],
        ["requests.workspace_id", "requests.id"],
        name=op.f(f"fk_{table}_workspace_id_request_id_requests"),
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("layer", sa.String(length=32), nullable=False),
        sa.Column("impact", sa.String(length=64), nullable=False),
        sa.Column("seats", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("elapsed_s", sa.Integer(), nullable=False),
        sa.Column("elapsed_unpaused_s", sa.Integer(), nullable=False),
        sa.Column("working_s", sa.Integer(), nullable=False),
        sa.Column("working_unpaused_s", sa.Integer(), nullable=False),
        sa.Column("is_referred", sa.Boolean(), nullable=False),
        sa.Column("has_evidence", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("is_past_date", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reopened_after_s", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _of_request("decisions"),
        sa.PrimaryKeyConstraint("workspace_id", "request_id", "seq", name=op.f("pk_decisions")),
    )
    for column in ("decided_at", "due_on"):
        op.create_index(
            op.f(f"ix_decisions_workspace_id_decisions_{column}"),
            "decisions",
            ["workspace_id", column],
        )


def _create_words() -> None:
    op.create_table(
        "request_words",
        sa.Column("doc", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _of_request("request_words"),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_request_words")),
        sa.UniqueConstraint(
            "workspace_id", "request_id", name=op.f("uq_request_words_workspace_id_request_id")
        ),
    )


def _create_digests() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("squads", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "digests",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "target", "period_start", name=op.f("pk_digests")),
    )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")
    for table in ("digests", "subscriptions", "request_words", "decisions"):
        op.drop_table(table)
    op.drop_index(
        op.f("ix_requests_workspace_id_requests_submitted_at_requests_channel"),
        table_name="requests",
    )
    op.drop_index("ix_requests_standing", table_name="requests")
    op.drop_index("ix_requests_waiting", table_name="requests")
    op.drop_index(op.f("ix_requests_workspace_id_requests_channel"), table_name="requests")
    op.drop_column("requests", "channel")
