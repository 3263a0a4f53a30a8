import pytest

from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import NOW


@pytest.fixture
def clock(sqlite_db: Database) -> Clock:
    sqlite_db.clock = Clock(NOW)
    return sqlite_db.clock


@pytest.fixture
def bot(sqlite_db: Database, clock: Clock) -> Database:
    """A database whose clock says Mon 9 Feb 2026, 09:00 ET."""
    return sqlite_db
