"""Deliver posts: claim a channel, find or make its next post, send it, settle it.

The intent is committed before the call, the outcome after it. After a crash in between, the next claim searches the channel's history
before it sends anything: effectively once.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from jobs import notices, restorations
from jobs.clock import repair
from jobs.models.channels import Claim
from jobs.models.posts import Post
from jobs.models.restorations import Restoration
from jobs.outcomes import NOT_CALLED, Outcome, Pace, Retry, Unknown, Unreadable, after_look, after_send, back_off
from jobs.prepare import Compose, Preparation
from jobs.senders import PLAIN, TOKENS, Sender
from jobs.settle import Settling, settle, settle_together
from jobs.states import PostKind, PostState, UnreadablePolicy
from jobs.store import channels, idempotency, posts
from jobs.store.clock import TOLERANCE
from jobs.store.database import Database, first_line, is_away
from jobs.threads import Together, in_thread

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_STEPS = 3  #: So often may the clock be set while a channel is claimed; then the next tick goes on.

MAX_WAIT_SECONDS = 2.0  #: Longest wait for a rate slot; the rest is left to the next tick.

TOLD_AFTER = 3  #: Attempts to make a post that fail in a row before the admins are told; a database may be away for a moment.
TOLD_AGAIN = timedelta(hours=6)  #: Before that, no other channel with the same reason is told.
MAX_ERROR = 300  #: Characters of the reason.

RECALL_SECONDS = 300.0  #: Longest time to read the history since a backup was made.


@dataclass(slots=True)
class Stage:
    """How far the work on a claim got, for a cancellation."""

    intent: str | None = None  #: The post whose intent was committed.
    called: bool = False  #: Its call began.
    settling: bool = False  #: Its settlement frees the channel.


@dataclass(frozen=True, slots=True)
class Worker:
    """`chance` returns numbers from 0 to 1."""

    db: Database
    senders: Mapping[str, Sender]
    compose: Compose
    pace: Pace
    chance: Callable[[], float]
    notifier: notices.Notifier = notices.SILENT
    settler: Together[Settling, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settler", Together(lambda several: settle_together(self.db, several)))  # it is frozen

    def claim(self, most: int = 1) -> list[Claim]:
        for _ in range(MAX_STEPS):
            repair(self.db, self.pace.lease)
            with self.db.begin() as conn:
                now = self.db.now(conn)
                if not self.db.monitor.unchecked:
                    return channels.claim(conn, list(self.senders), now, self.pace.lease, most)
        return []

    def prepare(self, claim: Claim, stage: Stage | None = None) -> Post | None:
        """Return the post to send, its intent committed, or give the channel back. Only what is still due is stored."""
        post = Preparation(self.db, self.compose, self.notifier.compose, self.pace.grace).prepare(claim)
        if stage is not None and post is not None and post.state == PostState.PENDING:
            stage.intent = post.id
        return post

    def time_left(self, claim: Claim, post: Post) -> float | None:
        """Return the seconds left of the lease, or None if a call that begins now might outlast it, or if all posting is paused.

        The intent has to be recent: whoever claims the channel next looks for the message a grace after it.
        """
        with self.db.read() as conn:
            now, until = self.db.now(conn), channels.lease_end(conn, claim)
            intent = posts.sending_since(conn, post.id)
        # an intent of the future is one of before the clock was set back
        if until is None or intent is None or not -TOLERANCE.total_seconds() <= (now - intent).total_seconds() <= self.pace.renewal:
            return None
        left = min((until - now).total_seconds(), self.pace.lease)
        return left if left >= self.pace.renewal else None

    def renew(self, claim: Claim, post_id: str | None) -> bool:
        """Renew the lease, and the intent of a post that is being sent. Return False if the claim was lost."""
        with self.db.begin() as conn:
            now = self.db.now(conn)
            held = channels.renew(conn, claim, now + timedelta(seconds=self.pace.lease))
            if held and post_id is not None:
                posts.renew_intent(conn, post_id, now)
            return held

    def release_after_failure(self, claim: Claim, error: Exception) -> None:
        """Give the channel back because its post could not be made. The admins learn once of a reason that stays."""
        why = "".join(filter(str.isprintable, f"{type(error).__name__}: {first_line(error)}"))[:MAX_ERROR]
        with self.db.begin() as conn:
            now, wait = self.db.now(conn), back_off(claim.failures, self.pace.grace, self.chance())
            times = channels.release_uncomposed(conn, claim, now + timedelta(seconds=wait), claim.failures + 1, why)
            # a fault in a renderer stops many channels at once
            if times == TOLD_AFTER and idempotency.is_first_time(conn, f"uncomposed:{why}", now, TOLD_AGAIN):
                notices.post_uncomposed(conn, self.notifier, claim.channel, why, now)

    def give_back(self, claim: Claim, stage: Stage) -> None:
        """Free the channel at once because the process stops. A post whose call began is looked for."""
        if stage.settling:
            return
        with self.db.begin() as conn:
            if channels.release(conn, claim, self.db.now(conn), claim.failures) and stage.intent is not None and not stage.called:
                posts.mark_pending(conn, stage.intent, None, counted=False)

    async def take(self, most: int) -> list[Claim]:
        """Claim at most so many channels; a cancellation gives them back."""
        taken: list[Claim] = []
        try:
            await in_thread(lambda: taken.extend(self.claim(most)))
        except asyncio.CancelledError:
            for claim in taken:
                await in_thread(self.give_back, claim, Stage())
            raise
        return taken

    async def work(self, claim: Claim) -> bool:
        stage = Stage()
        try:
            return await self.serve(claim, stage)
        except asyncio.CancelledError:
            await in_thread(self.give_back, claim, stage)
            raise
        except TimeoutError:
            logger.warning("gave up a call in %s, because its lease could not be renewed", claim.channel)
            return False
        except Exception as error:  # the post keeps its state, and the lease ends by itself
            if not is_away(error):
                logger.exception("work on %s was interrupted", claim.channel)
            return False

    async def serve(self, claim: Claim, stage: Stage) -> bool:
        """Return whether a post arrived."""
        unreadable: Unreadable | None = None
        if claim.doubt is not None:
            unreadable = await self.recall(claim, claim.doubt)
            if unreadable is not None and not unreadable.for_good:
                return False
            claim = claim if unreadable is not None else replace(claim, doubt=None)
        try:
            post = await in_thread(self.prepare, claim, stage)
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("could not make a post for %s; the bot tries again later", claim.channel)
            await in_thread(self.release_after_failure, claim, error)
            return False
        if post is None:
            return False
        slot = self.pace.slots.get(claim.channel.platform, 0.0)
        if (post.state == PostState.SENDING or post.doubtful_since) and post.kind != PostKind.MARK:  # a mark is simply sent again
            found = unreadable if unreadable is not None and post.target is None else await self.look(claim, post)
            # nothing waits for a decision about a notice, which may well appear twice
            policy = UnreadablePolicy.RESEND if post.kind == PostKind.NOTICE else self.pace.unreadable
            settlement = after_look(found, policy, slot, claim.failures, self.pace.grace, self.chance())
        else:
            outcome = await self.send(claim, post, stage)
            settlement = after_send(outcome, slot, claim.failures, self.pace.grace, self.chance(), plain=post.plain, before=post.error)
        stage.settling = True
        return await self.settle(Settling(claim, post, settlement)) and settlement.state == PostState.SENT

    async def settle(self, one: Settling) -> bool:
        """Return False, having recorded nothing, if the claim was lost. What needs more than a commit, or has to wait, delays no other."""
        if one.arrived and await self.settler.do(one):
            return True
        return await in_thread(settle, self.db, one.claim, one.post, one.settlement, self.notifier)

    async def send(self, claim: Claim, post: Post, stage: Stage) -> Outcome:
        sender, channel = self.senders[claim.channel.platform], claim.channel
        left = await in_thread(self.time_left, claim, post)
        if left is None:
            return Retry(1.0, NOT_CALLED)
        content = post.content | ({PLAIN: True} if post.plain else {}) | ({TOKENS: list(post.tokens)} if post.tokens else {})
        stage.called = True
        if post.target is None:
            call = sender.send(channel, content, post.id)
        elif post.kind == PostKind.MARK:
            call = sender.mark(channel, content, post.target)
        else:
            call = sender.answer(channel, content, post.id, post.target)
        async with self._renewing(claim, post.id, left):
            return await self._wait_for(call, Unknown, claim, post)

    async def look(self, claim: Claim, post: Post) -> str | Unreadable | None:
        sender, channel, since = self.senders[claim.channel.platform], claim.channel, self.first_attempt(post)
        call = sender.find(channel, post.id, since) if post.target is None else sender.find_answer(channel, post.id, since, post.target)
        async with self._renewing(claim, None, self.pace.lease):
            return await self._wait_for(call, lambda why: Unreadable(f"the history could not be read: {why}"), claim, post)

    async def recall(self, claim: Claim, doubt: Restoration) -> Unreadable | None:
        """Read what the channel got while another copy of the database was in use.

        Return None if nothing is in doubt any longer; `Unreadable` for good if the history never tells. Else the channel is given back.
        """
        if await in_thread(restorations.wait_for_others, self.db, claim, doubt, self.pace.grace):
            return Unreadable("a message of another copy may still appear")
        call = self.senders[claim.channel.platform].find_traces(claim.channel, doubt.since, doubt.until)
        try:
            async with self._renewing(claim, None, self.pace.lease), asyncio.timeout(RECALL_SECONDS):
                found = await call
        except Exception as error:
            logger.warning("could not read the history of %s after a restoration: %s", claim.channel, type(error).__name__)
            found = Unreadable(f"the history could not be read: {type(error).__name__}")
        wait = back_off(claim.failures, self.pace.grace, self.chance())
        return await in_thread(restorations.settle_doubt, self.db, claim, doubt, found, self.pace.unreadable, wait)

    def first_attempt(self, post: Post) -> datetime:
        """Return a time before the post's first attempt that may have arrived.

        A post may have waited for weeks in a channel with thousands of messages. The intent of its only attempt was renewed at most until
        the call's timeout; when earlier ones were is not stored. One that began anew after the clock was set counts as another.
        """
        if post.doubtful_since is not None:
            return post.doubtful_since
        if post.sending_at is None:
            return post.created_at
        last = post.sending_at - timedelta(seconds=self.pace.timeout)
        # a post seems to be made after it was sent if the clock was set back between
        return min(post.created_at, last) if post.attempts > 1 or post.created_at > post.sending_at else max(post.created_at, last)

    @asynccontextmanager
    async def _renewing(self, claim: Claim, post_id: str | None, left: float) -> AsyncIterator[None]:
        """Renew the lease during a call. Where that fails until the lease ends, cancel the call and raise TimeoutError."""
        clock = asyncio.get_running_loop().time

        async def keep(limit: asyncio.Timeout) -> None:
            while True:
                await asyncio.sleep(self.pace.renewal)
                began = clock()
                try:
                    held = await in_thread(self.renew, claim, post_id)
                except Exception as error:
                    if not is_away(error):
                        logger.warning("could not renew the lease on %s: %s", claim.channel, type(error).__name__)
                    continue
                limit.reschedule(began + self.pace.lease if held else began)
                if not held:
                    return

        async with asyncio.timeout(left) as limit:
            renewing = asyncio.create_task(keep(limit))
            try:
                yield
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)

    async def _wait_for(self, call: Awaitable[T], failure: Callable[[str], T], claim: Claim, post: Post) -> T:
        try:
            async with asyncio.timeout(self.pace.timeout):
                return await call
        except TimeoutError:
            return failure(f"no answer within {self.pace.timeout:g} s")
        except Exception as error:
            logger.exception("the sender of %s raised for post %s", claim.channel, post.id)
            return failure(f"{type(error).__name__}: {error}")

    def is_idle(self) -> bool:
        """Return whether no channel has work that is due now or soon. A claim would begin to write, and keep other writers waiting."""
        return self.wait_seconds() is None and not self.db.monitor.unchecked  # a claim repairs what a clock that was set has left

    def wait_seconds(self) -> float | None:
        """Return the seconds until the next channel is free, or None if too long."""
        with self.db.read() as conn:
            free = channels.next_free(conn, list(self.senders), self.db.now(conn))
            wait = None if free is None else (free - self.db.now(conn)).total_seconds()
        return None if wait is None or wait > MAX_WAIT_SECONDS else max(wait, 0.0)


async def _take(worker: Worker, calls: int) -> list[Claim]:
    """Claim a channel for each call that may begin. While `calls` are under way, a database that fails does not end them."""
    try:
        return await worker.take(worker.pace.workers - calls) if calls < worker.pace.workers else []
    except Exception as error:
        if not calls:
            raise
        if not is_away(error):
            logger.warning("could not claim a channel: %s", first_line(error))
        return []


async def deliver_due(  # nine parameters: what a Worker needs, and its surroundings
    db: Database,
    senders: Mapping[str, Sender],
    compose: Compose,
    *,
    pace: Pace | None = None,
    notifier: notices.Notifier = notices.SILENT,
    chance: Callable[[], float] = random.random,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    on_worked: Callable[[], None] = lambda: None,
) -> int:
    """Post until nothing is due; return how many posts arrived. Call `on_worked` after each channel. Processes may run it concurrently."""
    worker = Worker(db, senders, compose, pace or Pace(), chance, notifier)
    if await in_thread(worker.is_idle):
        return 0
    arrived = 0
    waited = False
    async with asyncio.TaskGroup() as group:
        busy: set[asyncio.Task[bool]] = set()
        while True:
            for claim in await _take(worker, len(busy)):
                busy.add(group.create_task(worker.work(claim)))
                waited = False
            if busy:
                # a platform that hangs must not delay a channel that becomes due now
                done, busy = await asyncio.wait(busy, timeout=worker.pace.look, return_when=asyncio.FIRST_COMPLETED)
                arrived += sum(task.result() for task in done)
                if done:
                    on_worked()
                continue
            wait = None if waited else await in_thread(worker.wait_seconds)
            if wait is None:
                return arrived
            await sleep(wait)
            waited = True
