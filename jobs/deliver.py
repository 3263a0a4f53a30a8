"""Deliver posts: claim a channel, find or make its next post, send it, settle it.

The intent is committed before the call, the outcome after it. After a crash in between, the next claim searches the channel's history
before it sends anything: effectively once.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from jobs import corrections, next_post
from jobs.models import About, Bundle, ChannelRef, Claim, Post
from jobs.outcomes import Outcome, Pace, Retry, Settlement, Unknown, Unreadable, after_look, after_send, back_off
from jobs.states import Pause, PostKind, PostState
from jobs.store import channels, posts
from jobs.store.database import Connection, Database

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_WAIT_SECONDS = 2.0  #: Longest wait for a rate slot; the rest is left to the next tick.

MAX_COMPOSITIONS = 5  #: Of a post whose deliveries keep changing; then the channel backs off.

Contents = list[dict[str, Any]]
Compose = Callable[[Bundle], Contents]
"""Returns Replies, several if one exceeds a message's limits. Runs outside of transactions."""


class Sender(Protocol):
    """Calls are cut off after `Pace.timeout`; an exception counts as an unknown outcome."""

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """Post a message that carries `post_id`."""

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        """Return the receipt of the message that carries `post_id`, or None if the history since then has none."""

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        """Replace the message `about`; repeating it does no harm."""

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        """Like `send`, in the thread of the message `about`."""

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        """Like `find`, in the thread of the message `about`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """To compose: a planned post (`step`), or a stored mark or answer (`post`)."""

    bundle: Bundle
    step: next_post.Make | None = None
    post: Post | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """`chance` returns numbers from 0 to 1."""

    db: Database
    senders: Mapping[str, Sender]
    compose: Compose
    pace: Pace
    chance: Callable[[], float]

    def claim(self) -> Claim | None:
        with self.db.begin() as conn:
            return channels.claim(conn, list(self.senders), self.db.now(conn), self.pace.lease)

    def prepare(self, claim: Claim) -> Post | None:
        """Return the post to send, its intent committed, or give the channel back. Only what is still due is stored."""
        found = self._next(claim, None, [])
        for _ in range(MAX_COMPOSITIONS):
            if not isinstance(found, Draft):
                return found
            contents = self.compose(found.bundle)
            if not contents:
                raise ValueError(f"compose returned no post for {', '.join(item.entry.key for item in found.bundle.entries)}")
            found = self._next(claim, found, contents)
        if not isinstance(found, Draft):
            return found
        raise RuntimeError(f"what is due in {claim.channel} changed {MAX_COMPOSITIONS} times while it was composed")

    def _next(self, claim: Claim, draft: Draft | None, contents: Contents) -> Post | Draft | None:
        with self.db.begin() as conn:
            now = self.db.now(conn)
            if not channels.holds_claim(conn, claim):
                return None
            flying = posts.first(conn, claim.channel_id, PostState.SENDING)
            if flying is not None and flying.sending_at is not None:
                ready = flying.sending_at + timedelta(seconds=self.pace.grace)
                if now >= ready:
                    return flying
                channels.release(conn, claim, ready, claim.failures)
                return None
            post = posts.first(conn, claim.channel_id, PostState.PENDING)
            if post is None:
                found = self._new_post(conn, claim, draft, contents, now)
            elif post.about is not None and not post.content:
                found = self._correction(conn, post, draft, contents, now)
            else:
                found = post
            if isinstance(found, Draft):
                return found
            if found is None or not posts.begin_sending(conn, found.id, now):
                channels.release(conn, claim, now, claim.failures)
                return None
            return found

    def _new_post(self, conn: Connection, claim: Claim, draft: Draft | None, contents: Contents, now: datetime) -> Post | Draft | None:
        step = next_post.next_step(conn, claim.channel_id, now)
        if step is None:
            return None
        if draft is None or draft.step != step:
            return Draft(next_post.load_bundle(conn, claim.channel, step, now), step=step)
        next_post.make_post(conn, claim.channel_id, step, draft.bundle.period, contents, now)
        post = posts.first(conn, claim.channel_id, PostState.PENDING)
        # a correction recorded meanwhile goes first, and has to be composed
        return post if post is not None and post.content else None

    def _correction(self, conn: Connection, post: Post, draft: Draft | None, contents: Contents, now: datetime) -> Post | Draft | None:
        if draft is None or draft.post != post:
            bundle = corrections.load_correction(conn, post, now)
            if bundle is not None:
                return Draft(bundle, post=post)
            posts.mark_dead(conn, post.id, "the post it refers to was never sent, or its receipt is unknown", now)
            return None
        posts.set_content(conn, post.id, contents[0])
        return replace(post, content=contents[0])

    def has_time(self, claim: Claim) -> bool:
        """Return whether a call that begins now ends, and its message appears, within the lease."""
        with self.db.read() as conn:
            return self.db.now(conn) + timedelta(seconds=self.pace.reserve) <= claim.until

    def settle(self, claim: Claim, post: Post, settlement: Settlement) -> bool:
        """Return False, having recorded nothing, if the claim was lost."""
        if settlement.pause == Pause.WORKSPACE:
            # in its own transaction: two that each hold a channel and pause the workspace would deadlock
            with self.db.begin() as conn:
                channels.pause_workspace(conn, claim.channel.platform, claim.channel.workspace, settlement.error)
        with self.db.begin() as conn:
            now = self.db.now(conn)
            if not channels.release(conn, claim, now + timedelta(seconds=settlement.wait), settlement.failures):
                logger.warning("lost the claim on %s before post %s was settled", claim.channel, post.id)
                return False
            match settlement.state:
                case PostState.SENT:
                    posts.mark_sent(conn, post.id, settlement.receipt, now)
                    if post.kind == PostKind.MARK and post.about is not None:
                        # stored with its mark, so that a second mark comes on top
                        posts.set_content(conn, post.about.id, post.content)
                case PostState.PENDING:
                    posts.mark_pending(conn, post.id, settlement.error or None, counted=settlement.counted)
                    posts.withdraw(conn, claim.channel_id, now)  # somebody may have unsubscribed meanwhile
                case PostState.SENDING:
                    posts.mark_unknown(conn, post.id, settlement.error, held_at=now if settlement.held else None)
                case PostState.DEAD:
                    posts.mark_dead(conn, post.id, settlement.error, now)
            if settlement.pause == Pause.CHANNEL:
                channels.pause(conn, claim.channel_id, settlement.error)
        if settlement.error:
            state = "held until an admin decides" if settlement.held else settlement.state
            logger.warning("post %s in %s is %s: %s", post.id, claim.channel, state, settlement.error)
        return True

    def release_after_failure(self, claim: Claim) -> None:
        """Give the channel back because its post could not be made."""
        with self.db.begin() as conn:
            wait = back_off(claim.failures, self.pace.grace, self.chance())
            channels.release(conn, claim, self.db.now(conn) + timedelta(seconds=wait), claim.failures + 1)

    async def work(self, claim: Claim) -> bool:
        try:
            return await self.serve(claim)
        except Exception:  # the database failed: the post keeps its state, and the lease ends by itself
            logger.exception("work on %s was interrupted", claim.channel)
            return False

    async def serve(self, claim: Claim) -> bool:
        """Return whether a post arrived."""
        try:
            post = await asyncio.to_thread(self.prepare, claim)
        except Exception:
            logger.exception("could not make a post for %s; the bot tries again later", claim.channel)
            await asyncio.to_thread(self.release_after_failure, claim)
            return False
        if post is None:
            return False
        slot = self.pace.slots.get(claim.channel.platform, 0.0)
        if post.state == PostState.SENDING and post.kind != PostKind.MARK:  # a mark is simply sent again
            found = await self.look(claim, post)
            settlement = after_look(found, self.pace.unreadable, slot, claim.failures, self.pace.grace, self.chance())
        else:
            outcome = await self.send(claim, post)
            settlement = after_send(outcome, slot, claim.failures, self.pace.grace, self.chance())
        return await asyncio.to_thread(self.settle, claim, post, settlement) and settlement.state == PostState.SENT

    async def send(self, claim: Claim, post: Post) -> Outcome:
        sender, channel = self.senders[claim.channel.platform], claim.channel
        if not await asyncio.to_thread(self.has_time, claim):
            return Retry(1.0, "the worker was delayed longer than its lease allows")
        if post.about is None:
            call = sender.send(channel, post.content, post.id)
        elif post.kind == PostKind.MARK:
            call = sender.mark(channel, post.content, post.about)
        else:
            call = sender.answer(channel, post.content, post.id, post.about)
        return await self._wait_for(call, Unknown, claim, post)

    async def look(self, claim: Claim, post: Post) -> str | Unreadable | None:
        """Search the history since the post's creation, which covers earlier attempts."""
        sender, channel = self.senders[claim.channel.platform], claim.channel
        if post.about is None:
            call = sender.find(channel, post.id, post.created_at)
        else:
            call = sender.find_answer(channel, post.id, post.created_at, post.about)
        return await self._wait_for(call, lambda why: Unreadable(f"the history could not be read: {why}"), claim, post)

    async def _wait_for(self, call: Awaitable[T], failure: Callable[[str], T], claim: Claim, post: Post) -> T:
        try:
            async with asyncio.timeout(self.pace.timeout):
                return await call
        except TimeoutError:
            return failure(f"no answer within {self.pace.timeout:g} s")
        except Exception as error:
            logger.exception("the sender of %s raised for post %s", claim.channel, post.id)
            return failure(f"{type(error).__name__}: {error}")

    def wait_seconds(self) -> float | None:
        """Return the seconds until the next channel is free, or None if too long."""
        with self.db.read() as conn:
            free = channels.next_free(conn, list(self.senders), self.db.now(conn))
            wait = None if free is None else (free - self.db.now(conn)).total_seconds()
        return None if wait is None or wait > MAX_WAIT_SECONDS else max(wait, 0.0)


async def deliver_due(
    db: Database,
    senders: Mapping[str, Sender],
    compose: Compose,
    *,
    pace: Pace | None = None,
    chance: Callable[[], float] = random.random,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> int:
    """Post until nothing is due; return how many posts arrived. Processes may run it concurrently."""
    worker = Worker(db, senders, compose, pace or Pace(), chance)
    arrived = 0
    waited = False
    async with asyncio.TaskGroup() as group:
        busy: set[asyncio.Task[bool]] = set()
        while True:
            while len(busy) < worker.pace.workers and (claim := await asyncio.to_thread(worker.claim)) is not None:
                busy.add(group.create_task(worker.work(claim)))
                waited = False
            if busy:
                # a platform that hangs must not delay a channel that becomes due now
                done, busy = await asyncio.wait(busy, timeout=worker.pace.look, return_when=asyncio.FIRST_COMPLETED)
                arrived += sum(task.result() for task in done)
                continue
            wait = None if waited else await asyncio.to_thread(worker.wait_seconds)
            if wait is None:
                return arrived
            await sleep(wait)
            waited = True


def resolve_held_post(conn: Connection, post_id: str, now: datetime, *, arrived: bool) -> PostState | None:
    """Apply an admin's decision about a held post: it arrived, or it is sent again.

    Return its new state (DEAD if nobody wants it anymore), or None if it is not held. Revoking its claim is safe: a held post is
    looked for, but never being sent.
    """
    found = posts.find_held(conn, post_id)
    if found is None:
        return None
    channels.lock(conn, found.channel_id)
    if posts.find_held(conn, post_id) != found:  # just decided or found
        return None
    channels.revoke_claim(conn, found.channel_id, now)
    if arrived:
        posts.mark_sent(conn, post_id, "", found.sending_at)
    else:
        posts.mark_pending(conn, post_id, None, counted=True)
        posts.withdraw(conn, found.channel_id, now)
    return posts.state_of(conn, post_id)
