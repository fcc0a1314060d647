"""Alembic's entry: runs the scripts on the connection that `bot.db.migrating` opened."""

from alembic import context

from bot.db.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
    # The full-text indexes are of one database each: the scripts make them, not the metadata.
    include_name=lambda name, _type, _parents: not (name or "").startswith("search_"),
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
