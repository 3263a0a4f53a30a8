"""Decides what is new. Pure: rows, known entries and a parsed document in, a decision out.

First seen decides, by key. CSMS numbers are not in the order of sending and dates say nothing about what we have, so neither a highest
number nor a newest date is kept; and neither the age nor the health of a feed ever blocks publishing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobs.models import Entry, Parsed

OLD_AFTER = timedelta(days=14)
FEW_CSMS = 90
"""The CSMS feed holds 100 entries. Fewer, or none for two weeks, is worth a look."""
MANY_NEW = 10


@dataclass(frozen=True, slots=True)
class Owner:
    """How far a feed's row is. No `seeded_at`: its first poll is still to come."""

    seeded_at: datetime | None
    seed_floor: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a poll of `feed` has read, all sources together."""

    feed: str
    parsed: tuple[Parsed, ...]
    first_choice: bool
    """Read from sources[0]; False: from those that stand in."""
    whole: bool
    """Nothing was cut off."""
    sound: bool = True
    """The documents were well-formed. If not, what is known already is left as it is."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be stored. Nothing is in two of these."""

    new: tuple[Parsed, ...]
    """To be published; some may belong to another feed than the one that was read."""
    backlog: tuple[Parsed, ...]
    """To be stored, posted to nobody."""
    edited: tuple[Parsed, ...]
    left: int
    """Entries that wait for the first poll of the feed that owns them."""
    seed_floor: datetime | None
    """The row's floor from now on."""


def decide(reading: Reading, owners: Mapping[str, Owner], known: Mapping[str, Entry], now: datetime) -> Decision:
    """`owners`: the rows of the feed itself and of every feed that owns some of the entries; `known`: the stored ones by key."""
    new: list[Parsed] = []
    backlog: list[Parsed] = []
    edited: list[Parsed] = []
    left = 0
    me = owners[reading.feed]
    for each in _once(reading.parsed):
        owner = owners.get(each.feed, Owner(None, None))
        if each.key in known:
            # what stands in may word things differently: it only completes what is missing
            authority = reading.first_choice and reading.whole and reading.sound and each.feed == reading.feed
            if edit := _edit(each, known[each.key], authority=authority):
                edited.append(edit)
        elif each.feed != reading.feed and owner.seeded_at is None:
            left += 1
        elif owner.seeded_at is None or _stood_before(each, owner.seed_floor):
            backlog.append(each)
        else:
            new.append(each)
    return Decision(tuple(new), tuple(backlog), tuple(edited), left, _floor(reading, me, now))


def _floor(reading: Reading, me: Owner, now: datetime) -> datetime | None:
    """Where the row's floor stands afterwards. A partial first poll leaves out entries that stood in the feed before we began; they are
    older than the oldest that it showed. The first whole read of the first choice has them all, and then there is no floor any more."""
    if reading.first_choice and reading.whole:
        return None
    if me.seeded_at is not None:
        return me.seed_floor
    return min((min(each.published, now) for each in reading.parsed if each.published and each.feed == reading.feed), default=now)


def health(reading: Reading, decision: Decision, now: datetime, *, entries: int, before: int, expects_csms: bool) -> tuple[str, ...]:
    """What an admin should look at, in words. Nothing of it ever holds an entry back.

    `entries`: how many the document held; `before`: the one before it.
    """
    parsed = reading.parsed
    told = []
    if before and not entries:
        told.append(f"no entries, where there were {before} before")
    if not reading.whole:
        told.append(f"the document was cut short after {len(parsed)} entries")
    if len(parsed) > MANY_NEW and len(decision.new) * 2 > len(parsed):
        told.append(f"{len(decision.new)} of {len(parsed)} entries were new at once; all were published")
    if expects_csms and reading.first_choice:
        newest = max((each.published for each in parsed if each.published), default=None)
        if len(parsed) < FEW_CSMS:
            told.append(f"only {len(parsed)} entries (100 are usual)")
        if newest and now - newest > OLD_AFTER:
            told.append(f"the newest entry is {(now - newest).days} days old")
        if empty := sum(each.body is None for each in parsed):
            told.append(f"{empty} entries without a body")
    return tuple(told)


def _once(parsed: Iterable[Parsed]) -> Iterable[Parsed]:
    first: dict[str, Parsed] = {}
    for each in parsed:
        first.setdefault(each.key, each)
    return first.values()


def _stood_before(entry: Parsed, floor: datetime | None) -> bool:
    return floor is not None and entry.published is not None and entry.published < floor


def _edit(entry: Parsed, stored: Entry, *, authority: bool) -> Parsed | None:
    """What is to be stored in place of `stored`; None if nothing is."""
    if authority:
        same = (entry.title, entry.url, entry.body or stored.body) == (stored.title, stored.url, stored.body)
        return None if same else entry
    return replace(entry, title=stored.title, url=stored.url) if entry.body and not stored.body else None
