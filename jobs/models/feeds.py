"""The stored state of a feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class FeedRow:
    """From `feeds.claim` it is also the claim, with its `epoch`."""

    slug: str
    next_poll: datetime
    epoch: int
    failures: int
    seeded_at: datetime | None  #: When the first poll was stored; before, entries are backlog.
    seed_floor: datetime | None  #: After a partial read, older entries are backlog too.
    last_success: datetime | None
    last_change: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    warning: str | None
    entries: int
    paused: str | None
    sources: dict[str, Any]
    flooded_at: datetime | None = None
    problem: str | None = None  #: The `PollProblem` of the last error.
    bad_told_at: datetime | None = None  #: When the admins were told that the feed is bad, until they are told that it is well.
    turned_at: datetime | None = None  #: Since when it has been other than they were told.
    held: int = 0  #: Entries that an admin decides about; 0 in a claim.


@dataclass(frozen=True, slots=True)
class Scheduled:
    """When a feed is due."""

    slug: str
    next_poll: datetime
    failures: int
    paused: str | None
    sources: dict[str, Any] | None  #: Of a paused feed.


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The last comparison of what is stored of a feed with the feed's other sources."""

    feed: str
    at: datetime
    listed: int  #: Entries of the other sources.
    missing: tuple[str, ...] = ()  #: Keys of those that were not stored.
    posted: int = 0  #: Of the missing entries.
    held: int = 0  #: Of the missing entries.
    problem: str = ""  #: Why other sources could not be read, or may be wrong.
