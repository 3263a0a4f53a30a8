"""Metrics in Prometheus's format, at /metrics.

The values of labels are few, and nobody outside chooses them: none is a channel, a person, a message, an address or a text. All but the
times of requests and of the process come from the database, so every process that serves HTTP tells the same.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import __version__
from bot.runtime import Runtime
from content.loading.urls import is_loopback
from jobs.feed_health import FeedHealth, FeedState, read_healths
from jobs.models.posts import Waiting
from jobs.models.workers import Worker
from jobs.store import outbox, reports, workers
from jobs.store.database import DatabaseError, first_line

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)

KEPT_SECONDS = 10.0
"""How long what was read from the database is told again, however often somebody asks."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

ENDPOINTS = {"/slack/events": "slack", "/api/messages": "teams", "/healthz": "health", "/readyz": "health", "/metrics": "metrics"}
"""The endpoint that the metrics name for a path; any other path is "other"."""

_HINT = "Set TRADEBOT_METRICS_TOKEN, and send it as a bearer token."

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of a proxy, which asks for somebody else."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows and counts that the metrics tell, as the database has them."""

    now: datetime
    waiting: Waiting
    held: int
    unfinished: tuple[tuple[str, str, int], ...]
    """Posts by platform and state."""
    settled: tuple[tuple[str, str, int], ...]
    """Posts of the last day by platform and outcome."""
    feeds: tuple[FeedHealth, ...]
    workers: tuple[Worker, ...]


class Metrics:
    """The metrics of a process."""

    def __init__(self, runtime: Runtime, clock: Callable[[], float] = time.monotonic) -> None:
        self._runtime = runtime
        self._clock = clock
        self._read: tuple[float, Stored | None] | None = None
        self._reading = asyncio.Lock()
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "tradebot_request_seconds", "Time of HTTP requests", ["endpoint", "status"], buckets=BUCKETS, registry=self._registry
        )
        ProcessCollector(registry=self._registry)

    def measured(self, app: ASGIApp) -> ASGIApp:
        """Return the application with the times of its requests counted."""

        async def measure(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            started, status = self._clock(), "none"

            async def relay(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = f"{message['status'] // 100}xx"
                await send(message)

            try:
                await app(scope, receive, relay)
            finally:
                self._requests.labels(endpoint_of(scope["path"]), status).observe(self._clock() - started)

        return measure

    async def answer(self, request: Request) -> Response:
        """Answer for /metrics."""
        if refusal := refusal_text(request, self._runtime.settings.metrics_token):
            return PlainTextResponse(f"{refusal}\n", 403)
        async with self._reading:
            if self._read is None or self._clock() - self._read[0] >= KEPT_SECONDS:
                self._read = (self._clock(), await asyncio.to_thread(self._look))
            stored = self._read[1]
        shown = CollectorRegistry()
        shown.register(_Collected(tuple(metrics(stored, self._runtime.library.revision))))
        body = generate_latest(self._registry) + generate_latest(shown)
        return Response(body, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    def _look(self) -> Stored | None:
        db = self._runtime.db
        try:
            with db.read() as conn:
                held = sum(each.count for each in outbox.held(conn))
                now = db.now(conn)
                healths = tuple(read_healths(conn, self._runtime.library.catalog.feeds, now))
                unfinished, settled = tuple(reports.unfinished_posts(conn)), tuple(reports.settled_posts(conn, now - DAY))
                return Stored(now, reports.waiting(conn), held, unfinished, settled, healths, tuple(workers.all_rows(conn)))
        except DatabaseError as problem:
            logger.warning("could not read the metrics: %s", first_line(problem))
            return None


class _Collected(Collector):
    def __init__(self, found: tuple[Metric, ...]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield from self._found


def metrics(stored: Stored | None, revision: int) -> Iterator[Metric]:
    """Yield the metrics of what the database says; only that it is away if it says nothing."""
    info = GaugeMetricFamily("tradebot_info", "The version of the bot, and the revision of its content", labels=["version", "revision"])
    info.add_metric([__version__, str(revision)], 1)
    yield info
    yield GaugeMetricFamily("tradebot_database_up", "1 if the database answers", value=float(stored is not None))
    if stored is None:
        return
    waiting = stored.waiting
    # gauges, because old posts are deleted: a counter must not fall
    unfinished = GaugeMetricFamily("tradebot_posts", "Unfinished posts by platform and state", labels=["platform", "state"])
    for platform, state, count in stored.unfinished:
        unfinished.add_metric([platform, state], count)
    yield unfinished
    settled = GaugeMetricFamily("tradebot_posts_last_day", "Posts of the last 24 hours by outcome", labels=["platform", "outcome"])
    for platform, outcome, count in stored.settled:
        settled.add_metric([platform, outcome], count)
    yield settled
    yield GaugeMetricFamily("tradebot_queue", "Messages and other posts that wait, due or not", value=waiting.count)
    age = _seconds(stored.now, waiting.oldest_due)
    yield GaugeMetricFamily("tradebot_oldest_due_seconds", "For how long the oldest that waits has been due, or 0", value=max(age, 0))
    yield GaugeMetricFamily("tradebot_unconfirmed_posts", "Posts that may have arrived", value=waiting.unknown)
    yield GaugeMetricFamily("tradebot_held_posts", "Posts that wait for an admin's decision", value=stored.held)
    read = GaugeMetricFamily("tradebot_feed_age_seconds", "Since the last good read of a feed", labels=["feed"])
    failures = GaugeMetricFamily("tradebot_feed_failures", "Failed reads of a feed in a row", labels=["feed"])
    states = GaugeMetricFamily("tradebot_feed_state", "1 for the state in which a feed is", labels=["feed", "state"])
    for health in stored.feeds:
        if health.last_success is not None:
            read.add_metric([health.slug], _seconds(stored.now, health.last_success))
        failures.add_metric([health.slug], health.failures)
        for state in FeedState:
            states.add_metric([health.slug, state], health.state is state)
    yield read
    yield failures
    yield states
    newest = max((each.beat_at for each in stored.workers), default=None)
    if newest is not None:
        yield GaugeMetricFamily("tradebot_worker_age_seconds", "Since the newest heartbeat of a worker", value=_seconds(stored.now, newest))


def refusal_text(request: Request, token: str) -> str:
    """Return why a request may not read the metrics, and what to do, or "" if it may.

    It needs the token or, if none is set, must come from this computer and through no proxy that can be noticed. A proxy on this computer
    may pass on the name that its clients use; one that hides itself cannot be told from this computer.
    """
    if token:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.encode("latin-1", "replace"), token.encode()) and scheme.lower() == "bearer"
        return "" if right else "Send TRADEBOT_METRICS_TOKEN as a bearer token."
    if request.client is None or not is_loopback(request.client.host.removeprefix("::ffff:")):
        return f"Without a token, only the bot's own computer may read the metrics. {_HINT}"
    if any(name in request.headers for name in FORWARDED) or request.scope["http_version"] == "1.0":  # nginx asks so unless told otherwise
        return f"The request came through a proxy, so the bot cannot know whether it is from its own computer. {_HINT}"
    asked = request.headers.get("host", "").lower()
    name = asked[1:].partition("]")[0] if asked.startswith("[") else asked.partition(":")[0]
    if not is_loopback(name):
        return (
            "The request names another computer in its Host header, so the bot cannot know whether it is from its own. "
            f"Ask for http://127.0.0.1, or use a token: {_HINT[:1].lower()}{_HINT[1:]}"
        )
    return ""


def endpoint_of(path: str) -> str:
    return "calendar" if path.startswith("/calendar/") else ENDPOINTS.get(path, "other")


def _seconds(now: datetime, moment: datetime | None) -> float:
    return 0.0 if moment is None else (now - moment).total_seconds()
