"""A look into the database is repeated only if something was written, or became due, since the last one."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.looks import if_written
from jobs.store import idempotency
from jobs.store.data_version import DataVersion
from jobs.store.database import Database
from tests.support.store import publish, subscribe


class Looks:
    """Counts the looks, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.count, self.failures = 0, failures

    async def __call__(self) -> None:
        self.count += 1
        if self.count <= self.failures:
            raise RuntimeError("the database is away")


async def test_a_look_is_skipped_until_this_or_another_process_writes(sqlite_db: Database) -> None:
    looks, other = Looks(), Database(sqlite_db.url.render_as_string())
    look = if_written(sqlite_db, looks)
    for number, writer in enumerate((sqlite_db, other), 1):
        await look()
        before = looks.count
        with other.read() as conn:
            assert not idempotency.is_recorded(conn, "key", other.now(conn), timedelta(days=1))
        await look()
        assert looks.count == before
        publish(writer, number)
    await look()
    assert looks.count == 3
    other.close()


async def test_every_look_is_made_on_a_server(db: Database) -> None:
    looks = Looks()
    look = if_written(db, looks)
    for _ in range(3):
        await look()
    assert looks.count == (1 if db.sqlite else 3)


async def test_a_look_that_failed_is_repeated(sqlite_db: Database) -> None:
    looks = Looks(failures=2)
    look = if_written(sqlite_db, looks)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await look()
    await look()
    await look()
    assert looks.count == 3


async def test_a_look_is_repeated_with_another_revision_and_when_something_is_due(sqlite_db: Database) -> None:
    looks, revision, due_at = Looks(), [1], [time.monotonic() + 1_000]
    look = if_written(sqlite_db, looks, lambda: revision[0], lambda: due_at[0])
    for count in (1, 1):
        await look()
        assert looks.count == count
    revision[0] = 2
    await look()
    assert looks.count == 2
    due_at[0] = time.monotonic()
    await look()
    await look()
    assert looks.count == 4


def test_a_file_that_cannot_be_read_has_no_version(tmp_path: Path) -> None:
    version = DataVersion(tmp_path / "missing.db")
    assert version.read() is None
    db = Database(f"sqlite:///{tmp_path / 'missing.db'}")
    with db.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE one (id INTEGER)")
    first = version.read()
    assert first is not None
    assert version.read() == first
    version.close()
    assert version.read() != first  # which the new connection could not compare
    version.close()
    db.close()


def test_a_lock_delays_no_version(sqlite_db: Database) -> None:
    subscribe(sqlite_db)
    before = sqlite_db.data_version()
    with sqlite_db.begin() as conn:
        idempotency.is_first_time(conn, "key", sqlite_db.now(conn), timedelta(0))
        assert sqlite_db.data_version() == before
    assert sqlite_db.data_version() != before
