"""A digest in several messages: each carries the entries that it shows, whatever becomes of the others."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import update

from jobs.corrections import record_corrections
from jobs.models.posts import Bundle
from jobs.outcomes import Gone, Retry
from jobs.publish import publish_entries
from jobs.store import channels, reports, schema
from jobs.store.database import Database
from jobs.subscribe import end_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import NINE, deliver, deliveries, posts
from tests.support.store import DAILY, NOW, REVENUE, WEEKDAYS, channel, new, publish, subscribe
from tests.support.stub_platform import Platform, answer, take, take_and_time_out

pytestmark = pytest.mark.one_database

FIRST = 67000001


def in_parts(bundle: Bundle) -> list[dict[str, Any]]:
    """Compose digests in parts of 30 entries, which say those that were not posted before."""
    items = bundle.entries if bundle.kind != "mark" else ()
    parts = [items[start : start + 30] for start in range(0, len(items), 30)] or [()]
    return [
        {"says": [item.entry.number for item in part if not item.posted_at], "subjects": [item.entry.key for item in part]}
        for part in parts
    ]


def shown(platform: Platform) -> Counter[str]:
    return Counter(number for content in platform.seen() for number in content)


async def refuse_part_1(db: Database, clock: Clock) -> Platform:
    """Deliver a digest of 60 entries, of which the platform refuses the first 30 for good."""
    publish(db, *(new(FIRST + n, "revenue") for n in range(60)))
    clock.now = NINE
    platform = Platform([answer(Gone("invalid_blocks"))])
    await deliver(db, platform, in_parts)
    return platform


async def test_of_a_digest_whose_first_part_is_refused_another_subscription_gets_what_never_came(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    subscribe(db, WEEKDAYS, REVENUE)
    platform = await refuse_part_1(db, clock)
    assert shown(platform) == Counter(str(FIRST + n) for n in range(60))
    assert {each.state for each in posts(db)} == {"dead", "sent"}


@on_both
async def test_a_dead_part_keeps_its_entries_and_brings_exactly_them_when_it_is_sent_again(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, DAILY)
    platform = await refuse_part_1(db, clock)
    assert shown(platform) == Counter(str(FIRST + n) for n in range(30, 60))
    with db.begin() as conn:
        dead, _ = reports.digest_posts(conn, subscription.channel_id, subscription.id, NINE)
        explained = reports.digest_reasons(conn, subscription.channel_id, subscription.id, NINE)
        assert [each.entry.key for each in explained if each.posted_at is None] == dead["subjects"]
        conn.execute(update(schema.post).where(schema.post.c.state == "dead").values(state="pending", settled_at=None))
        assert reports.waiting(conn).count == 30
    await deliver(db, platform, in_parts)
    assert shown(platform) == Counter(str(FIRST + n) for n in range(60))


async def test_a_correction_marks_the_part_that_came_and_not_the_one_that_did_not(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = await refuse_part_1(db, clock)
    clock.pass_(minutes=1)
    with db.begin() as conn:
        later = new(68000000, lead="correction", body=f"This message replaces CSMS {FIRST} and replaces CSMS {FIRST + 40}.")
        record_corrections(conn, publish_entries(conn, "csms", [later], clock.now, backlog=False), clock.now)
    await deliver(db, platform, in_parts)
    assert [receipt for receipt, _ in platform.marks] == ["ts0"]


async def test_unsubscribing_while_the_first_part_waits_withdraws_every_part(db: Database, clock: Clock) -> None:
    digest = subscribe(db, DAILY)
    publish(db, *(new(FIRST + n) for n in range(60)))
    clock.now = NINE
    platform = Platform([answer(Retry(60, "429"))])
    await deliver(db, platform, in_parts)
    with db.begin() as conn:
        end_subscription(conn, digest.channel_id, digest.id, "someone", clock.now)
    clock.pass_(minutes=2)
    assert await deliver(db, platform, in_parts) == 0
    assert {(each.state, each.error, each.dismissed_at is not None) for each in posts(db)} == {("dead", "unsubscribed", True)}


async def test_unsubscribing_while_a_part_is_on_its_way_withdraws_no_part(db: Database, clock: Clock) -> None:
    digest = subscribe(db, DAILY)
    publish(db, *(new(FIRST + n) for n in range(60)))
    clock.now = NINE
    platform = Platform([take_and_time_out])
    await deliver(db, platform, in_parts)
    with db.begin() as conn:
        end_subscription(conn, digest.channel_id, digest.id, "someone", clock.now)
    assert [each.state for each in posts(db)] == ["sending", "pending"]
    clock.pass_(minutes=2)
    await deliver(db, platform, in_parts)
    assert shown(platform) == Counter(str(FIRST + n) for n in range(60))


@on_both
async def test_a_part_of_a_withdrawn_digest_leaves_nothing_of_others_behind(db: Database, clock: Clock) -> None:
    """A delivery of a live subscription that a withdrawn part settles is owed again."""
    digest = subscribe(db, DAILY)
    other = subscribe(db, NOW, REVENUE, to=channel())
    publish(db, *(new(FIRST + n) for n in range(60)))
    clock.now = NINE
    await deliver(db, Platform([answer(Retry(60, "429"))]), in_parts)
    second = posts(db)[1].id
    with db.begin() as conn:
        row = {"entry_id": 60, "subscription_id": other.id, "channel_id": 1, "due_at": NINE, "created_at": NINE, "because": "x"}
        conn.execute(schema.delivery.insert().values(**row, post_id=second, mention=False))
        end_subscription(conn, digest.channel_id, digest.id, "someone", clock.now)
    clock.pass_(minutes=2)
    platform = Platform()
    await deliver(db, platform, in_parts)
    assert [len(content) for content in platform.seen()] == [1]


async def test_a_paused_digest_in_parts_waits_with_all_its_parts(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, DAILY)
    publish(db, *(new(FIRST + n) for n in range(60)))
    clock.now = NINE
    platform = Platform([take, answer(Retry(1, "429"))])
    await deliver(db, platform, in_parts)
    with db.begin() as conn:
        channels.pause(conn, subscription.channel_id, "a reason")
        assert reports.waiting(conn).count == 30
        assert reports.waiting_by_subscription(conn, subscription.channel_id) == {subscription.id: 30}
    assert len({each.post_id for each in deliveries(db)}) == 2
