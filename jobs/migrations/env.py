"""Alembic's entry point, inside the transaction of `jobs.migrations.upgrade`."""

from alembic import context

from jobs.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
