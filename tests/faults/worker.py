"""A worker process: the real schedule, renderers, Slack client and store, with points at which it dies."""

import asyncio
import contextvars
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import aiohttp
import httpx
from apscheduler.schedulers import base
from apscheduler.triggers import interval
from sqlalchemy import event

from bot import settings
from bot.server import on_stop_signal
from bot.slack import sender
from bot.slack.client import Slack
from bot.slack.sender import SlackSender
from handlers.replies import notices, serialize
from handlers.replies import posts as replies
from jobs import deliver, network, outcomes, schedule
from jobs.models.channels import ChannelRef, Claim
from jobs.models.posts import About, Bundle, Post
from jobs.notices import Notifier
from jobs.outcomes import Outcome, Pace, Unreadable
from jobs.publish import publish_entries
from jobs.revisions import InForce, Library
from jobs.schedule import Every, Schedule
from jobs.store import posts
from jobs.store.database import Connection, DatabaseError
from tests.faults import power
from tests.faults.clock import FileClock, OffsetClock, shifted
from tests.faults.points import CALLS, COMPOSING, LOOKS, PUBLICATION, Points, Strike, WatchedDatabase, note, patch, watch_steps
from tests.support.slack_server import BOT_TOKEN, SECRET
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import new

EVERY = Every(poll=3600, deliver=0.1, refresh=3600, reclassify=3600, forget=3600)

STOP_SECONDS = 0.5
"""Seconds that running work may take after SIGTERM before it is canceled."""

HTTP_SHARE = 0.5
"""The HTTP client's timeout as a share of the lease's `timeout`, as in the product (15 s of 30 s)."""

ADMINS = ChannelRef("slack", "T1", "CADMINS", "admins")
"""The channel of notices."""

RESEND_UNKNOWN, MARK_FIRST = "send again what is unknown", "mark as sent, then send"
NO_SYNC = "leave commits in the cache of the operating system"
ABLATIONS = (RESEND_UNKNOWN, MARK_FIRST, NO_SYNC)
"""Wrong ways to deliver, in which a run must see duplicates and losses."""

BEFORE_CALL, REQUEST_SENT, AFTER_CALL = CALLS
BEFORE_LOOK, AFTER_LOOK = LOOKS

T = TypeVar("T")

_checked: contextvars.ContextVar[float] = contextvars.ContextVar("checked", default=0.0)
_posting: contextvars.ContextVar[bool] = contextvars.ContextVar("posting", default=False)


@dataclass(frozen=True, slots=True)
class Job:
    """The instructions for a worker process."""

    url: str
    slack: str
    tally: Path
    pace: Mapping[str, Any]
    """Arguments of Pace."""
    max_back_off: float = outcomes.MAX_BACK_OFF_SECONDS
    strike: Strike | None = None
    ablation: str = ""
    clock: FileClock | OffsetClock | None = None
    """The database's; the machine's if None."""
    machine: OffsetClock | timedelta = timedelta(0)
    """The machine's clock, or how far it is ahead."""
    synced: Path | None = None
    """Where to keep what SQLite synced, for a power cut."""
    full: Path | None = None
    """The disk is full as long as this file exists."""


def work(job: Job) -> None:
    """Deliver until the process is killed or gets SIGTERM."""
    logging.basicConfig(level=logging.CRITICAL + 1)
    watch_steps()
    patch(outcomes, "MAX_BACK_OFF_SECONDS", lambda _: job.max_back_off)
    if job.ablation == MARK_FIRST:
        mark_first()
    set_machine(job.machine)
    asyncio.run(_work(job))


async def _work(job: Job) -> None:
    points = Points(job.tally, job.strike)
    db = open_database(job, points)
    senders = {"slack": WatchedSender(slack_client(job, points), points, watch_checks(), blind=job.ablation == RESEND_UNKNOWN)}
    pace = Pace(**job.pace)

    def compose(bundle: Bundle) -> list[dict[str, Any]]:
        points.pass_(COMPOSING)
        return replies.compose(bundle, CATALOG, NEW_YORK)

    library = Library(InForce(replace(CATALOG, feeds=()), 0, False))
    notifier = Notifier(admins=lambda: ADMINS, compose=lambda notice: serialize.dump(notices.compose(notice)))
    stop = asyncio.Event()
    async with httpx.AsyncClient() as http:
        deliver_now = partial(deliver.deliver_due, db, senders, compose, pace=pace, notifier=notifier)
        ticks = Schedule(db, library, http, deliver_now, every=EVERY)
        with on_stop_signal(stop.set):
            ticks.start()
            await stop.wait()
            await ticks.stop(STOP_SECONDS)


def set_machine(clock: OffsetClock | timedelta) -> None:
    """Let everything in this process that asks for the machine's time be told another one."""
    if not clock:
        return
    moved = shifted((lambda: clock) if isinstance(clock, timedelta) else (lambda: clock.offset))
    for module in (sender, network, schedule, base, interval):
        patch(module, "datetime", lambda _: moved)


def open_database(job: Job, points: Points) -> WatchedDatabase:
    if job.synced is not None or job.full is not None:
        power.watch_files(job.synced, job.full)
    db = WatchedDatabase(job.url, points, job.clock)
    if job.ablation == NO_SYNC:
        event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL").close())
    return db


def publish(job: Job, number: int) -> None:
    """Publish an entry to every subscription, as often as the process is started."""
    db = open_database(job, Points(job.tally, job.strike))
    try:
        with db.begin() as conn:
            publish_entries(conn, "csms", [new(number, title=f"ENTRY-{number} opens a quota")], db.now(conn), backlog=False)
            note(PUBLICATION)
    except DatabaseError:
        sys.exit(1)
    db.close()


class WatchedSender(SlackSender):
    """The real sender, with points around its calls. A `blind` one finds no post in a history."""

    def __init__(self, slack: Slack, points: Points, checks: Mapping[str, float], *, blind: bool) -> None:
        super().__init__(slack)
        self.points, self.checks, self.blind = points, checks, blind

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        return await self._call(channel, super().send(channel, content, post_id))

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        return await self._call(channel, super().answer(channel, content, post_id, about))

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        return await self._call(channel, super().mark(channel, content, about))

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        return await self._look(super().find(channel, post_id, since))

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        return await self._look(super().find_answer(channel, post_id, since, about))

    async def _call(self, channel: ChannelRef, call: Awaitable[Outcome]) -> Outcome:
        _checked.set(self.checks.get(channel.id, 0.0))
        _posting.set(True)
        self.points.pass_(BEFORE_CALL)
        outcome = await call
        self.points.pass_(AFTER_CALL)
        return outcome

    async def _look(self, look: Awaitable[str | Unreadable | None]) -> str | Unreadable | None:
        _posting.set(False)
        self.points.pass_(BEFORE_LOOK)
        found = await look
        self.points.pass_(AFTER_LOOK)
        return None if self.blind else found


def slack_client(job: Job, points: Points) -> Slack:
    """Return the bot's client, whose requests also say who sends them and when that process began to check its lease."""
    configured = settings.load({"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": job.slack}).slack
    assert configured is not None

    async def on_start(_: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams) -> None:
        who = {"X-Worker": str(os.getpid()), "X-Checked": str(_checked.get()), "X-Sent": str(time.monotonic())}
        request.headers.update(who)

    async def on_body(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestChunkSentParams) -> None:
        if _posting.get():
            # the next turn of the loop comes after the body was written and before an answer can be read
            asyncio.get_running_loop().call_soon(points.pass_, REQUEST_SENT)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(on_start)
    trace.on_request_chunk_sent.append(on_body)
    slack = Slack(configured)
    timeout = aiohttp.ClientTimeout(total=Pace(**job.pace).timeout * HTTP_SHARE)
    slack._session = aiohttp.ClientSession(timeout=timeout, trace_configs=[trace, slack.date_reader()])
    return slack


def watch_checks() -> Mapping[str, float]:
    """Return when each channel's lease was last checked before a call, on the monotonic clock."""
    checks: dict[str, float] = {}

    def noting(time_left: Callable[..., float | None]) -> Callable[..., float | None]:
        def noted(worker: deliver.Worker, claim: Claim, post: Post) -> float | None:
            checks[claim.channel.id] = time.monotonic()
            return time_left(worker, claim, post)

        return noted

    patch(deliver.Worker, "time_left", noting)
    return checks


def mark_first() -> None:
    """Record a post as sent where the intent to send it is recorded, and send it whatever its state."""

    def marking(begin_sending: Callable[..., bool]) -> Callable[..., bool]:
        def marked(conn: Connection, post_id: str, now: datetime) -> bool:
            if not begin_sending(conn, post_id, now):
                return False
            posts.mark_sent(conn, {post_id: ""}, now)
            return True

        return marked

    patch(posts, "begin_sending", marking)
    patch(deliver.Worker, "time_left", lambda _: lambda worker, *_: worker.pace.lease)
