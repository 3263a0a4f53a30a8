"""Poll a feed whose documents are given as entries, without a network: identify, match, decide, publish."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from content.catalog import Feed, Source
from jobs.feed_reader import FeedRead, SourceRead
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, Entry
from jobs.models.feeds import FeedRow
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.notices import Notifier
from jobs.publish import Polled, publish
from jobs.sources.document import Found
from jobs.sources.identify import identify
from jobs.sources.state import SourceState
from jobs.states import CadenceKind, EntryKind, Lead
from jobs.store import channels, entries, feeds, reports
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.support.clock import Clock

URL = "https://www.cbp.gov/rss/trade"
PAGES = Feed("cbp-trade", "Trade pages", (Source("drupal", URL),), 60, "all", True, ())
DAY = datetime(2026, 1, 5, 15, tzinfo=UTC)


def item(number: int, *, guid: str | None = None, url: str | None = None, title: str | None = None, days: float | None = None) -> Found:
    """Return an entry of a document. None stands for a value of its own; `days` after DAY."""
    return Found(
        f"{9000 + number} at https://www.cbp.gov" if guid is None else guid,
        f"Page {number}" if title is None else title,
        f"https://www.cbp.gov/trade/page-{number}" if url is None else url,
        DAY + timedelta(hours=number) if days is None else DAY + timedelta(days=days),
        f"Text {number}.",
    )


def items(first: int, last: int) -> list[Found]:
    return [item(number) for number in range(first, last + 1)]


ADMINS = ChannelRef("slack", "T1", "ADMINS")


class Documents:
    """A feed on a database whose clock stands still, with a channel that wants everything in it."""

    def __init__(self, db: Database, feed: Feed = PAGES) -> None:
        self.db, self.feed = db, feed
        self.clock = db.clock = Clock()
        with db.begin() as conn:
            feeds.ensure(conn, [feed.slug], self.clock.now)
            channel = channels.ensure(conn, ChannelRef("playground", "local", "C1", "C1"), self.clock.now)
            spec = SubscriptionSpec(Filters(feeds=(feed.slug,), system=True), Cadence(CadenceKind.NOW), "UTC", False)
            save_subscription(conn, channel, spec, "me", self.clock.now)

    def poll(self, *found: Found | Sequence[Found], minutes: float = 30) -> Polled:
        document = [each for part in found for each in ([part] if isinstance(part, Found) else part)]
        self.clock.pass_(minutes=minutes)
        with self.db.begin() as conn:
            feeds.make_due(conn, [self.feed.slug], self.clock.now)
            claim = feeds.claim(conn, self.feed.slug, self.clock.now, 60)
        assert claim is not None
        identified = identify(self.feed, document, first_choice=True)
        source = self.feed.sources[0]
        state = SourceState(fetched_at=self.clock.now.isoformat())
        read = SourceRead(source, state, parsed=identified.parsed, entries=len(document), warnings=identified.warnings)
        polled = publish(self.db, self.feed, claim, FeedRead((read,)), plain, notifier=Notifier(lambda: ADMINS))
        assert polled is not None
        return polled

    def row(self) -> FeedRow:
        with self.db.read() as conn:
            row = feeds.get(conn, self.feed.slug)
        assert row is not None
        return row

    def stored(self) -> list[Entry]:
        with self.db.read() as conn:
            return entries.latest(conn, [self.feed.slug], limit=10_000)

    def owed(self) -> int:
        with self.db.read() as conn:
            return reports.waiting(conn).count


def plain(_title: str, _body: str | None) -> Classified:
    return Classified((), EntryKind.OTHER, Lead.NONE, False)


def titles(polled: Polled) -> list[str]:
    return [each.title for each in polled.new]


def retitled(found: Found, title: str) -> Found:
    return replace(found, title=title)
