"""Posts whose calls end together are settled together, and none of them suffers from another one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import event

from jobs.deliver import Worker
from jobs.models.channels import ChannelRef
from jobs.notices import SILENT, Notifier
from jobs.outcomes import Gone, Outcome, Pace, Rejected, Retry, Sent, after_send
from jobs.settle import Settling
from jobs.states import Pause, PostState
from jobs.store import channels, posts
from jobs.store.database import Database, DatabaseError
from tests.support.clock import Clock
from tests.support.delivery import deliver
from tests.support.process import eventually
from tests.support.store import channel, compose, publish, subscribe
from tests.support.stub_platform import Platform

PACE = Pace()
SENT = after_send(Sent("receipt"), 1.0, 0, PACE.grace, 0.0)
CLOSED = after_send(Gone("is_archived", Pause.CHANNEL), 1.0, 0, PACE.grace, 0.0)
REFUSED = after_send(Rejected("invalid_blocks"), 1.0, 0, PACE.grace, 0.0, plain=True)
LATER = after_send(Retry(5.0, "ratelimited"), 1.0, 0, PACE.grace, 0.0)


def sending(db: Database, count: int) -> list[Settling]:
    """Return posts in so many channels that arrived; their intents are committed."""
    for number in range(count):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    worker = Worker(db, {"playground": Platform()}, compose, PACE, lambda: 0.0)
    found = []
    for claim in worker.claim(count):
        post = worker.prepare(claim)
        assert post is not None
        found.append(Settling(claim, post, SENT))
    assert len(found) == count
    return found


async def settle_all(db: Database, several: Sequence[Settling], notifier: Notifier) -> list[bool | BaseException]:
    """Settle posts whose calls end at the same time."""
    worker = Worker(db, {}, compose, PACE, lambda: 0.0, notifier)
    return await asyncio.gather(*map(worker.settle, several), return_exceptions=True)


def states(db: Database, several: Sequence[Settling]) -> list[str]:
    with db.read() as conn:
        return [posts.state_of(conn, each.post.id) for each in several]


def waits(db: Database, several: Sequence[Settling]) -> list[float | None]:
    """Return how long the channels are not free."""
    with db.read() as conn:
        now, ends = db.now(conn), [channels.lease_end(conn, each.claim) for each in several]
    return [None if end is None else (end - now).total_seconds() for end in ends]


async def test_posts_that_arrived_are_settled_by_one_commit(db: Database, clock: Clock) -> None:
    several = sending(db, 4)
    commits: list[SqlConnection] = []
    event.listen(db.engine, "commit", commits.append)
    assert await settle_all(db, several, SILENT) == [True] * 4
    assert len(commits) == 1
    assert states(db, several) == [PostState.SENT] * 4
    assert waits(db, several) == [1.0] * 4


class Waiting(Platform):
    """Answers all calls at once, when as many are under way as there are channels."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.together = asyncio.Barrier(count)

    async def send(self, to: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        await self.together.wait()
        return await super().send(to, content, post_id)


async def test_a_run_settles_calls_that_end_at_once_together(db: Database, clock: Clock) -> None:
    for number in range(6):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    settled: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *of: settled.append(of[2]) if "settled_at=" in of[2] else None)
    assert await deliver(db, Waiting(6)) == 6
    assert 1 <= len(settled) <= 3


async def test_a_post_whose_claim_was_lost_is_not_settled_and_the_others_are(db: Database, clock: Clock) -> None:
    several = sending(db, 3)
    with db.begin() as conn:
        channels.revoke_claim(conn, several[1].claim.channel_id, db.now(conn))
    assert await settle_all(db, several, SILENT) == [True, False, True]
    assert states(db, several) == [PostState.SENT, PostState.SENDING, PostState.SENT]
    assert waits(db, several) == [1.0, None, 1.0]


async def test_posts_that_did_not_arrive_are_settled_beside_those_that_did(db: Database, clock: Clock) -> None:
    several = [replace(each, settlement=what) for each, what in zip(sending(db, 5), (SENT, CLOSED, SENT, REFUSED, LATER), strict=True)]
    assert await settle_all(db, several, SILENT) == [True] * 5
    assert states(db, several) == [PostState.SENT, PostState.PENDING, PostState.SENT, PostState.DEAD, PostState.PENDING]
    with db.read() as conn:
        assert [channels.pause_reason(conn, each.claim.channel_id) for each in several] == [None, "is_archived", None, None, None]
    assert waits(db, several) == [1.0, 0.0, 1.0, 1.0, 5.0]


async def test_an_error_at_one_post_is_the_error_of_that_post_alone(db: Database, clock: Clock) -> None:
    def unknown() -> None:
        raise LookupError("no channel of the admins")

    several = [replace(each, settlement=what) for each, what in zip(sending(db, 3), (SENT, REFUSED, SENT), strict=True)]
    first, second, third = await settle_all(db, several, Notifier(admins=unknown))
    assert (first, third) == (True, True)
    assert isinstance(second, LookupError)
    assert states(db, several) == [PostState.SENT, PostState.SENDING, PostState.SENT]


async def test_a_receipt_that_cannot_be_stored_spoils_no_other_post(db: Database, clock: Clock) -> None:
    several = sending(db, 3)
    several[1] = replace(several[1], settlement=replace(SENT, receipt="\ud800"))
    first, second, third = await settle_all(db, several, SILENT)
    assert (first, third) == (True, True)
    assert isinstance(second, UnicodeEncodeError)
    assert states(db, several) == [PostState.SENT, PostState.SENDING, PostState.SENT]


async def test_an_outage_is_waited_for_once_and_not_for_each_post(db: Database, clock: Clock) -> None:
    several, tries = sending(db, 3), list[object]()
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    event.listen(away.engine, "handle_error", tries.append)
    assert all(isinstance(each, DatabaseError) for each in await settle_all(away, several, SILENT))
    assert len(tries) == 1
    away.close()


@pytest.mark.parametrize("db_url", ["postgres"], indirect=True)
async def test_a_locked_channel_delays_only_its_own_post(db: Database, clock: Clock) -> None:
    several = sending(db, 3)
    with db.begin() as other:
        channels.lock(other, several[1].claim.channel_id)
        settling = asyncio.create_task(settle_all(db, several, SILENT))
        others_sent = [PostState.SENT, PostState.SENDING, PostState.SENT]
        await asyncio.to_thread(eventually, lambda: states(db, several) == others_sent, "the settlement of the others")
        assert not settling.done()
    assert await settling == [True] * 3
    assert states(db, several) == [PostState.SENT] * 3
