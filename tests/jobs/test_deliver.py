"""Delivering: which posts a channel gets, in order, each entry once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from jobs import next_post
from jobs.corrections import record_corrections
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Subscription
from jobs.outcomes import Gone, Retry
from jobs.prepare import MAX_COMPOSITIONS
from jobs.publish import publish_entries
from jobs.store import channels, entries, reports, schema
from jobs.store import deliveries as store_deliveries
from jobs.store import posts as outbox
from jobs.store.database import Connection, Database
from jobs.subscribe import end_subscription
from tests.support.clock import Clock
from tests.support.delivery import NINE, deliver, deliveries, keep, post, posts
from tests.support.store import ALL, DAILY, NEW_YORK, NOW, REVENUE, WEEKDAYS, channel, compose, new, publish, says, subscribe
from tests.support.stub_platform import Platform, answer, take, time_out

# what is posted


async def test_an_entry_is_posted_at_once_and_once(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    publish(db, 1)
    assert await deliver(db, platform) == 1
    assert await deliver(db, platform) == 0
    assert platform.seen() == ["1"]
    assert (post(db).state, post(db).receipt, post(db).attempts, post(db).settled_at) == ("sent", "ts0", 1, clock.now)


async def test_nothing_is_written_while_nothing_is_due(sqlite_db: Database) -> None:
    """Only one at a time can write to SQLite."""
    subscribe(sqlite_db)
    publish(sqlite_db, 1)
    assert await deliver(sqlite_db) == 1
    with sqlite_db.engine.connect().execution_options(writing=True) as conn, conn.begin():
        assert await deliver(sqlite_db) == 0


async def test_entries_are_posted_in_the_order_in_which_they_came(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    for number in (3, 1, 2):
        publish(db, number)
        clock.pass_(seconds=1)
    assert await deliver(db, platform) == 3
    assert platform.seen() == ["3", "1", "2"]


async def test_two_subscriptions_for_now_in_one_channel_get_one_post(db: Database, clock: Clock) -> None:
    subscribe(db)
    subscribe(db, filters=REVENUE)
    platform = Platform()
    publish(db, new(1, "revenue"))
    await deliver(db, platform)
    assert platform.seen() == ["1"]
    assert {(each.post_id, each.mention, each.because) for each in deliveries(db)} == {
        (post(db).id, False, "everything in csms"),
        (post(db).id, False, "topic revenue (title: revenue)"),
    }


async def test_the_reasons_of_both_subscriptions_are_told(db: Database, clock: Clock) -> None:
    subscribe(db)
    subscribe(db, filters=REVENUE)
    publish(db, new(1, "revenue"))
    told: list[Bundle] = []
    await deliver(db, compose=keep(told))
    assert [item.because for item in told[0].entries] == ["everything in csms; topic revenue (title: revenue)"]


async def test_a_digest_waits_for_its_time_and_guidance_does_not(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, 1, 2, new(3, lead="guidance"))
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["3"]
    clock.now = NINE - timedelta(microseconds=1)
    assert await deliver(db, platform) == 0
    clock.now = NINE
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["3", "digest: 1 2 (3)"]


async def test_digest_only_holds_guidance_back_too(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY, digest_only=True)
    platform = Platform()
    publish(db, 1, new(2, lead="guidance"))
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 2"]


async def test_one_due_entry_is_a_plain_post_and_none_is_silence(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, DAILY)
    platform = Platform()
    told: list[Bundle] = []
    publish(db, 1)
    clock.now = NINE
    await deliver(db, platform, keep(told))
    clock.pass_(days=1)
    assert await deliver(db, platform) == 0
    assert platform.seen() == ["1"]
    assert (told[0].kind, told[0].subscription, told[0].period) == ("now", subscription, NINE)
    assert (post(db).subscription_id, post(db).period) == (subscription.id, NINE)


async def test_a_digest_tells_what_was_posted_at_once_since_the_digest_before(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    told: list[Bundle] = []
    for day in range(3):
        publish(db, 10 * day + 1, 10 * day + 2, new(10 * day + 3, lead="correction"))
        await deliver(db, platform)
        clock.now = NINE + timedelta(days=day)
        await deliver(db, platform, keep(told))
        clock.pass_(hours=1)
    assert platform.seen() == ["3", "digest: 1 2 (3)", "13", "digest: 11 12 (13)", "23", "digest: 21 22 (23)"]
    assert [bundle.since for bundle in told] == [None, NINE, NINE + timedelta(days=1)]


async def test_an_outage_over_several_periods_makes_one_digest(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    for number in (1, 2, 3):
        publish(db, number)
        clock.pass_(days=1)
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["digest: 1 2 3"]
    assert post(db).period == NINE + timedelta(days=2)
    assert await deliver(db, platform) == 0


async def test_what_is_stored_in_the_second_of_its_digest_comes_in_the_next(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, 1, 2)
    clock.now = NINE
    await deliver(db, platform)
    clock.now = NINE - timedelta(microseconds=1)  # as a publisher saw it that committed only now
    publish(db, 3, 4)
    clock.now = NINE + timedelta(seconds=1)
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 2", "digest: 3 4"]


async def test_a_digest_over_the_limits_goes_on_in_a_second_post(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, 1, 2, 3)
    clock.now = NINE

    def in_parts(bundle: Bundle) -> list[dict[str, Any]]:
        return [{"says": f"{item.entry.number}/{len(bundle.entries)}"} for item in bundle.entries]

    assert await deliver(db, platform, in_parts) == 3
    assert platform.seen() == ["1/3", "2/3", "3/3"]
    assert [(each.part, each.state) for each in posts(db)] == [(1, "sent"), (2, "sent"), (3, "sent")]


# never twice in a channel


async def test_a_digest_says_that_an_entry_was_posted_here_for_another_subscription(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, new(1, "revenue"), 2, 3)
    await deliver(db, platform)
    posted = clock.now
    clock.now = NINE
    told: list[Bundle] = []
    await deliver(db, platform, keep(told))
    assert platform.seen() == ["1", "digest: (1) 2 3"]
    assert told[0].entries[0].posted_at == posted
    assert [each.mention for each in deliveries(db)] == [False, True, False, False]


async def test_one_new_entry_beside_an_old_one_is_a_plain_post(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, new(1, "revenue"), 2)
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["1", "2"]
    assert all(each.post_id for each in deliveries(db))


async def test_a_digest_with_nothing_new_is_silence(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    subscribe(db, DAILY, REVENUE)
    platform = Platform()
    publish(db, new(1, "revenue"), new(2, "revenue"))
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["1", "2"]
    assert sorted(each.mention for each in deliveries(db)) == [False, False, True, True]
    assert await deliver(db, platform) == 0


async def test_two_digests_in_a_channel_share_nothing(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    subscribe(db, WEEKDAYS, REVENUE)
    platform = Platform()
    publish(db, new(1, "revenue"), 2)
    clock.pass_(minutes=1)
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 2"]


async def test_an_entry_of_a_dead_post_is_posted_for_the_next_who_wants_it(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    platform = Platform([answer(Gone("msg_too_long"))])
    publish(db, new(1, "revenue"))
    await deliver(db, platform)
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["1"]
    assert [each.state for each in posts(db)] == ["dead", "sent"]


async def test_other_channels_get_the_entry_as_well(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(db, to=channel(name))
    platform = Platform()
    publish(db, 1)
    assert await deliver(db, platform) == 3
    assert sorted(each.channel for each in platform.messages) == ["C1", "C2", "C3"]


# subscribing, changing, unsubscribing


async def test_unsubscribing_withdraws_what_waits(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    platform = Platform([answer(Retry(60, "429"))])
    publish(db, 1, 2)
    await deliver(db, platform)
    with db.begin() as conn:
        end_subscription(conn, subscription.channel_id, subscription.id, "someone", clock.now)
        assert reports.waiting(conn).count == 0
    clock.pass_(minutes=2)
    assert await deliver(db, platform) == 0
    assert platform.seen() == []
    assert (post(db).state, post(db).error) == ("dead", "unsubscribed")


async def test_unsubscribing_leaves_what_another_subscription_wants(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    subscribe(db, filters=REVENUE)
    platform = Platform([answer(Retry(60, "429"))])
    publish(db, new(1, "revenue"))
    await deliver(db, platform)
    with db.begin() as conn:
        end_subscription(conn, subscription.channel_id, subscription.id, "someone", clock.now)
    clock.pass_(minutes=2)
    await deliver(db, platform)
    assert platform.seen() == ["1"]


async def test_unsubscribing_while_a_post_is_under_way_keeps_it_from_being_sent_again(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    platform = Platform([time_out])
    publish(db, 1)
    await deliver(db, platform)
    with db.begin() as conn:
        end_subscription(conn, subscription.channel_id, subscription.id, "someone", clock.now)
    assert post(db).state == "sending"
    clock.pass_(seconds=31)
    assert await deliver(db, platform) == 0
    assert (platform.seen(), post(db).state) == ([], "dead")


async def test_unsubscribing_from_a_digest_in_parts_gives_the_others_what_it_would_have_told_them(db: Database, clock: Clock) -> None:
    digest = subscribe(db, DAILY)
    subscribe(db, WEEKDAYS, REVENUE)
    platform = Platform([answer(Retry(60, "429"))])
    publish(db, new(1, "revenue"), 2)
    clock.now = NINE
    await deliver(db, platform, lambda _: [{"says": "part 1"}, {"says": "part 2"}])
    with db.begin() as conn:
        conn.execute(  # as when a second digest points to a first one that is still on its way
            update(schema.delivery).where(schema.delivery.c.post_id.is_(None)).values(post_id=posts(db)[0].id, mention=True)
        )
        end_subscription(conn, digest.channel_id, digest.id, "someone", clock.now)
    clock.pass_(minutes=2)
    await deliver(db, platform)
    assert platform.seen() == ["1"]
    assert [each.state for each in posts(db)] == ["dead", "dead", "sent"]


async def test_a_digest_in_parts_that_has_begun_is_finished(db: Database, clock: Clock) -> None:
    daily = subscribe(db, DAILY)
    subscribe(db, DAILY, REVENUE)
    publish(db, new(1, "revenue"), new(2, "revenue"), new(3))
    clock.now = NINE
    platform = Platform([take, answer(Retry(60, "429"))])
    await deliver(db, platform, lambda bundle: [{"says": item.entry.number} for item in bundle.entries])
    assert platform.seen() == ["1"]
    with db.begin() as conn:
        end_subscription(conn, daily.channel_id, daily.id, "someone", clock.now)
    clock.pass_(hours=2)
    await deliver(db, platform)
    assert platform.seen() == ["1", "2", "3"]


async def test_a_delivery_that_slipped_in_while_unsubscribing_is_forgotten(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)
    with db.begin() as conn:  # what a publisher commits that had read the subscription a moment before
        conn.execute(update(schema.subscription).values(ended_at=clock.now))
    assert await deliver(db) == 0
    assert deliveries(db) == []
    assert subscription.id


async def test_a_paused_channel_stays_owed_and_gets_it_all_when_it_is_back(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    with db.begin() as conn:
        channels.pause(conn, subscription.channel_id, "by an admin")
    platform = Platform()
    publish(db, 1, 2)
    assert await deliver(db, platform) == 0
    with db.begin() as conn:
        assert reports.waiting(conn).count == 2
        channels.resume(conn, subscription.channel_id)
    assert await deliver(db, platform) == 2


async def test_channels_of_a_platform_without_a_sender_here_are_left_alone(db: Database, clock: Clock) -> None:
    subscribe(db, to=channel(platform="slack"))
    publish(db, 1)
    assert await deliver(db, senders={"playground": Platform()}) == 0
    assert posts(db) == []
    slack = Platform()
    assert await deliver(db, senders={"slack": slack}, slots={}) == 1


async def test_the_playgrounds_clock_makes_a_digest_due_now(db: Database, clock: Clock) -> None:
    subscription: Subscription = subscribe(db, DAILY, ALL, zone=NEW_YORK)
    platform = Platform()
    publish(db, 1, 2)
    with db.begin() as conn:
        assert store_deliveries.make_due(conn, subscription.channel_id, clock.now) == 2
        assert store_deliveries.make_due(conn, subscription.channel_id, clock.now) == 0
    await deliver(db, platform)
    with db.read() as conn:
        (sent,) = outbox.sent_posts(conn, subscription.channel_id, 10)
        assert entries.by_number(conn, "1") is not None
    assert (sent.content, sent.receipt) == ({"says": "digest: 1 2"}, "ts0")


# composing


async def test_no_renderer_runs_while_a_transaction_is_open(db: Database, clock: Clock) -> None:
    """Singles, digests, marks and answers: while they are composed, no connection of the pool is in use."""
    subscribe(db, DAILY)
    open_transactions: list[tuple[str, int]] = []

    def watch(bundle: Bundle) -> list[dict[str, Any]]:
        open_transactions.append((bundle.kind, db.engine.pool.checkedout()))  # type: ignore[attr-defined]
        return [{"says": says(bundle), "subjects": [item.entry.key for item in bundle.entries]}]

    platform = Platform()
    publish(db, new(67647279, lead="guidance"))
    await deliver(db, platform, watch, workers=1)
    with db.begin() as conn:
        later = [new(68987884, "revenue", lead="correction", body="This message replaces CSMS 67647279.")]
        record_corrections(conn, publish_entries(conn, "csms", later, clock.now, backlog=False), clock.now)
    await deliver(db, platform, watch, workers=1)
    publish(db, new(67647281, "revenue"), new(67647282, "revenue"))
    clock.now = NINE
    await deliver(db, platform, watch, workers=1)
    assert {kind for kind, _ in open_transactions} == {"now", "digest", "mark", "answer"}
    assert {count for _, count in open_transactions} == {0}


async def test_digest_is_composed_again_if_more_became_due_meanwhile(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, 1, 2)
    clock.now = NINE
    composed: list[str] = []

    def and_publish(bundle: Bundle) -> list[dict[str, Any]]:
        if not composed:
            publish(db, 3)
            with db.begin() as conn:
                store_deliveries.make_due(conn, 1, clock.now)
        composed.append(says(bundle))
        return compose(bundle)

    platform = Platform()
    await deliver(db, platform, and_publish)
    assert composed == ["digest: 1 2", "digest: 1 2 3"]
    assert platform.seen() == ["digest: 1 2 3"]


async def test_nothing_composed_is_stored_after_the_claim_was_lost(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)

    def and_lose_the_claim(bundle: Bundle) -> list[dict[str, Any]]:
        with db.begin() as conn:
            channels.revoke_claim(conn, 1, clock.now + timedelta(hours=1))
        return compose(bundle)

    platform = Platform()
    assert await deliver(db, platform, and_lose_the_claim) == 0
    assert (posts(db), platform.seen()) == ([], [])


async def test_what_is_withdrawn_while_it_is_composed_is_not_sent(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)

    def and_unsubscribe(bundle: Bundle) -> list[dict[str, Any]]:
        with db.begin() as conn:
            end_subscription(conn, subscription.channel_id, subscription.id, "someone", clock.now)
        return compose(bundle)

    assert await deliver(db, Platform(), and_unsubscribe) == 0
    assert posts(db) == []


@pytest.mark.parametrize("changes", [MAX_COMPOSITIONS - 1, MAX_COMPOSITIONS])
async def test_the_last_composition_is_posted_unless_it_is_outdated_too(
    db: Database, clock: Clock, caplog: pytest.LogCaptureFixture, changes: int
) -> None:
    seen = ["digest: " + " ".join(str(number) for number in range(1, 3 + changes))] if changes < MAX_COMPOSITIONS else []
    subscribe(db, DAILY)
    publish(db, 1, 2)
    clock.now = NINE
    composed: list[str] = []

    def and_publish(bundle: Bundle) -> list[dict[str, Any]]:
        composed.append(says(bundle))
        if len(composed) <= changes:
            publish(db, 2 + len(composed))
            with db.begin() as conn:
                store_deliveries.make_due(conn, 1, clock.now)
        return compose(bundle)

    platform = Platform()
    await deliver(db, platform, and_publish)
    assert len(composed) == MAX_COMPOSITIONS
    assert platform.seen() == seen
    assert (f"changed {MAX_COMPOSITIONS} times while it was composed" in caplog.text) == (not seen)
    clock.pass_(seconds=60)
    await deliver(db, platform)
    assert len(platform.messages) == 1


def compose_kind(bundle: Bundle) -> list[dict[str, Any]]:
    return [{"says": f"{bundle.kind}: {says(bundle)}", "subjects": [item.entry.key for item in bundle.entries]}]


def record_correction(conn: Connection, at: datetime) -> None:
    later = [new(68987884, "revenue", lead="correction", body="This message replaces CSMS 67647279.")]
    assert record_corrections(conn, publish_entries(conn, "csms", later, at, backlog=False), at) == 2


async def test_a_composed_digest_does_not_become_the_content_of_a_correction_that_appears_meanwhile(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, new(67647279, lead="guidance"), 1, 2)
    platform = Platform()
    await deliver(db, platform, compose_kind)
    clock.now = NINE
    composed: list[str] = []

    def and_correct(bundle: Bundle) -> list[dict[str, Any]]:
        if not composed:
            with db.begin() as conn:
                record_correction(conn, clock.now)
        composed.append(bundle.kind)
        return compose_kind(bundle)

    await deliver(db, platform, and_correct, workers=1)
    assert composed[:2] == ["digest", "mark"]
    assert [content["says"].split(":")[0] for _, content in platform.marks] == ["mark"]
    assert [content["says"].split(":")[0] for _, _, content in platform.answers] == ["answer"]
    assert platform.seen()[-1] == "digest: digest: 1 2 68987884 (67647279)"


async def test_a_correction_recorded_right_after_a_post_is_made_is_not_sent_before_it_is_composed(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a publisher may commit between two statements of the worker's transaction, with an earlier time."""
    subscribe(db)
    publish(db, new(67647279, lead="guidance"))
    platform = Platform()
    await deliver(db, platform, compose_kind)
    clock.pass_(minutes=1)
    publish(db, 1)
    make_post = next_post.make_post

    def and_correct(conn: Connection, *planned: Any) -> None:
        monkeypatch.undo()
        make_post(conn, *planned)
        record_correction(conn, clock.now - timedelta(seconds=1))

    monkeypatch.setattr(next_post, "make_post", and_correct)
    for _ in range(2):
        await deliver(db, platform, compose_kind, workers=1)
    assert [content.get("says", "").split(":")[0] for _, content in platform.marks] == ["mark"]
    assert [content.get("says", "").split(":")[0] for _, _, content in platform.answers] == ["answer"]
    assert {each.state for each in posts(db)} == {"sent"}
