"""A worker's lease on its channel: renewed during a call, given back at a stop, and never outlived by a message."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle
from jobs.outcomes import Outcome
from jobs.prepare import Compose
from jobs.store import channels, schema
from jobs.store import posts as posts_store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.delivery import deliver, post
from tests.support.store import compose, publish, subscribe
from tests.support.stub_platform import Platform, die


class Slow(Platform):
    """Answers a call when the test lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.called, self.let_go = asyncio.Event(), asyncio.Event()
        self.cancelled = False

    async def send(self, to: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        self.called.set()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return await super().send(to, content, post_id)


def lease_of(db: Database) -> datetime:
    with db.read() as conn:
        found: datetime = conn.execute(select(schema.channel.c.free_at)).scalar_one()
    return found


async def let_it_arrive() -> None:
    """Let a cancellation reach the tasks of a group."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_long_call_keeps_its_channel_by_renewing_the_lease_and_the_intent(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Slow()
    running = asyncio.create_task(deliver(db, platform, lease=0.3, grace=1.0))
    await platform.called.wait()
    clock.pass_(seconds=0.2)
    before = lease_of(db)
    while lease_of(db) == before:  # noqa: ASYNC110  # the database signals nothing
        await asyncio.sleep(0.02)
    assert (lease_of(db), post(db).sending_at) == (clock.now + timedelta(seconds=0.3), clock.now)
    platform.let_go.set()
    assert await running == 1


async def test_a_worker_that_lost_its_claim_gives_its_call_up(db: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Slow()
    running = asyncio.create_task(deliver(db, platform, lease=0.3, grace=1.0))
    await platform.called.wait()
    clock.pass_(seconds=1)
    with db.begin() as conn:
        assert channels.claim(conn, ["playground"], clock.now, 25)
    assert await running == 0
    assert platform.cancelled
    assert "lease could not be renewed" in caplog.text
    assert post(db).state == "sending"


async def test_a_call_begins_only_while_a_third_of_the_lease_is_left(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)

    def compose_for(seconds: float) -> Compose:
        def compose_slowly(bundle: Bundle) -> list[dict[str, Any]]:
            clock.pass_(seconds=seconds)
            return compose(bundle)

        return compose_slowly

    platform = Platform()
    assert await deliver(db, platform, compose_for(18)) == 0  # 7 of 25 seconds are left
    assert (platform.messages, post(db).state, post(db).attempts) == ([], "pending", 0)
    clock.pass_(seconds=1)
    assert await deliver(db, platform) == 1
    publish(db, 2)
    assert await deliver(db, platform, compose_for(16)) == 1
    assert (platform.seen(), platform.looks) == (["1", "2"], [])


async def test_a_stopping_process_frees_its_channel_at_once(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Slow()
    running = asyncio.create_task(deliver(db, platform))
    await platform.called.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (lease_of(db), post(db).state) == (clock.now, "sending")
    clock.pass_(seconds=31)
    assert await deliver(db, other := Platform()) == 1
    assert other.looks, "the message may have arrived, so the bot looks for it first"


async def test_a_stopping_process_leaves_a_post_whose_call_never_began_pending(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(db)
    publish(db, 1)
    loop = asyncio.get_running_loop()
    begin = posts_store.begin_sending
    running: asyncio.Task[int]

    def stop(*arguments: Any) -> bool:
        begun = begin(*arguments)
        loop.call_soon_threadsafe(running.cancel)
        asyncio.run_coroutine_threadsafe(let_it_arrive(), loop).result()
        return begun

    with monkeypatch.context() as patched:
        patched.setattr(posts_store, "begin_sending", stop)
        running = asyncio.create_task(deliver(db, Platform(), workers=1))  # a second one would wait for the transaction's lock
        with pytest.raises(asyncio.CancelledError):
            await running
    assert (lease_of(db), post(db).state, post(db).attempts) == (clock.now, "pending", 0)
    assert await deliver(db, other := Platform()) == 1
    assert not other.looks


async def test_a_process_that_stops_while_it_claims_a_channel_keeps_none(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(db)
    publish(db, 1)
    loop = asyncio.get_running_loop()
    claim = channels.claim
    running: asyncio.Task[int]

    def stop(*arguments: Any) -> Any:
        taken = claim(*arguments)
        loop.call_soon_threadsafe(running.cancel)
        asyncio.run_coroutine_threadsafe(let_it_arrive(), loop).result()
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(channels, "claim", stop)
        running = asyncio.create_task(deliver(db, Platform()))
        with pytest.raises(asyncio.CancelledError):
            await running
    assert lease_of(db) == clock.now
    assert await deliver(db, Platform()) == 1


async def test_a_killed_workers_channel_is_free_within_30_seconds(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    with pytest.raises(BaseExceptionGroup):
        await deliver(db, Platform([die]))
    clock.pass_(seconds=30)
    assert await deliver(db, platform := Platform()) == 1
    assert platform.seen() == ["1"]
