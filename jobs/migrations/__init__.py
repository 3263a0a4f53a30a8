"""The migrations. `jobs.migrations.upgrade` runs them; a released one is never changed.

To add one, write `versions/NUMBER_what_it_does.py` with the next number as its `revision`, HEAD as its `down_revision`, an `upgrade()`
and a `downgrade()`, then change HEAD. Up to 0012 there is no downgrade; restore a backup instead.
"""

HEAD = "0028"
"""The newest migration, so that a start need not load Alembic; a test checks it. Numbers sort: a database that is ahead of the code is not
behind it."""
