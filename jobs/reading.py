"""Read what entries say: the messages that they name, their dates, and the sentence that tells what changes.

An entry is read in the transaction that stores or edits it. A release that reads differently reads what is stored again, as
`reclassify` does: in batches, newest first, each in a transaction of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from jobs.csms import without_banner
from jobs.effective_dates import effective_dates
from jobs.models.entries import Entry
from jobs.models.readings import Reading, Reference
from jobs.references import complete, one_digit_away, references
from jobs.sentences import gist
from jobs.store import entries, readings, reclassification
from jobs.store.database import Connection, Database

READING_VERSION = 12
"""Raise it when `read_message` reads differently, so that stored entries are read again."""

MAX_RELATIONS = 200
MAX_DATES = 50

BATCH = 50  #: Entries of one transaction.


def read_message(title: str, body: str | None, number: str, published: date) -> Reading:
    text = without_banner(body or "", number, title)
    relations = references(title, text, number)[:MAX_RELATIONS]
    return Reading(relations, effective_dates(title, text, published)[:MAX_DATES], gist(text))


def read_entries(conn: Connection, several: Sequence[Entry]) -> list[Entry]:
    """Read entries that were just stored or edited, and return them with their gist.

    Mistyped numbers are completed where exactly one stored message fits: theirs, and those of earlier entries that meant one of these.
    """
    read = _store(conn, several)
    for feed in sorted({each.feed for each in several}):
        _complete_earlier(conn, feed, {each.number for each in several if each.feed == feed})
    return read


def _store(conn: Connection, several: Sequence[Entry]) -> list[Entry]:
    found = {}
    for each in several:
        read = read_message(each.title, each.body, each.number, each.published.date())
        named = (_complete(conn, each.feed, each.title, reference) for reference in read.relations)
        found[each.id] = replace(read, relations=tuple(one for one in named if one.number != each.number or not one.number))
    readings.store(conn, found, READING_VERSION)
    return [replace(each, gist=found[each.id].gist) for each in several]


def _complete(conn: Connection, feed: str, title: str, reference: Reference) -> Reference:
    if not (possible := one_digit_away(reference.number)):
        return reference
    return complete(reference, title, entries.titles(conn, feed, {*possible, reference.number}))


def _complete_earlier(conn: Connection, feed: str, numbers: Collection[str]) -> None:
    """Complete mistyped numbers that may mean one of these."""
    for each in readings.mistyped(conn, feed):
        written = "".join(filter(str.isdecimal, each.reference.as_written))
        if not one_digit_away(written).isdisjoint(numbers):
            meant = _complete(conn, feed, each.title, replace(each.reference, number=written))
            readings.complete(conn, each, meant.number)


def read_older(db: Database) -> bool:
    """Read one batch of entries that older code read, newest first. Return whether there may be more."""
    with db.read() as conn:
        batch = reclassification.not_read(conn, READING_VERSION, BATCH)
    if batch:
        with db.begin() as conn:
            locked = reclassification.lock_unchanged(conn, batch)
            # the title alone may say less than was read while the body was stored
            readings.keep(conn, [each.id for each in locked if each.lacks_deleted_body], READING_VERSION)
            _store(conn, [each for each in locked if not each.lacks_deleted_body])
    return len(batch) == BATCH
