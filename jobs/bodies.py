"""Fetch the bodies of messages that somebody opened and that are stored without: those of CBP's archive, and of fallback sources.

Opening a message only asks for it (`store/body_fetches.py`), so that the answer comes at once. One process at a time fetches a page, one
page a tick. A body that is stored is never fetched again; a failure is remembered, longer each time.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx

from content.catalog import Catalog, Feed
from jobs.classify import classify, is_about_systems
from jobs.corrections import record_corrections
from jobs.csms import heading, number_of, without_banner
from jobs.fetch import Failed, Limits, Unchanged, fetch, refusal
from jobs.models.entries import BodyFetch, Entry, NewEntry, Parsed
from jobs.publish import edit_entry
from jobs.relations import strongest
from jobs.sources import process
from jobs.sources.document import Document
from jobs.store import body_fetches, entries, readings
from jobs.store.body_fetches import MAX_FAILURES
from jobs.store.database import Database
from jobs.threads import in_feed_thread, in_thread

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  #: Longer than a fetch and its parsing may take.
WAITS = (timedelta(hours=1), timedelta(days=1), timedelta(days=30))  #: After the first failure, the second, and the last.
GONE = (404, 410)  #: Answers that no second attempt changes.
MAX_PAGE = 2_000_000  #: Bytes.


@dataclass(frozen=True, slots=True)
class Failure:
    why: str
    final: bool = False


def feed_of(entry: Entry, catalog: Catalog) -> Feed | None:
    """Return the feed of a message whose page can be fetched by the feed's host rules, or None."""
    feed = next((each for each in catalog.feeds if each.slug == entry.feed), None)
    if feed is None or feed.publishes == "all" or number_of(entry.url) != entry.number:
        return None
    return feed if refusal(httpx.URL(entry.url), httpx.URL(feed.sources[0].url), feed.hosts) is None else None


async def fetch_next(db: Database, catalog: Catalog, http: httpx.AsyncClient) -> bool:
    """Fetch one body that is due. Return whether there was one."""
    claimed = await in_thread(_claim, db)
    if claimed is None:
        return False
    asked, entry, now = claimed
    feed = None if entry is None or entry.body is not None else feed_of(entry, catalog)
    if entry is None or feed is None:
        await in_thread(_remove, db, asked)
        return True
    try:
        read = await read_page(entry, feed, http)
    except Exception as problem:
        logger.exception("could not read the page of %s", entry.key)
        read = Failure(f"an internal error: {problem!r}"[:200])
    if isinstance(read, Failure):
        logger.warning("could not fetch the text of %s: %s", entry.key, read.why)
        await in_thread(_fail, db, asked, read, now)
    else:
        await in_feed_thread(_store, db, entry, read, feed, catalog)
    return True


async def read_page(entry: Entry, feed: Feed, http: httpx.AsyncClient) -> Parsed | Failure:
    """Fetch and parse a message's page."""
    answer = await fetch(http, entry.url, limits=Limits(hosts=feed.hosts, body=MAX_PAGE, wire=MAX_PAGE))
    if isinstance(answer, Failed):
        return Failure(answer.why, final=answer.status in GONE)
    if isinstance(answer, Unchanged):  # nothing was said to be known, so no server should answer this
        return Failure("the server says that nothing changed, although nothing was known")
    document = await process.parse("bulletin", answer.content_type, answer.body, entry.url)
    return parsed_page(entry, document) if isinstance(document, Document) else Failure(document.why)


def parsed_page(entry: Entry, document: Document) -> Parsed | Failure:
    """Return the message as its page shows it. A page of another message is refused."""
    found = document.entries[0]
    head = heading(found.title)
    if head.number and head.number != entry.number:
        return Failure(f"the page is that of {head.number}")
    title = (head.text or entry.title) if entry.archived else entry.title
    body = without_banner(found.body or "", entry.number, title)
    if not body.strip():
        return Failure("the page has no text")
    cut = entry.cut and title == entry.title
    archived = entry.archived and found.published is None
    published = found.published or entry.published
    return Parsed(entry.key, entry.feed, entry.number, title, entry.url, published, body, archived=archived, cut=cut, links=found.links)


def _claim(db: Database) -> tuple[BodyFetch, Entry | None, datetime] | None:
    with db.read() as conn:  # the usual case, in which a writer would wait for others
        if not body_fetches.is_any_due(conn, db.now(conn)):
            return None
    with db.begin() as conn:
        now = db.now(conn)
        asked = body_fetches.claim_next(conn, now, LEASE)
        return None if asked is None else (asked, entries.by_ids(conn, [asked.entry_id]).get(asked.entry_id), now)


def _remove(db: Database, asked: BodyFetch) -> None:
    with db.begin() as conn:
        body_fetches.remove(conn, asked.entry_id)


def _fail(db: Database, asked: BodyFetch, failure: Failure, now: datetime) -> None:
    failures = MAX_FAILURES if failure.final else asked.failures + 1
    with db.begin() as conn:
        body_fetches.fail(conn, asked.entry_id, failures, failure.why[:500], now + WAITS[min(failures, len(WAITS)) - 1])


def _store(db: Database, before: Entry, parsed: Parsed, feed: Feed, catalog: Catalog) -> None:
    """Store a body, unless the feed brought one meanwhile."""
    new = NewEntry(parsed, classify(parsed.title, parsed.body, catalog.topics, about_systems=is_about_systems(feed)))
    with db.begin() as conn:
        now = db.now(conn)
        stored = entries.by_key(conn, before.key)
        if stored is not None and stored.body is None:
            exact = stored.archived  # the feed's own title and date are better than the page's
            kept = new if exact else replace(new, parsed=replace(parsed, title=stored.title, published=stored.published, archived=False))
            named = {stored.id: strongest(readings.relations_of(conn, [stored.id]).get(stored.id, ()))}
            edited = edit_entry(conn, before.key, kept, now)
            if edited is not None and not edited.held and not edited.backlog:  # backlog posts nothing
                record_corrections(conn, [edited], now, before=named)
        body_fetches.remove(conn, before.id)
