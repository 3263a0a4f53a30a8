"""Delivering: claims a channel, finds or makes its next post, sends it, settles it; many channels side by side.

The intent to send is committed before the call and its outcome after it. So a process that dies in between leaves a
post `sending`, and whoever claims the channel next looks into the channel before it sends anything: effectively once.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from jobs.corrections import MARK
from jobs.models import About, ChannelRef, Claim, Gone, Outcome, Post, Retry, Unknown, Unreadable
from jobs.outcomes import Pace, Settlement, after_looking, after_sending, back_off
from jobs.store import channels, claims, posts, touching
from jobs.store.database import Connection, Database
from jobs.store.making import Compose, make

__all__ = ["Amender", "Compose", "Pace", "Sender", "deliver_due"]

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds for which it is worth waiting for a channel's rate slot; what is free later is for the next tick."""


class Sender(Protocol):
    """One platform. Both are cut off after `Pace.timeout`; what they raise is logged and counts as not knowing."""

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """Posts a message that carries `post_id`, so that it can be found again."""
        ...

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        """The receipt of the message that carries `post_id`; None when the history was read from `since` to its end without it."""
        ...


@runtime_checkable
class Amender(Protocol):
    """A platform where a message can be changed, and answered in its thread, after it was sent."""

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        """Shows `content` in place of the message `about`; to do it again does no harm."""
        ...

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        """As `Sender.send`, below the message `about`."""
        ...

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        """As `Sender.find`, below the message `about`."""
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker needs. `chance` gives numbers from 0 to 1."""

    db: Database
    senders: Mapping[str, Sender]
    compose: Compose
    pace: Pace
    chance: Callable[[], float]

    def claim(self) -> Claim | None:
        with self.db.begin() as conn:
            return claims.claim(conn, list(self.senders), self.db.now(conn), self.pace.lease)

    def take(self, claim: Claim) -> Post | None:
        """The post to work on, its intent written down; None, and the channel given back, when there is nothing to do yet."""
        with self.db.begin() as conn:
            now = self.db.now(conn)
            if not claims.holds(conn, claim):
                return None
            flying = posts.in_flight(conn, claim.channel_id)
            if flying is not None and flying.sending_at is not None:
                ready = flying.sending_at + timedelta(seconds=self.pace.grace)
                if now >= ready:
                    return flying
                claims.release(conn, claim, ready, claim.failures)
                return None
            post = posts.next_pending(conn, claim.channel_id)
            if post is not None and post.about is not None and not post.content:
                post = self.composed(conn, post, now)
                if post is None:
                    claims.release(conn, claim, now, claim.failures)
                    return None
            if post is None and make(conn, claim.channel_id, claim.channel, now, self.compose):
                post = posts.next_pending(conn, claim.channel_id)
            if post is None or not posts.intend(conn, post.id, now):
                claims.release(conn, claim, now, claim.failures)
                return None
            return post

    def composed(self, conn: Connection, post: Post, now: datetime) -> Post | None:
        """A post about a post, with what it says; None, and it is dead, when there is nothing left to be about."""
        bundle = touching.bundle(conn, post, now)
        if bundle is None:
            posts.dead(conn, post.id, "the post that it is about never arrived, or nobody knows where it stands", now)
            return None
        content = self.compose(bundle)[0]
        touching.compose(conn, post, content)
        return replace(post, content=content)

    def in_time(self, claim: Claim) -> bool:
        """Whether a call that begins now is over, and has turned up, before anybody else may claim the channel."""
        with self.db.read() as conn:
            return self.db.now(conn) + timedelta(seconds=self.pace.latest_start) <= claim.until

    def settle(self, claim: Claim, post: Post, settlement: Settlement) -> bool:
        """Writes down what became of a post. False: the claim was lost meanwhile, and nothing is written."""
        if settlement.pause == "workspace":
            # in a transaction of its own: this one holds a channel, and another that pauses the workspace may hold the next
            with self.db.begin() as conn:
                channels.pause_workspace(conn, claim.channel.platform, claim.channel.workspace, settlement.error)
        with self.db.begin() as conn:
            now = self.db.now(conn)
            if not claims.release(conn, claim, now + timedelta(seconds=settlement.wait), settlement.failures):
                logger.warning("lost the claim of %s before post %s was settled", claim.channel, post.id)
                return False
            match settlement.state:
                case "sent":
                    posts.sent(conn, post.id, settlement.receipt, now)
                    if post.kind == MARK:
                        touching.marked(conn, post)
                case "pending":
                    posts.not_posted(conn, post.id, settlement.error or None, counted=settlement.counted)
                    posts.withdraw(conn, claim.channel_id, now)  # somebody may have unsubscribed meanwhile
                case "sending":
                    posts.uncertain(conn, post.id, settlement.error)
                    if settlement.held:
                        posts.hold(conn, post.id, now)
                case "dead":
                    posts.dead(conn, post.id, settlement.error, now)
            if settlement.pause == "channel":
                channels.pause(conn, claim.channel_id, settlement.error)
        if settlement.error:
            state = "held until an admin decides" if settlement.held else settlement.state
            logger.warning("post %s in %s is %s: %s", post.id, claim.channel, state, settlement.error)
        return True

    def set_back(self, claim: Claim) -> None:
        """Nothing could be made for the channel: later again, with nothing lost."""
        with self.db.begin() as conn:
            wait = back_off(claim.failures, self.pace.grace, self.chance())
            claims.release(conn, claim, self.db.now(conn) + timedelta(seconds=wait), claim.failures + 1)

    async def work(self, claim: Claim) -> bool:
        """The same as `serve`, whatever it comes to."""
        try:
            return await self.serve(claim)
        except Exception:  # of the database: the post keeps its state, and the lease ends by itself
            logger.exception("the work on %s was broken off", claim.channel)
            return False

    async def serve(self, claim: Claim) -> bool:
        """One step in one channel; whether a post arrived by it."""
        try:
            post = await asyncio.to_thread(self.take, claim)
        except Exception:
            logger.exception("no post could be made for %s; it is tried again later", claim.channel)
            await asyncio.to_thread(self.set_back, claim)
            return False
        if post is None:
            return False
        slot = self.pace.slots.get(claim.channel.platform, 0.0)
        if post.state == "sending" and post.kind != MARK:  # to mark again does no harm
            found = await self.look(claim, post)
            settlement = after_looking(found, self.pace.unreadable, slot, claim.failures, self.pace.grace, self.chance())
        else:
            outcome = await self.send(claim, post)
            settlement = after_sending(outcome, slot, claim.failures, self.pace.grace, self.chance())
        return await asyncio.to_thread(self.settle, claim, post, settlement) and settlement.state == "sent"

    async def send(self, claim: Claim, post: Post) -> Outcome:
        sender = self.senders[claim.channel.platform]
        if not await asyncio.to_thread(self.in_time, claim):
            return Retry(1.0, "the worker was held up for longer than its lease allows")
        try:
            async with asyncio.timeout(self.pace.timeout):
                if post.about is None:
                    return await sender.send(claim.channel, post.content, post.id)
                if not isinstance(sender, Amender):
                    return Gone("this platform changes no message that was sent")
                if post.kind == MARK:
                    return await sender.mark(claim.channel, post.content, post.about)
                return await sender.answer(claim.channel, post.content, post.id, post.about)
        except TimeoutError:
            return Unknown(f"no answer within {self.pace.timeout:g} s")
        except Exception as error:
            logger.exception("the sender of %s raised for post %s", claim.channel, post.id)
            return Unknown(f"{type(error).__name__}: {error}")

    async def look(self, claim: Claim, post: Post) -> str | Unreadable | None:
        sender = self.senders[claim.channel.platform]
        try:
            async with asyncio.timeout(self.pace.timeout):
                # from when the post was made: a message of an earlier attempt counts as well
                if post.about is not None and isinstance(sender, Amender):
                    return await sender.find_answer(claim.channel, post.id, post.created_at, post.about)
                return await sender.find(claim.channel, post.id, post.created_at)
        except TimeoutError:
            return Unreadable(f"the history could not be read within {self.pace.timeout:g} s")
        except Exception as error:
            logger.exception("the sender of %s raised while looking for post %s", claim.channel, post.id)
            return Unreadable(f"{type(error).__name__}: {error}")

    def soon(self) -> float | None:
        """Seconds until the next channel is free, when that is worth waiting for."""
        with self.db.read() as conn:
            free = claims.next_free(conn, list(self.senders), self.db.now(conn))
            wait = None if free is None else (free - self.db.now(conn)).total_seconds()
        return None if wait is None or wait > PATIENCE else max(wait, 0.0)


async def deliver_due(
    db: Database,
    senders: Mapping[str, Sender],
    compose: Compose,
    *,
    pace: Pace | None = None,
    chance: Callable[[], float] = random.random,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> int:
    """Posts until nothing is due on the platforms of `senders`; answers how many posts arrived. Any number of processes may
    run it at once. What goes wrong in one channel is logged and keeps no other waiting."""
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
                # not only until one is done: a platform that hangs must not keep a channel waiting that is due only now
                done, busy = await asyncio.wait(busy, timeout=worker.pace.look, return_when=asyncio.FIRST_COMPLETED)
                arrived += sum(task.result() for task in done)
                continue
            wait = None if waited else await asyncio.to_thread(worker.soon)
            if wait is None:
                return arrived
            await sleep(wait)
            waited = True
