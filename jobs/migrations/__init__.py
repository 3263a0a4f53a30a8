"""The migrations. `jobs.migrations.upgrade` runs them; a released one is never changed.

To add one, write `versions/0013_what_it_does.py` with `revision = "0013"`, `down_revision = "0012"` and an `upgrade()`, then change HEAD.
There is no downgrade; restore a backup instead.
"""

HEAD = "0012"
"""The newest migration, so that a start need not load Alembic; a test checks it. Numbers sort: a database that is ahead of the code is not
behind it."""
