"""Read a feed's first choice, or all its fallback sources if that fails."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx

from content.catalog import Feed, Source
from jobs import fetch
from jobs.models.entries import Parsed
from jobs.sources import process
from jobs.sources import state as states
from jobs.sources.document import Document, is_oldest_first
from jobs.sources.identify import identify, merge
from jobs.sources.state import SourceState
from jobs.states import PollProblem
from jobs.threads import in_feed_thread

_BLOCKED = (403, 429)
_CHALLENGES = (b"captcha", b"challenge-platform", b"cf-chl", b"_incapsula_", b"not a robot", b"you are human", b"checking your browser")
_CHALLENGE_BYTES = 50_000

Progress = Callable[[str], None]  #: Takes one sentence.


def quiet(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class SourceRead:
    source: Source
    state: SourceState  #: Stored together with the entries.
    problem: str | None = None
    status: int | None = None
    retry_after: float | None = None
    kind: PollProblem | None = None  #: None if there is no problem, or no request was made.
    parsed: tuple[Parsed, ...] | None = None  #: None if the document is unchanged.
    entries: int = 0
    whole: bool = True
    sound: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedRead:
    """The sources tried, the first choice first."""

    sources: tuple[SourceRead, ...]

    @property
    def worked(self) -> tuple[SourceRead, ...]:
        return tuple(each for each in self.sources if each.problem is None)

    @property
    def first_choice(self) -> bool:
        return self.sources[0].problem is None

    @property
    def parsed(self) -> tuple[Parsed, ...] | None:
        """Each entry once; None if nothing changed."""
        documents = [each.parsed for each in self.worked if each.parsed is not None]
        return merge(documents) if documents else None

    @property
    def problem(self) -> str:
        return "; ".join(f"{fetch.format_address(each.source.url)}: {each.problem}" for each in self.sources if each.problem is not None)

    @property
    def kind(self) -> PollProblem | None:
        """The kind of the first choice's problem; None if it was not asked."""
        return self.sources[0].kind

    @property
    def retry_after(self) -> float | None:
        """The shortest wait in seconds, if every source asked for one."""
        waits = [each.retry_after for each in self.sources]
        return min((wait for wait in waits if wait is not None), default=None) if None not in waits else None

    @property
    def gone(self) -> bool:
        return all(each.status == 410 for each in self.sources)


async def read_feed(feed: Feed, kept: dict[str, SourceState], http: httpx.AsyncClient, now: datetime, progress: Progress) -> FeedRead:
    """`kept` are the stored source states by URL."""

    async def read(source: Source) -> SourceRead:
        progress(f"{feed.slug}: reading {fetch.format_address(source.url)}")
        return await read_source(feed, source, kept.get(source.url, SourceState()), http, now)

    first = await read(feed.sources[0])
    if first.problem is None or len(feed.sources) == 1:
        return FeedRead((first,))
    progress(f"{feed.slug}: reading its fallback")
    return FeedRead((first, *await asyncio.gather(*(read(source) for source in feed.sources[1:]))))


async def read_source(feed: Feed, source: Source, state: SourceState, http: httpx.AsyncClient, now: datetime) -> SourceRead:
    """Read one source, conditionally if `state` knows what it had before. Every failure is a value."""
    if state.must_wait(now):
        until = datetime.fromisoformat(state.not_before)
        return SourceRead(source, state, f"the server asked us to wait until {until:%H:%M:%S} UTC", None, (until - now).total_seconds())
    url, limits = _address(feed, source, state)
    known = fetch.Validators(state.answered_by, state.etag, state.last_modified) if state.may_be_conditional(now) else fetch.Validators()
    outcome = await fetch.fetch(http, url, known=known, limits=limits)
    if isinstance(outcome, fetch.Failed):
        wait = outcome.retry_after
        waits = ("", "") if wait is None else ((now + timedelta(seconds=wait)).isoformat(), now.isoformat())
        failing = replace(state, not_before=waits[0], asked_at=waits[1], gone=outcome.status == 410)
        # if a moved address fails, the next poll asks the old one
        failing = replace(failing, moved_to="", sightings=()) if url != source.url else failing
        kind = PollProblem.BLOCKED if outcome.status in _BLOCKED else PollProblem.OTHER
        return SourceRead(source, failing, outcome.why, outcome.status, wait, kind)
    before = replace(state, not_before="", asked_at="", gone=False)
    after = states.record_redirect(before, outcome.moved_to, now) if url == source.url else before
    if isinstance(outcome, fetch.Unchanged):
        return SourceRead(source, after, entries=after.entries)
    digest = hashlib.sha256(outcome.body).hexdigest()
    validators = outcome.validators
    after = replace(
        after, etag=validators.etag, last_modified=validators.last_modified, answered_by=validators.url, fetched_at=now.isoformat()
    )
    if digest == state.digest:
        return SourceRead(source, after, entries=after.entries)
    document = await process.parse(source.kind, outcome.content_type, outcome.body, validators.url.partition("?")[0])
    if not isinstance(document, Document):
        if is_challenge(outcome.body):
            return SourceRead(source, before, "the server asks whether the bot is a person (CAPTCHA)", kind=PollProblem.BLOCKED)
        return SourceRead(source, before, f"the document is not a feed: {document.why}", kind=PollProblem.NOT_A_FEED)
    return await in_feed_thread(_identify, feed, source, document, before, replace(after, digest=digest))


def is_challenge(body: bytes) -> bool:
    """Return whether a web page asks its reader to prove that they are a person."""
    start = body[:_CHALLENGE_BYTES].lower()
    return b"<html" in start and any(mark in start for mark in _CHALLENGES)


def _address(feed: Feed, source: Source, state: SourceState) -> tuple[str, fetch.Limits]:
    """A settled move is followed directly."""
    home = httpx.URL(source.url)
    hosts = (*feed.hosts, home.host)
    if state.settled_at and fetch.refusal(httpx.URL(state.settled_at), home, feed.hosts) is None:
        return state.settled_at, fetch.Limits(hosts)
    return source.url, fetch.Limits(hosts)


def _identify(feed: Feed, source: Source, document: Document, before: SourceState, after: SourceState) -> SourceRead:
    newest_first = document.entries[:: -1 if is_oldest_first(each.published for each in document.entries) else 1]
    identified = identify(feed, newest_first, first_choice=source == feed.sources[0])
    count = len(identified.parsed if feed.publishes == "csms" else document.entries)
    if not count and not document.whole:
        return SourceRead(source, before, "the document ends before its first entry is complete", kind=PollProblem.OTHER)
    if not count and not feed.may_be_empty:
        return SourceRead(source, before, "a feed with no entries, where some are expected", kind=PollProblem.OTHER)
    # no validators: the next poll fetches a cut-short document again
    after = after if document.whole else replace(before, digest="", etag="", last_modified="")
    state = replace(after, entries=count)
    warnings = (*document.warnings, *identified.warnings)
    return SourceRead(source, state, None, 200, None, None, identified.parsed, count, document.whole, document.sound, warnings)
