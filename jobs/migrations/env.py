"""Alembic's entry point. The connection comes from `jobs.migrations.upgrade`, inside its transaction."""

from alembic import context

from jobs.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
