"""Entries of feeds, as parsed, classified and stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jobs.states import URGENT_LEADS, EntryKind, Lead

SAMPLE = "sample"  #: The feed of samples, which lookups leave out by default.


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the text of an entry, with its own words; `url` is https."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """An entry as one source shows it."""

    key: str  #: The same from every source: "csms:67395160", "account:69523442", "cbp-trade:<guid>".
    feed: str  #: Its owner, not the feed it was read from.
    number: str  #: Of a CSMS, CAMS, TIN or document, or "".
    title: str
    url: str
    published: datetime | None
    body: str | None  #: Plain text.
    aliases: tuple[str, ...] = ()  #: Other keys under which it may be stored.
    archived: bool = False  #: From CBP's archive, whose titles and dates are less exact than the feed's.
    cut: bool = False  #: The title may end at a hyphen: it never proves that two messages are about one thing.
    links: tuple[Link, ...] = ()  #: Of the body.


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic and the words found ("title: drawback")."""

    topic: str
    because: str


@dataclass(frozen=True, slots=True)
class Classified:
    topics: tuple[TopicHit, ...]
    kind: EntryKind
    lead: Lead
    routine: bool
    rules: str = ""  #: A digest of the rules that were applied.


@dataclass(frozen=True, slots=True)
class NewEntry:
    parsed: Parsed
    classified: Classified


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    key: str
    feed: str
    number: str
    title: str
    url: str
    published: datetime  #: The feed's, at most `first_seen`, which also replaces a missing date.
    first_seen: datetime
    body: str | None
    kind: EntryKind
    lead: Lead
    routine: bool  #: Subscriptions leave it out unless they include system notices.
    topics: tuple[TopicHit, ...]
    held: bool = False  #: Part of a flood that an admin decides about; owed to nobody yet.
    backlog: bool = False  #: Not new when it was stored, or marked as seen; owed to nobody.
    gist: str = ""  #: The first sentence of the body that says what changes.
    archived: bool = False  #: Only CBP's archive has brought it yet, which tells the day of sending, not the time.
    cut: bool = False  #: The title may end at a hyphen: it never proves that two messages are about one thing.
    links: tuple[Link, ...] = ()  #: Of the body.
    edited_at: datetime | None = None  #: When its text replaced another one, or none.
    body_deleted: bool = False  #: By retention; it may have been fetched again since.
    outcomes_deleted: bool = False  #: Nobody knows anymore who got it.

    @property
    def lacks_deleted_body(self) -> bool:
        return self.body is None and self.body_deleted

    @property
    def sample(self) -> bool:
        """From the playground; never delivered elsewhere."""
        return self.feed == SAMPLE

    @property
    def urgent(self) -> bool:
        return self.lead in URGENT_LEADS

    @property
    def document(self) -> tuple[str, str] | None:
        return None if self.sample else document_of(self.key, self.number, self.url)


def document_of(key: str, number: str, url: str) -> tuple[str, str] | None:
    """Return what a document, or a page of cbp.gov, has in every feed that brings it: its number, or else its name, and its address.

    Entries of different feeds with the same, and with one text, are duplicates. Samples have those of real messages.
    """
    name = number or (key.partition(":")[2] if url else "")
    return (name, url) if name else None


def has_text_of(title: str, body: str | None, other_title: str, other_body: str | None) -> bool:
    """Return whether two entries of a document have one text: one of them may be older than an edit. A body may not be stored."""
    return title == other_title and (body is None or other_body is None or body == other_body)


def without_duplicates(several: Iterable[Entry]) -> list[Entry]:
    """Return the entries; of those that are one document in several feeds, only the one that was stored first."""
    listed = list(several)
    kept: dict[tuple[str, str], list[Entry]] = {}
    duplicates: set[int] = set()
    for each in sorted(listed, key=lambda each: each.id):
        if each.document is None:
            continue
        earlier = kept.setdefault(each.document, [])
        if any(one.feed != each.feed and has_text_of(one.title, one.body, each.title, each.body) for one in earlier):
            duplicates.add(each.id)
        else:
            earlier.append(each)
    return [each for each in listed if each.id not in duplicates]


@dataclass(frozen=True, slots=True)
class BodyFetch:
    """A body that somebody asked for, to be fetched at `free_at`."""

    entry_id: int
    free_at: datetime  #: The end of the lease, or of the wait after a failure.
    failures: int  #: In a row.
    error: str | None  #: Of the last attempt.


@dataclass(frozen=True, slots=True)
class EntryText:
    number: str
    title: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Extent:
    """The number of a feed's stored entries, and the date of the oldest."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Outline:
    """The features of a stored entry by which it is recognized under a new name."""

    key: str
    feed: str
    title: str
    url: str
    published: datetime
    first_seen: datetime
