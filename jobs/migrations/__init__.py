"""The migrations. `jobs.migrations.upgrade` runs them; a released one is never changed.

To add one, write `versions/0027_what_it_does.py` with `revision = "0027"`, `down_revision = "0026"`, an `upgrade()` and a
`downgrade()`, then change HEAD. Up to 0012 there is no downgrade; restore a backup instead.
"""

HEAD = "0027"
"""The newest migration, so that a start need not load Alembic; a test checks it. Numbers sort: a database that is ahead of the code is not
behind it."""
