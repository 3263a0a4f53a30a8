"""The CSMS messages of the last 90 days, kept in memory without their bodies, and the statements that messages may have overtaken.

Cards of the content show the newest messages of their subject, and beside a statement the one that may have overtaken it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from content.catalog import Catalog, Contact, Feed, Question, Statement
from jobs.feed_health import LastRead, last_read
from jobs.models.entries import SAMPLE, Entry
from jobs.models.feeds import FeedRow
from jobs.overtaken import MAX_AGE as COMPARED
from jobs.overtaken import MAX_MESSAGES, overtaken
from jobs.store import entries, feeds
from jobs.store.database import Database

MAX_AGE = timedelta(days=90)
MAX_KEPT = 400  #: CBP sends about 150 messages in 90 days.

COMPARED_AGAIN = timedelta(hours=1)
"""When statements are compared with the messages again although none of the last 90 days has changed: an older one may have."""

_FEED = "csms"


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Statements of the content, each with the newest message that may have overtaken it."""

    catalog: Catalog
    at: datetime
    """When they were compared."""
    messages: Mapping[Statement | Question | Contact, Entry]


@dataclass(frozen=True, slots=True)
class Recent:
    entries: tuple[Entry, ...]  #: Newest first.
    feed: Feed | None  #: CBP's CSMS feed.
    row: FeedRow | None
    overtaken: Overtaken | None = None

    def newer(self, origin: Statement | Question | Contact) -> Entry | None:
        """Return the message that may have overtaken a statement."""
        return self.overtaken.messages.get(origin) if self.overtaken else None

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
        self.current = read_recent(db, catalog, self.current)


def read_recent(db: Database, catalog: Catalog, before: Recent | None = None) -> Recent:
    """Read the messages; compare them with the content only if it, or they, differ from `before`."""
    feed = next((each for each in catalog.feeds if each.slug == _FEED), None)
    with db.read() as conn:
        now = db.now(conn)
        found = tuple(entries.headlines(conn, (_FEED, SAMPLE), now - MAX_AGE, MAX_KEPT))
        read = Recent(found, feed, feeds.get(conn, _FEED), before.overtaken if before and before.entries == found else None)
        if read.overtaken and read.overtaken.catalog is catalog and now - read.overtaken.at < COMPARED_AGAIN:
            return read
        messages = entries.latest(conn, [_FEED], limit=MAX_MESSAGES, since=now - COMPARED)
    newer = {origin: replace(entry, body=None) for origin, entry in overtaken(catalog, messages).items()}
    return replace(read, overtaken=Overtaken(catalog, now, newer))
