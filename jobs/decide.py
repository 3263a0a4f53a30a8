"""Decide what is new: what has a key that was never seen. Neither numbers nor dates tell; age and health never block publishing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobs.models.entries import Entry, Parsed

OLD_AFTER = timedelta(days=14)  #: Newest CSMS entry's age that causes a warning.
FEW_CSMS = 90  #: The CSMS feed has 100; fewer than this cause a warning.
MANY_NEW = 10
FLOOD_REPEATS = timedelta(days=1)  #: A second flood within this time is held.


@dataclass(frozen=True, slots=True)
class Owner:
    """A feed that owns entries; without `seeded_at` its first poll is still to come."""

    seeded_at: datetime | None
    seed_floor: datetime | None
    flooded_at: datetime | None = None
    held: int = 0  #: Entries that an admin has not decided about.


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The entries of a feed that a poll read."""

    feed: str
    parsed: tuple[Parsed, ...]
    first_choice: bool  #: Read from sources[0].
    whole: bool
    sound: bool = True  #: If not, stored entries stay as they are.
    complete: bool = True  #: If not, it may have older entries than those that were read.


@dataclass(frozen=True, slots=True)
class Decision:
    new: tuple[Parsed, ...]  #: Possibly of another feed than the one read.
    backlog: tuple[Parsed, ...]
    edited: tuple[Parsed, ...]
    seed_floor: datetime | None
    differing: int = 0  #: Stored entries that were not edited, because the document is not sound.
    flood: bool = False  #: Most of a long document is new.
    held: tuple[Parsed, ...] = ()  #: New, but for an admin to decide about.


def decide(snapshot: Snapshot, owners: Mapping[str, Owner], known: Mapping[str, Entry], now: datetime) -> Decision:
    """`owners` own the entries; `known` are the stored entries by key."""
    new: list[Parsed] = []
    backlog: list[Parsed] = []
    edited: list[Parsed] = []
    feed_row = owners[snapshot.feed]
    differing = 0
    for each in _unique(snapshot.parsed):
        owner = owners.get(each.feed, Owner(None, None))
        if each.key in known:
            # a fallback source, worded differently, only adds a missing body
            trusted = snapshot.first_choice and snapshot.whole and each.feed == snapshot.feed
            if edit := _edit(each, known[each.key], authority=trusted and snapshot.sound):
                edited.append(edit)
            elif trusted and not snapshot.sound:
                differing += _edit(each, known[each.key], authority=True) is not None
        elif each.feed != snapshot.feed and owner.seeded_at is None:
            continue  # it waits for its own feed's first poll
        elif owner.seeded_at is None or _is_older(each, owner.seed_floor):
            backlog.append(each)
        else:
            new.append(each)
    flood = len(snapshot.parsed) > MANY_NEW and len(new) * 2 > len(snapshot.parsed)
    held = [each for each in new if each.feed == snapshot.feed] if flood and _has_flooded(feed_row, now) else []
    published = tuple(each for each in new if not held or each.feed != snapshot.feed)
    return Decision(published, tuple(backlog), tuple(edited), _floor(snapshot, feed_row, now), differing, flood, tuple(held))


def _has_flooded(feed_row: Owner, now: datetime) -> bool:
    return bool(feed_row.held) or (feed_row.flooded_at is not None and now - feed_row.flooded_at < FLOOD_REPEATS)


def _floor(snapshot: Snapshot, feed_row: Owner, now: datetime) -> datetime | None:
    """Return the new floor: a partial first poll misses entries older than those it showed, until a whole read of the first choice."""
    if snapshot.first_choice and snapshot.whole and snapshot.complete:
        return None
    if feed_row.seeded_at is not None:
        return feed_row.seed_floor
    return min((min(each.published, now) for each in snapshot.parsed if each.published and each.feed == snapshot.feed), default=now)


def health(snapshot: Snapshot, decision: Decision, now: datetime, *, entries: int, before: int, expects_csms: bool) -> tuple[str, ...]:
    """Return warnings. `entries` and `before` are the sizes of this document and the previous one."""
    parsed = snapshot.parsed
    warnings = []
    if before and not entries:
        warnings.append(f"no entries, but {before} before")
    if not snapshot.whole:
        warnings.append(f"the document ends early; entries read: {len(parsed)}")
    if decision.flood and not decision.held:  # a hold ends without a poll, so the stored entries tell it, not a stored warning
        warnings.append(f"{len(decision.new)} of {len(parsed)} entries were new at once; all were published")
    if decision.differing:
        warnings.append(f"the document is malformed, so stored entries that differ from it were left as they are: {decision.differing}")
    if expects_csms and snapshot.first_choice:
        newest = max((each.published for each in parsed if each.published), default=None)
        if len(parsed) < FEW_CSMS:
            warnings.append(f"only {len(parsed)} {'entry' if len(parsed) == 1 else 'entries'} (100 is usual)")
        if newest and now - newest > OLD_AFTER:
            warnings.append(f"the newest entry is {(now - newest).days} days old")
        if empty := sum(each.body is None for each in parsed):
            warnings.append(f"entries without a body: {empty}")
    return tuple(warnings)


def _unique(parsed: Iterable[Parsed]) -> Iterable[Parsed]:
    first: dict[str, Parsed] = {}
    for each in parsed:
        first.setdefault(each.key, each)
    return first.values()


def _is_older(entry: Parsed, floor: datetime | None) -> bool:
    return floor is not None and entry.published is not None and entry.published < floor


def _edit(entry: Parsed, stored: Entry, *, authority: bool) -> Parsed | None:
    """Return the replacement of `stored`, or None. Every feed knows better than CBP's archive."""
    if stored.lacks_deleted_body and (entry.title, entry.url) == (stored.title, stored.url):
        return None
    if stored.archived or authority:
        same = (entry.title, entry.url, entry.body or stored.body) == (stored.title, stored.url, stored.body)
        same = same and (entry.body is None or entry.links == stored.links)
        return None if same and not stored.archived else entry
    return replace(entry, title=stored.title, url=stored.url) if entry.body and not stored.body else None
