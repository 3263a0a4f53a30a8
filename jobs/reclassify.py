"""Classify stored entries again when the topics' rules or a release have changed, and tell in advance what changed rules would catch.

An entry's row names the rules, and the version of the code, that classified it; a release leaves alone what a newer one classified. Any
process may find that they are not those in force, and repeat its work: a batch is written in one transaction, only over rows that nobody
changed meanwhile, and only by a process that has the newest revision. Nothing is owed to anybody because of it, and an entry keeps its
lead, which decided when it was due.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from content.catalog import Catalog, Topic
from jobs.classify import classify, is_about_systems, newer_rules, rules_digest
from jobs.models.entries import Classified, Entry
from jobs.store import entries, reclassification, revisions
from jobs.store.database import Connection, Database

BATCH = 50  #: Entries of one transaction, which take about 30 ms to classify.

MAX_COUNTED = 5000  #: Newest entries that are counted, which takes a few seconds.

_PAGE = 500

EXAMPLES = 3


def reclassify(db: Database, catalog: Catalog, revision: int) -> bool:
    """Classify one batch again, newest entries first. Return whether there may be more."""
    rules = rules_digest(catalog.topics)
    with db.read() as conn:
        if revisions.newest_id(conn) != revision:
            return False
        batch = reclassification.with_other_rules(conn, rules, newer_rules(), BATCH)
    systems = _systems(catalog)
    found = {each.id: _classify(each, catalog.topics, systems) for each in batch}  # outside of the writing transaction
    if found:
        with db.begin() as conn:
            if revisions.newest_id(conn) != revision:  # another process may have it already
                return False
            reclassification.store_classified(conn, batch, found)
    return len(batch) == BATCH


def is_pending(conn: Connection, catalog: Catalog) -> bool:
    """Return whether stored entries wait for being classified by the rules in force."""
    return reclassification.are_by_other_rules(conn, rules_digest(catalog.topics), newer_rules())


@dataclass(frozen=True, slots=True)
class TopicCount:
    """The stored entries that a topic's rules catch."""

    topic: Topic
    count: int
    added: int
    removed: int
    examples: tuple[str, ...]
    """Titles, newest first: of added entries, or else of any."""
    lost: tuple[str, ...]
    """Titles of removed entries."""


@dataclass(frozen=True, slots=True)
class Counts:
    topics: tuple[TopicCount, ...]
    entries: int
    """The newest entries, which were counted."""
    all_counted: bool


def count_changes(db: Database, old: Catalog, new: Catalog) -> Counts | None:
    """Return what each topic catches whose rules or whose entries a change of content changes, or None if it changes no rules."""
    if rules_digest(old.topics) == rules_digest(new.topics):
        return None
    systems = _systems(new)
    tallies = {topic.slug: _Tally() for topic in new.topics}
    counted = 0
    for entry in _newest(db):
        counted += 1
        before, after = ({hit.topic for hit in hits} for hits in (entry.topics, _classify(entry, new.topics, systems).topics))
        for slug in (before | after) & tallies.keys():
            tallies[slug].add(entry.title, slug in before, slug in after)
    rules = {topic.slug: topic.rules for topic in old.topics}
    found = [tallies[topic.slug].result(topic) for topic in new.topics]
    changed = [each for each in found if rules.get(each.topic.slug) != each.topic.rules or each.added or each.removed]
    return Counts(tuple(changed), counted, counted < MAX_COUNTED)


class _Titles:
    """Counts titles, and keeps the first few."""

    def __init__(self) -> None:
        self.count = 0
        self.first: tuple[str, ...] = ()

    def add(self, title: str) -> None:
        self.count += 1
        if len(self.first) < EXAMPLES:
            self.first = (*self.first, title)


class _Tally:
    def __init__(self) -> None:
        self._all, self._added, self._lost = _Titles(), _Titles(), _Titles()

    def add(self, title: str, before: bool, after: bool) -> None:
        if after:
            self._all.add(title)
        if before != after:
            (self._added if after else self._lost).add(title)

    def result(self, topic: Topic) -> TopicCount:
        examples = self._added.first or self._all.first
        return TopicCount(topic, self._all.count, self._added.count, self._lost.count, examples, self._lost.first)


def _newest(db: Database) -> Iterator[Entry]:
    """Yield the newest entries, a page at a time: no transaction stays open while they are classified."""
    below: int | None = None
    for _ in range(MAX_COUNTED // _PAGE):
        with db.read() as conn:
            page = entries.page(conn, below, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        below = page[-1].id


def _classify(entry: Entry, topics: tuple[Topic, ...], systems: Mapping[str, bool]) -> Classified:
    classified = classify(entry.title, entry.body, topics, about_systems=systems.get(entry.feed, True))
    if entry.lacks_deleted_body:  # its title alone may say less
        return replace(classified, topics=entry.topics, kind=entry.kind, routine=entry.routine)
    return classified


def _systems(catalog: Catalog) -> Mapping[str, bool]:
    return {feed.slug: is_about_systems(feed) for feed in catalog.feeds}
