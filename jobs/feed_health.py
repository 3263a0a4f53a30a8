"""A feed's health, for every admin view."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from content.catalog import Feed
from jobs.models.feeds import FeedRow, Reconciliation
from jobs.sources import state as states

UNREAD_TEXT = "not read yet"

STALE_INTERVALS = 3
"""After so many intervals without a good read, a feed's newest entries may be missing."""

_CLOCKS = timedelta(hours=1)
"""How far the clocks of the database and of the process may differ, at most."""

_UNITS = ((3600, "h"), (60, "min"), (1, "s"))


class FeedState(StrEnum):
    UNREAD = "unread"
    PAUSED = "paused"
    FAILING = "failing"
    HELD = "held"  #: A flood waits for an admin's decision.
    WARNING = "warning"  #: The last poll succeeded, but see `FeedHealth.error`.
    OK = "ok"


@dataclass(frozen=True, slots=True)
class FeedHealth:
    slug: str
    state: FeedState
    error: str  #: Of the pause, failure or warning.
    interval: str
    failures: int = 0
    entries: int = 0
    last_success: datetime | None = None
    last_change: datetime | None = None
    last_error: str = ""  #: Even if the feed has recovered.
    last_error_at: datetime | None = None
    next_poll: datetime | None = None
    held: int = 0
    waits: tuple[tuple[str, datetime], ...] = ()  #: Hosts that asked the bot to wait, and until when, even if that is past.

    @property
    def trouble(self) -> str:
        if self.state == FeedState.FAILING:
            return f"{failure_count(self.failures)}: {self.error or 'unknown reason'}"
        found = {
            FeedState.UNREAD: UNREAD_TEXT,
            FeedState.PAUSED: f"paused: {self.error}",
            FeedState.HELD: held_count(self.held),
            FeedState.WARNING: f"warning: {self.error}",
        }
        return found.get(self.state, "")


def feed_health(feed: Feed, row: FeedRow | None) -> FeedHealth:
    if row is None:
        return FeedHealth(feed.slug, FeedState.UNREAD, "", every(feed.every))
    if row.paused:
        state, error = FeedState.PAUSED, row.paused
    elif row.failures:
        state, error = FeedState.FAILING, row.last_error or ""
    elif row.last_success is None:
        state, error = FeedState.UNREAD, ""
    elif row.held:
        state, error = FeedState.HELD, held_count(row.held)
    elif row.warning:
        state, error = FeedState.WARNING, row.warning
    else:
        state, error = FeedState.OK, ""
    return FeedHealth(
        slug=feed.slug,
        state=state,
        error=error,
        interval=every(feed.every),
        failures=row.failures,
        entries=row.entries,
        last_success=row.last_success,
        last_change=row.last_change,
        last_error=row.last_error or "",
        last_error_at=row.last_error_at,
        next_poll=None if row.paused else row.next_poll,
        held=row.held,
        waits=_waits(feed, row),
    )


@dataclass(frozen=True, slots=True)
class LastRead:
    """How current the stored entries of a feed are."""

    at: datetime | None  #: The last good read.
    failed_at: datetime | None = None  #: The last failure, while the feed fails or is paused.
    error: str = ""
    stale: bool = False  #: The last good read is more than STALE_INTERVALS old, or there was none.
    kept: bool = True  #: False: the feed was read later than the moment in question, and only the last read is stored.

    @property
    def failing(self) -> bool:
        return self.failed_at is not None

    @property
    def doubtful(self) -> bool:
        """Newer entries may be missing."""
        return self.failing or self.stale


def last_read(feed: Feed | None, row: FeedRow | None, now: datetime) -> LastRead:
    """`feed` is None if the content no longer has it, so that nobody reads it."""
    if row is None:
        return LastRead(None, stale=True)
    if row.last_success is not None and row.last_success - now > _CLOCKS:
        return LastRead(None, kept=False)
    late = row.last_success is None or feed is None or now - row.last_success > timedelta(seconds=STALE_INTERVALS * feed.every)
    failing = bool(row.failures or row.paused)
    error = (row.paused or row.last_error or "") if failing else ""
    return LastRead(row.last_success, (row.last_error_at or row.last_success or now) if failing else None, error, late)


def _waits(feed: Feed, row: FeedRow) -> tuple[tuple[str, datetime], ...]:
    asked = ((source.url, states.load(row.sources.get(source.url)).not_before) for source in feed.sources)
    return tuple((urlsplit(url).hostname or "", datetime.fromisoformat(until)) for url, until in asked if until)


def comparison_text(result: Reconciliation) -> str:
    """Return "csms: all of the 98 entries that its other sources list are stored", or what was missing, or why it is not known."""
    doubt = f" ({result.problem})" if result.problem else ""
    if not result.listed:
        return f"{result.feed}: its other sources list no entries to compare{doubt}"
    if not result.missing:
        return f"{result.feed}: all of the {result.listed} entries that its other sources list are stored{doubt}"
    numbers = ", ".join(key.partition(":")[2] for key in result.missing)
    return f"{result.feed}: {missing_text(result)}: {numbers}{doubt}"


def missing_text(result: Reconciliation) -> str:
    """Return "2 of the 98 entries that its other sources list were missing; 1 is posted, 1 is too old to be posted"."""
    count, old = len(result.missing), len(result.missing) - result.posted - result.held
    parts = (
        f"{result.posted} {'is' if result.posted == 1 else 'are'} posted" if result.posted else "",
        f"{result.held} wait for an admin's decision" if result.held else "",
        f"{old} {'is' if old == 1 else 'are'} too old to be posted" if old else "",
    )
    found = f"{count} of the {result.listed} entries that its other sources list {'was' if count == 1 else 'were'} missing"
    return f"{found}; {', '.join(filter(None, parts))}"


def failure_count(failures: int) -> str:
    return "failed once" if failures == 1 else f"failed {failures} times in a row"


def entry_count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def held_count(held: int) -> str:
    return "1 new entry on hold" if held == 1 else f"{held} new entries on hold"


def every(seconds: int) -> str:
    """Format an interval in its largest whole unit: "5 min"."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}"
