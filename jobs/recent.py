"""The newest CSMS messages of each topic, kept in memory: the cards of the content show them without asking the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.catalog import Catalog, Feed
from jobs.feed_health import LastRead, last_read
from jobs.models import SAMPLE, Entry, FeedRow
from jobs.store import entries, feeds
from jobs.store.database import Database

MAX_AGE = timedelta(days=90)
MAX_SHOWN = 2

_FEED = "csms"
_MAX_KEPT = 6
"""Entries of a topic: enough for a card whose topics share some, and for one that leaves out samples."""


@dataclass(frozen=True, slots=True)
class Recent:
    by_topic: Mapping[str, Sequence[Entry]]
    feed: Feed | None
    """CBP's CSMS feed."""
    row: FeedRow | None

    def newest(self, topics: Sequence[str], now: datetime, *, samples: bool) -> list[Entry]:
        """Return the newest messages of these topics, newest first."""
        found = {
            each.id: each
            for topic in topics
            for each in self.by_topic.get(topic, ())
            if each.published >= now - MAX_AGE and (samples or not each.sample)
        }
        return sorted(found.values(), key=lambda each: (each.published, each.id), reverse=True)[:MAX_SHOWN]

    def last_read(self, now: datetime) -> LastRead:
        return last_read(self.feed, self.row, now)


def read_recent(db: Database, catalog: Catalog) -> Recent:
    feed = next((each for each in catalog.feeds if each.slug == _FEED), None)
    with db.read() as conn:
        now = db.now(conn)
        found = entries.newest_by_topic(conn, (_FEED, SAMPLE), now - MAX_AGE, _MAX_KEPT)
        return Recent(found, feed, feeds.get(conn, _FEED))
