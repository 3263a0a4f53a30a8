"""Store the messages of an archive as backlog: found by look-ups, searches and reports, but posted nowhere and owed to nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.catalog import Catalog, Feed
from jobs import audit
from jobs.archive.pdf import Progress, quiet
from jobs.archive.table import Row
from jobs.classify import classify, is_about_systems
from jobs.csms import heading, hex_url
from jobs.models.entries import Classified, Entry, NewEntry, Parsed
from jobs.publish import edit_entry, publish_entries
from jobs.states import AuditAction
from jobs.store import entries, feeds
from jobs.store.database import Database

BATCH = 200  #: Messages of one transaction.

LEFT_TO_FEED = timedelta(days=7)
"""Messages younger than this before the feed's last read are left to the feed, which posts them; an archive's day may be a few days off."""

ARCHIVE_PAGE = "https://www.cbp.gov/document/publications/csms-archive"


@dataclass(frozen=True, slots=True)
class Imported:
    """How many messages of an archive went which way."""

    added: int = 0
    mended: int = 0  #: Stored ones that got the title that another archive had cut.
    known: int = 0  #: Stored before.
    left: int = 0  #: For the feed to bring, and to post.

    def and_also(self, other: "Imported") -> "Imported":
        return Imported(self.added + other.added, self.mended + other.mended, self.known + other.known, self.left + other.left)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows to store, and the counts."""

    new: tuple[Parsed, ...]
    mended: tuple[Parsed, ...]
    imported: Imported


def sort_rows(rows: Sequence[Row], feed: str, known: Mapping[str, Entry], until: datetime | None) -> Sorted:
    """`known` are the stored entries by key; what was sent after `until` is left to the feed."""
    new, mended, old, left = list[Parsed](), list[Parsed](), 0, 0
    for row in rows:
        parsed = _parsed(row, feed)
        stored = known.get(parsed.key)
        if stored is not None and _mends(parsed, stored):
            mended.append(parsed)
        elif stored is not None:
            old += 1
        elif until is not None and row.published > until:
            left += 1
        else:
            new.append(parsed)
    return Sorted(tuple(new), tuple(mended), Imported(len(new), len(mended), old, left))


def _mends(parsed: Parsed, stored: Entry) -> bool:
    is_longer = len(parsed.title) > len(stored.title) and parsed.title.casefold().startswith(stored.title.casefold())
    return stored.archived and stored.cut and is_longer


def _parsed(row: Row, feed: str) -> Parsed:
    head = heading(row.title)
    title = (head.text if head.number == row.number else row.title) or f"CSMS # {row.number}"
    url = ARCHIVE_PAGE if "-" in row.number else hex_url(row.number)  # numbers of before July 2019 have no page
    return Parsed(f"{feed}:{row.number}", feed, row.number, title, url, row.published, None, archived=True, cut=row.cut)


def import_rows(db: Database, rows: Sequence[Row], catalog: Catalog, progress: Progress = quiet) -> Imported:
    """Store what is not stored yet, oldest first and batch by batch: after an interruption, another run goes on.

    Raises ValueError if the content has no feed of CSMS messages.
    """
    feed = next((each for each in catalog.feeds if each.publishes == "csms"), None)
    if feed is None:
        raise ValueError("feeds.yaml has no feed that publishes csms, so the bot cannot keep CSMS messages.")
    oldest_first = sorted(rows, key=lambda row: (row.published, row.number))
    imported = Imported()
    for start in range(0, len(oldest_first), BATCH):
        batch = oldest_first[start : start + BATCH]
        imported = imported.and_also(_import_batch(db, batch, feed, catalog))
        progress(start + len(batch), len(oldest_first))
    return imported


def _import_batch(db: Database, rows: Sequence[Row], feed: Feed, catalog: Catalog) -> Imported:
    # outside of the writing transaction, which would keep other writers waiting
    classified = {each.key: _classify(each, feed, catalog) for each in (_parsed(row, feed.slug) for row in rows)}
    with db.begin() as conn:
        now = db.now(conn)
        row = feeds.get(conn, feed.slug)
        until = row.last_success - LEFT_TO_FEED if row is not None and row.seeded_at is not None and row.last_success else None
        found = sort_rows(rows, feed.slug, entries.known(conn, classified), until)
        publish_entries(conn, feed.slug, [NewEntry(each, classified[each.key]) for each in found.new], now, backlog=True)
        for each in found.mended:
            edit_entry(conn, each.key, NewEntry(each, classified[each.key]), now)
        stored = {"stored": len(found.new), "mended": len(found.mended)}
        if any(stored.values()):
            audit.record(conn, audit.COMMAND_LINE, audit.Change(AuditAction.IMPORTED, "archive", after=stored), now)
    return found.imported


def _classify(parsed: Parsed, feed: Feed, catalog: Catalog) -> Classified:
    return classify(parsed.title, parsed.body, catalog.topics, about_systems=is_about_systems(feed))
