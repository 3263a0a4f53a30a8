"""A worker process that ends in the middle of a poll."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.poll import LEASE_SECONDS
from jobs.store.database import Database
from jobs.store.schema import feed
from tests.support.feed_server import FeedServer, bulletins, serving
from tests.support.process import bot, content, eventually

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture
def slow_feed() -> Iterator[FeedServer]:
    """A feed whose answer takes minutes."""
    with serving(bulletins(60)) as server:
        server.fault["/csms.rss"] = "trickle"
        yield server


def free_at(db: Database) -> datetime | None:
    with db.read() as conn:
        return conn.execute(select(feed.c.free_at).where(feed.c.slug == "csms")).scalar_one_or_none()


@pytest.mark.parametrize(("db_url", "ending"), [("sqlite", signal.SIGKILL), ("postgres", signal.SIGTERM)], indirect=["db_url"])
def test_feed_is_free_again_soon_after_its_worker_ended(
    db: Database, slow_feed: FeedServer, tmp_path: Path, ending: signal.Signals
) -> None:
    url = db.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "CONTENT_DIR": str(content(tmp_path / "content", slow_feed)), "XDG_CACHE_HOME": str(tmp_path)}
    with bot("work", "Trade bot is polling and posting", **settings) as worker:
        eventually(lambda: bool(slow_feed.asked("/csms.rss")), "the feed is polled")
        eventually(lambda: free_at(db) is not None, "the feed is claimed")
        worker.end(ending)
    until = free_at(db)
    if ending is signal.SIGTERM:
        assert until is None, "free at once"
    else:
        assert until is not None
        assert until <= datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)
    assert timedelta(seconds=LEASE_SECONDS) < timedelta(seconds=30)
