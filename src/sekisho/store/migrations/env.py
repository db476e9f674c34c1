"""Run the migrations on the connection that `store.database` opened; there is no offline mode."""

from alembic import context

from sekisho.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
