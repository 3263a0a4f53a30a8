"""The CSMS messages of the last 90 days, kept in memory without their bodies: cards of the content show the newest of their subject."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.catalog import Catalog, Feed
from jobs.feed_health import LastRead, last_read
from jobs.models import SAMPLE, Entry, FeedRow
from jobs.store import entries, feeds
from jobs.store.database import Database

MAX_AGE = timedelta(days=90)
MAX_KEPT = 400  #: CBP sends about 150 messages in 90 days.

_FEED = "csms"


@dataclass(frozen=True, slots=True)
class Recent:
    entries: tuple[Entry, ...]  #: Newest first.
    feed: Feed | None  #: CBP's CSMS feed.
    row: FeedRow | None

    def last_read(self, now: datetime) -> LastRead:
        return last_read(self.feed, self.row, now)

    def newest(self, is_about: Callable[[Entry], bool], count: int, now: datetime, *, samples: bool) -> list[Entry]:
        """Return the newest entries of a subject, newest first."""
        recent = (each for each in self.entries if each.published >= now - MAX_AGE and (samples or not each.sample))
        return [each for each in recent if is_about(each)][:count]


class RecentHolder:
    """Holds the recent messages of a running process."""

    def __init__(self) -> None:
        self.current: Recent | None = None
        self.attempts = 0
        """Refreshes so far, failed or not: an answer that was made before the last one may be out of date."""

    def refresh(self, db: Database, catalog: Catalog) -> None:
        self.attempts += 1
        self.current = read_recent(db, catalog)


def read_recent(db: Database, catalog: Catalog) -> Recent:
    feed = next((each for each in catalog.feeds if each.slug == _FEED), None)
    with db.read() as conn:
        found = entries.headlines(conn, (_FEED, SAMPLE), db.now(conn) - MAX_AGE, MAX_KEPT)
        return Recent(tuple(found), feed, feeds.get(conn, _FEED))
