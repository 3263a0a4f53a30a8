"""The migrations. `jobs.migrations.upgrade` runs them; a released one is never changed.

To add one, write `versions/0012_what_it_does.py` with `revision = "0012"`, `down_revision = "0011"` and an `upgrade()`, then change HEAD.
There is no downgrade; restore a backup instead.
"""

HEAD = "0011"
"""The newest migration, so that a start need not load Alembic; a test checks it. Numbers sort: a database that is ahead of the code is not
behind it."""
