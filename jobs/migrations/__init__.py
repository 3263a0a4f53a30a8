"""The database's migrations, in order. `jobs.migrations.upgrade` runs them; one is never changed once it was released.

A new one: `versions/0002_what_it_does.py` with `revision = "0002"`, `down_revision = "0001"` and an `upgrade()`; then HEAD below.
There is no way down: a backup is.
"""

HEAD = "0003"
"""The newest migration. Kept here so that a start need not load Alembic to see that nothing is to be done; a test holds it true.
Numbers sort, so a database that is ahead of the code (a release that was rolled back) isn't behind it."""
