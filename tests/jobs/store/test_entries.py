"""Publishing, editing and finding entries."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from jobs.models import Cadence, Filters, NewEntry, TopicHit
from jobs.store import channels, entries, schema, subscriptions
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.store import DAILY, NOW, REVENUE, channel, new, numbers, publish, sample, subscribe


def owed(db: Database) -> list[Any]:
    delivery, entry = schema.delivery, schema.entry
    query = select(delivery, entry.c.number).join(entry, entry.c.id == delivery.c.entry_id).order_by(delivery.c.id)
    with db.read() as conn:
        return list(conn.execute(query))


def edit(db: Database, what: NewEntry) -> None:
    with db.begin() as conn:
        assert entries.edit(conn, what.parsed.key, what, db.now(conn)) is not None


# publishing


def test_what_is_published_is_stored_whole(db: Database, clock: Clock) -> None:
    (stored,) = publish(db, new(1, "revenue", "ace", lead="guidance", kind="guidance"))
    assert (stored.key, stored.number, stored.title, stored.body, stored.lead, stored.urgent) == (
        "csms:1",
        "1",
        "Message 1",
        "Text.",
        "guidance",
        True,
    )
    assert stored.topics == (TopicHit("ace", "title: ace"), TopicHit("revenue", "title: revenue"))
    assert stored.published == stored.first_seen == clock.now
    with db.read() as conn:
        assert entries.by_key(conn, "csms:1") == entries.by_number(conn, "1") == stored
        assert entries.known(conn, ["csms:1", "csms:2"]) == {"csms:1": stored}


def test_the_same_key_is_published_once(db: Database) -> None:
    subscribe(db)
    assert numbers(publish(db, 1, 2, 1)) == ["1", "2"]
    assert numbers(publish(db, 2, 3)) == ["3"]
    assert [each.number for each in owed(db)] == ["1", "2", "3"]


def test_every_live_subscription_that_matches_is_owed_the_entry(db: Database, clock: Clock) -> None:
    everything, revenue = subscribe(db), subscribe(db, DAILY, REVENUE)
    subscribe(db, filters=Filters(topics=("textiles",)))
    over = subscribe(db, to=channel("C2"))
    paused = subscribe(db, to=channel("C3"))
    with db.begin() as conn:
        subscriptions.end(conn, over.channel_id, over.id, clock.now)
        channels.pause(conn, paused.channel_id, "by an admin")
    publish(db, new(1, "revenue"))
    assert [(each.subscription_id, each.because, each.due_at - clock.now) for each in owed(db)] == [
        (everything.id, "everything in csms", timedelta(0)),
        (revenue.id, "topic revenue (title: revenue)", timedelta(hours=1)),
        (paused.id, "everything in csms", timedelta(0)),
    ]


def test_backlog_is_stored_and_owed_to_nobody(db: Database) -> None:
    subscribe(db)
    assert len(publish(db, 1, 2, backlog=True)) == 2
    assert owed(db) == []


def test_a_new_subscription_is_owed_nothing_old(db: Database, clock: Clock) -> None:
    publish(db, 1)
    clock.pass_(seconds=1)
    subscribe(db)
    publish(db, 1, 2)
    assert [each.number for each in owed(db)] == ["2"]


def test_a_sample_is_owed_in_the_playground_only(db: Database) -> None:
    playground = subscribe(db)
    subscribe(db, to=channel(platform="slack"))
    with db.begin() as conn:
        entries.publish(conn, "sample", [sample(new(1))], db.now(conn), backlog=False)
    assert [each.subscription_id for each in owed(db)] == [playground.id]


def test_a_date_in_the_future_is_clamped_and_a_missing_one_is_now(db: Database, clock: Clock) -> None:
    def dated(number: int, days: float | None) -> NewEntry:
        entry = new(number)
        return replace(entry, parsed=replace(entry.parsed, published=None if days is None else clock.now + timedelta(days=days)))

    stored = publish(db, dated(1, 3), dated(2, None), dated(3, -3))
    assert {each.number: each.published - clock.now for each in stored} == {
        "1": timedelta(0),
        "2": timedelta(0),
        "3": timedelta(days=-3),
    }
    assert numbers(stored)[0] == "3"


def test_an_entry_of_another_feed_is_refused(db: Database) -> None:
    with db.begin() as conn, pytest.raises(ValueError, match="csms:1 belongs to the feed csms"):
        entries.publish(conn, "account", [new(1)], db.now(conn), backlog=False)


def test_text_that_no_database_holds_is_stored_without_it(db: Database) -> None:
    nasty = new(1, title="A\x00B \ud800 end", body="\x00")
    nasty = replace(nasty, parsed=replace(nasty.parsed, key="csms:" + "k" * 20_000, number="9" * 100))
    (stored,) = publish(db, nasty)
    assert (stored.title, stored.body, len(stored.number)) == ("AB ? end", "", 32)
    assert publish(db, nasty) == []
    with db.read() as conn:
        assert entries.known(conn, [nasty.parsed.key]) == {nasty.parsed.key: stored}


def test_publishers_of_the_same_entries_at_once_publish_each_once(db: Database) -> None:
    subscribe(db)
    wanted = list(range(1, 41))

    def one(order: int) -> list[str]:
        return numbers(publish(db, *(wanted if order % 2 else reversed(wanted))))

    with ThreadPoolExecutor(4) as pool:
        won = [number for found in pool.map(one, range(4)) for number in found]
    assert sorted(map(int, won)) == wanted
    assert sorted(int(each.number) for each in owed(db)) == wanted


def test_two_publishers_never_wait_for_each_other_in_a_circle(db: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with db.begin() as conn:
            first = entries.publish(conn, "csms", [new(1)], db.now(conn), backlog=False)
            other = pool.submit(publish, db, 1, 2, 3)
            time.sleep(0.3)  # it waits for us now, holding nothing that we want
            first += entries.publish(conn, "csms", [new(2)], db.now(conn), backlog=False)
        assert (numbers(first), numbers(other.result(60))) == (["1", "2"], ["3"])


def test_a_transaction_that_fails_publishes_nothing(db: Database) -> None:
    subscribe(db)

    def fail() -> None:
        with db.begin() as conn:
            entries.publish(conn, "csms", [new(1)], db.now(conn), backlog=False)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert owed(db) == []
    assert numbers(publish(db, 1)) == ["1"]


def test_a_thousand_subscriptions_are_each_owed_the_entry(db: Database) -> None:
    with db.begin() as conn:
        now = db.now(conn)
        for number in range(1000):
            channel_id = channels.ensure(conn, channel(f"C{number}"), now)
            subscriptions.save(conn, channel_id, REVENUE, DAILY if number % 2 else NOW, "America/New_York", False, "me", now)
    publish(db, new(1, "revenue"), 2)
    with db.read() as conn:
        assert conn.execute(select(func.count(schema.delivery.c.channel_id.distinct()))).scalar_one() == 1000
        assert conn.execute(select(func.count()).select_from(schema.delivery)).scalar_one() == 1000


# editing


def test_an_edit_changes_what_is_stored_and_posts_nothing(db: Database, clock: Clock) -> None:
    subscribe(db)
    (before,) = publish(db, new(1, "ace"))
    subscribe(db, filters=REVENUE, cadence=Cadence("now"))
    clock.pass_(minutes=5)
    edit(db, new(1, "revenue", title="Corrected", body="Other."))
    with db.read() as conn:
        after = entries.by_key(conn, "csms:1")
    assert after is not None
    assert (after.title, after.body, after.topics) == ("Corrected", "Other.", (TopicHit("revenue", "title: revenue"),))
    assert (after.id, after.published, after.first_seen) == (before.id, before.published, before.first_seen)
    assert len(owed(db)) == 1


def test_a_body_that_comes_later_is_owed_to_those_who_match_only_now(db: Database, clock: Clock) -> None:
    everything, revenue = subscribe(db), subscribe(db, filters=REVENUE)
    publish(db, new(1, body=None))
    assert [each.subscription_id for each in owed(db)] == [everything.id]
    clock.pass_(minutes=5)
    too_late = subscribe(db, filters=Filters(topics=("revenue", "textiles")))
    edit(db, new(1, "revenue"))
    assert [each.subscription_id for each in owed(db)] == [everything.id, revenue.id]
    assert owed(db)[1].due_at == clock.now
    edit(db, new(1, "revenue", "textiles", body="Once more."))
    assert len(owed(db)) == 2
    assert too_late.id


def test_a_body_that_comes_later_for_backlog_is_owed_to_nobody(db: Database) -> None:
    subscribe(db, filters=REVENUE)
    publish(db, new(1, body=None), backlog=True)
    edit(db, new(1, "revenue"))
    assert owed(db) == []


def test_a_body_is_never_replaced_by_none(db: Database) -> None:
    publish(db, 1)
    edit(db, new(1, body=None, title="From the fallback"))
    with db.read() as conn:
        after = entries.by_key(conn, "csms:1")
    assert after is not None
    assert (after.title, after.body) == ("From the fallback", "Text.")


def test_editing_what_is_not_stored_is_none(db: Database) -> None:
    with db.begin() as conn:
        assert entries.edit(conn, "csms:1", new(1), db.now(conn)) is None


# finding


@pytest.fixture
def stored(db: Database, clock: Clock) -> None:
    for entry in (
        new(1, "revenue", title="Drawback refunds", body="Paid by ACH."),
        new(2, "ace", title="ACE outage", body="Drawback claims wait. 100% of refunds too."),
        new(3, "revenue", title="Refunds of drawback", body=None),
        new(4, title="100_percent", body="x"),
    ):
        publish(db, entry)
        clock.pass_(minutes=1)
    with db.begin() as conn:
        entries.publish(conn, "sample", [sample(new(3, title="Sample drawback refunds"))], clock.now, backlog=False)


@pytest.mark.usefixtures("stored")
def test_latest_is_newest_first_by_feed_and_topic(db: Database) -> None:
    with db.read() as conn:
        assert numbers(entries.latest(conn, ["csms"])) == ["4", "3", "2", "1"]
        assert numbers(entries.latest(conn, ["csms"], "revenue")) == ["3", "1"]
        assert numbers(entries.latest(conn, ["csms"], limit=1)) == ["4"]
        assert numbers(entries.recent(conn, ["csms"], 2)) == ["4", "3"]
        assert [each.key for each in entries.latest(conn, ["sample"])] == ["sample:3"]
        assert entries.latest(conn, []) == []


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("drawback", ["3", "1", "2"]),
        ("REFUNDS drawback", ["3", "1", "2"]),
        ("ach paid", ["1"]),
        ("drawback sugar", []),
        ("100%", ["2"]),
        ("100_", ["4"]),
        ("%", ["2"]),
        ("' OR 1=1 --", []),
        ("\x00", []),
        ("  ", []),
    ],
)
def test_search_wants_all_words_title_before_body_newest_first(db: Database, words: str, found: list[str]) -> None:
    with db.read() as conn:
        assert numbers(entries.search(conn, words)) == found


@pytest.mark.usefixtures("stored")
def test_search_is_limited_and_shows_samples_only_when_asked(db: Database) -> None:
    with db.read() as conn:
        assert numbers(entries.search(conn, "drawback", 2)) == ["3", "1"]
        assert [each.key for each in entries.search(conn, "drawback", 1, samples=True)] == ["sample:3"]


@pytest.mark.usefixtures("stored")
def test_a_number_finds_the_real_message_before_a_sample_of_it(db: Database) -> None:
    with db.read() as conn:
        found = entries.by_number(conn, "3")
        assert entries.by_number(conn, "404") is None
    assert found is not None
    assert found.key == "csms:3"
