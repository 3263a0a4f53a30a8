"""While the disk is full, nothing is lost or sent twice, and the log stays short; then all goes on by itself."""

import resource
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.outcomes import Outcome
from jobs.schedule import FailureLog
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.delivery import no_sleep
from tests.support.store import channel, compose, publish, subscribe
from tests.support.stub_platform import Platform, take


@contextmanager
def full_disk(db: Database) -> Iterator[None]:
    """Let the database's files grow no further, which is how a process meets a full disk without one."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{db.url.database}-wal").stat().st_size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


async def deliver(db: Database, platform: Platform, failures: FailureLog) -> None:
    """Do what a tick does."""
    try:
        await deliver_due(db, {"playground": platform}, compose, chance=lambda: 0.0, sleep=no_sleep)
    except Exception as error:
        failures.failed("delivering", error)


async def test_post_whose_outcome_could_not_be_stored_is_found_and_not_sent_again(
    sqlite_db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_db.clock = clock = Clock()
    subscribe(sqlite_db)
    publish(sqlite_db, 1, 2)
    with ExitStack() as full:

        def take_and_fill(platform: Platform, to: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
            full.enter_context(full_disk(sqlite_db))
            return take(platform, to, content, post_id)

        platform, failures = Platform([take_and_fill]), FailureLog()
        await deliver(sqlite_db, platform, failures)
        assert "disk I/O error" in caplog.text, "the disk was not full"
    assert [record for record in caplog.records if record.name == "jobs.deliver" and record.exc_info] == []
    for _ in range(5):
        clock.pass_(minutes=1)
        await deliver(sqlite_db, platform, failures)
    assert platform.seen() == ["1", "2"]


async def test_full_disk_that_lasts_is_logged_once(sqlite_db: Database, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(sqlite_db, to=channel(name))
    publish(sqlite_db, 1)
    failures, platform = FailureLog(), Platform()
    with full_disk(sqlite_db):
        for _ in range(50):
            await deliver(sqlite_db, platform, failures)
    assert len(caplog.records) == 1
    assert platform.messages == []
    await deliver(sqlite_db, platform, failures)
    assert [platform.seen(name) for name in ("C1", "C2", "C3")] == [["1"]] * 3
