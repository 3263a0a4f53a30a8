"""A feed's health, for every admin view."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from content.catalog import Feed
from jobs.identity import WASHINGTON
from jobs.models.feeds import FeedRow, Reconciliation
from jobs.silence import MIN_DAYS, USUAL, unusual_silence
from jobs.sources import state as states
from jobs.states import PollProblem

if TYPE_CHECKING:
    from jobs.store.database import Connection

UNREAD_TEXT = "not read yet"

STALE_INTERVALS = 3
"""After so many intervals without a good read, a feed's newest entries may be missing."""

_CLOCKS = timedelta(hours=1)
"""How far the clocks of the database and of the process may differ, at most."""

_UNITS = ((3600, "h"), (60, "min"), (1, "s"))


class FeedState(StrEnum):
    UNREAD = "unread"
    PAUSED = "paused"
    BLOCKED = "blocked"  #: The server refuses the bot (403), limits it (429), or asks whether it is a person.
    NOT_A_FEED = "not-a-feed"  #: A web page, or another document, came instead.
    FAILING = "failing"  #: No answer, an error of the server, or a broken document.
    LATE = "late"  #: It did not fail, but nobody has read it for STALE_INTERVALS.
    HELD = "held"  #: A flood waits for an admin's decision.
    QUIET = "quiet"  #: It is read, but has brought nothing for unusually long, or its document has become empty.
    WARNING = "warning"  #: The last poll succeeded, but see `FeedHealth.error`.
    OK = "ok"


_FAILURES = {PollProblem.BLOCKED: FeedState.BLOCKED, PollProblem.NOT_A_FEED: FeedState.NOT_A_FEED, PollProblem.OTHER: FeedState.FAILING}

FAILING = frozenset(_FAILURES.values())
"""The states of a feed whose last poll failed."""

BAD = FAILING | {FeedState.PAUSED, FeedState.LATE, FeedState.QUIET}
"""The states in which messages of a feed may be missing."""


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
    warning: str = ""  #: Of the last good poll.
    held: int = 0
    silent: int = 0  #: Business days, if so many without an entry are unusual.
    waits: tuple[tuple[str, datetime], ...] = ()  #: Hosts that asked the bot to wait, and until when, even if that is past.

    @property
    def trouble(self) -> str:
        if self.state in FAILING:
            kind = _KINDS.get(self.state, "")
            return f"{kind}{failure_count(self.failures)}: {self.error or 'unknown reason'}"
        found = {
            FeedState.UNREAD: UNREAD_TEXT,
            FeedState.PAUSED: f"paused: {self.error}",
            FeedState.LATE: self.error,
            FeedState.HELD: held_count(self.held),
            FeedState.QUIET: self.error,
            FeedState.WARNING: f"warning: {self.error}",
        }
        return found.get(self.state, "")


_KINDS = {FeedState.BLOCKED: "blocked, ", FeedState.NOT_A_FEED: "not a feed, "}


def read_healths(conn: Connection, feeds: Iterable[Feed], now: datetime) -> list[FeedHealth]:
    from jobs.store import feeds as feed_store  # what reads no database should not wait for its library

    rows = {row.slug: row for row in feed_store.all_rows(conn)}
    return [read_health(conn, feed, rows.get(feed.slug), now) for feed in feeds]


def read_health(conn: Connection, feed: Feed, row: FeedRow | None, now: datetime) -> FeedHealth:
    """Look at the feed's entries only if the last change of one was long ago."""
    if row is None or row.last_change is None or now - row.last_change < timedelta(days=MIN_DAYS):
        return feed_health(feed, row, now)
    from jobs.store import feeds as feed_store  # as in read_healths

    came = feed_store.arrivals(conn, feed.slug, now - 2 * USUAL)
    return feed_health(feed, row, now, [each.astimezone(WASHINGTON).date() for each in came])


def feed_health(feed: Feed, row: FeedRow | None, now: datetime, arrivals: Collection[date] = ()) -> FeedHealth:
    """Decide how a feed is. `arrivals` has the days on which its entries came, in Washington, one for each entry."""
    if row is None:
        return FeedHealth(feed.slug, FeedState.UNREAD, "", every(feed.every))
    silent = unusual_silence(arrivals, now.astimezone(WASHINGTON).date())
    if row.paused:
        state, error = FeedState.PAUSED, row.paused
    elif row.failures:
        state, error = _FAILURES[PollProblem(row.problem or "")], row.last_error or ""
    elif row.last_success is None:
        state, error = FeedState.UNREAD, ""
    elif _is_late(feed, row.last_success, now):
        state, error = FeedState.LATE, f"late: it should be read every {every(feed.every)}"
    elif row.held:
        state, error = FeedState.HELD, held_count(row.held)
    elif silent:
        state, error = FeedState.QUIET, f"too quiet: nothing new for {silent} business days, which is unusual for it"
    elif row.last_change is not None and not row.entries:
        state, error = FeedState.QUIET, "too quiet: its document has no entries anymore"
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
        warning=row.warning or "",
        held=row.held,
        silent=silent,
        waits=_waits(feed, row),
    )


def _is_late(feed: Feed, read: datetime, now: datetime) -> bool:
    return now - read > timedelta(seconds=STALE_INTERVALS * feed.every)


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
    late = row.last_success is None or feed is None or _is_late(feed, row.last_success, now)
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
