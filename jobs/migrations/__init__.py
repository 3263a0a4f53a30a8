"""The database migrations, in order. `jobs.migrations.upgrade` runs them; a released migration is never changed.

To add one, write `versions/0004_what_it_does.py` with `revision = "0004"`, `down_revision = "0003"` and an `upgrade()`, then change HEAD.
There is no downgrade; restore a backup instead.
"""

HEAD = "0003"
"""The newest migration. It is repeated here so that a start need not load Alembic to find nothing to do; a test checks it.
Numbers sort, so a database that is ahead of the code (after a release was rolled back) is not behind it."""
