"""Publishing: entries stored once, and owed to whoever wants them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from jobs.classify import classify
from jobs.models.entries import Link, NewEntry, TopicHit
from jobs.models.subscriptions import Cadence, Filters
from jobs.publish import edit_entry, publish_entries
from jobs.sources import jsonp
from jobs.sources.identify import identify
from jobs.states import CadenceKind
from jobs.store import channels, deliveries, entries, feeds, reports, schema, subscriptions
from jobs.store.database import Database
from jobs.subscribe import end_subscription
from tests.support.clock import Clock
from tests.support.small_catalog import feed
from tests.support.store import DAILY, NOW, REVENUE, channel, new, numbers, publish, sample, subscribe


def owed(db: Database) -> list[Any]:
    delivery, entry = schema.delivery, schema.entry
    query = (
        select(delivery, entry.c.number)
        .join(entry, entry.c.id == delivery.c.entry_id)
        .order_by(delivery.c.entry_id, delivery.c.subscription_id)
    )
    with db.read() as conn:
        return list(conn.execute(query))


def edit(db: Database, what: NewEntry) -> None:
    with db.begin() as conn:
        assert edit_entry(conn, what.parsed.key, what, db.now(conn)) is not None


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
        end_subscription(conn, over.channel_id, over.id, "someone", clock.now)
        channels.pause(conn, paused.channel_id, "by an admin")
    publish(db, new(1, "revenue"))
    assert [(each.subscription_id, each.because, each.due_at - clock.now) for each in owed(db)] == [
        (everything.id, "everything in csms", timedelta(0)),
        (revenue.id, "topic revenue (title: revenue)", timedelta(hours=1)),
        (paused.id, "everything in csms", timedelta(0)),
    ]


def test_a_channel_gets_deliveries_in_the_order_of_its_subscriptions(db: Database, clock: Clock) -> None:
    subscribe(db, to=channel("C2"))  # the first terms are its terms, which the channel's younger subscription shares
    revenue, everything = subscribe(db, filters=REVENUE), subscribe(db)
    (entry,) = publish(db, new(1, "revenue"))
    wanted = [revenue.id, everything.id]
    with db.begin() as conn:
        assert [each.subscription.id for each in deliveries.due(conn, revenue.channel_id, clock.now)] == wanted
        assert [each.subscription_id for each in reports.entry_reasons(conn, revenue.channel_id, entry.id)] == wanted


def test_terms_that_no_two_subscriptions_share_are_owed_too(db: Database, clock: Clock) -> None:
    subscribed = [subscribe(db, to=channel(f"C{number}")) for number in range(3)]
    until = {each.id: clock.now + timedelta(hours=each.id) for each in subscribed[1:]}
    with db.begin() as conn:
        for each in subscribed[1:]:
            subscriptions.set_pause(conn, each.id, until[each.id])
    publish(db, 1)
    assert {each.subscription_id: each.due_at for each in owed(db)} == {subscribed[0].id: clock.now} | until


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
        publish_entries(conn, "sample", [sample(new(1))], db.now(conn), backlog=False)
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
        publish_entries(conn, "account", [new(1)], db.now(conn), backlog=False)


def page(of: str, name: str = "9000 at", url: str = "https://www.cbp.gov/newsroom/steel") -> NewEntry:
    given = new(1)
    return replace(given, parsed=replace(given.parsed, key=f"{of}:{name}", feed=of, number="", url=url))


@pytest.mark.parametrize(
    ("second", "count"),
    [(page("forced-labor"), 1), (page("forced-labor", name="9001 at"), 2), (page("forced-labor", url="https://www.cbp.gov/trade"), 2)],
)
def test_a_page_that_several_feeds_bring_is_owed_once_in_a_channel(db: Database, second: NewEntry, count: int) -> None:
    subscribe(db, filters=Filters(feeds=("newsroom", "forced-labor")))
    with db.begin() as conn:
        feeds.ensure(conn, ["newsroom", "forced-labor"], db.now(conn))
        for each in (page("newsroom"), second):
            publish_entries(conn, each.parsed.feed, [each], db.now(conn), backlog=False)
    assert len(owed(db)) == count


def test_long_key_ends_in_its_digest_and_number_is_cut(db: Database) -> None:
    long = replace(new(1), parsed=replace(new(1).parsed, key="csms:" + "k" * 20_000, number="9" * 100))
    (stored,) = publish(db, long)
    assert (len(stored.key), len(stored.number)) == (512, 32)
    assert publish(db, long) == []
    with db.read() as conn:
        assert entries.known(conn, [long.parsed.key]) == {long.parsed.key: stored}


def test_text_that_no_database_can_hold_is_removed_when_a_document_is_parsed(db: Database) -> None:
    rows = '[{"subject": "CSMS # 67395160 - A\\u0000B \\ud800 end", "href": "https://x.example/\\u0000y", "pub_date": null}]'
    document = jsonp.read(f"GDWidgets[0].update({rows})".encode(), "")
    (parsed,) = identify(feed("csms", "CSMS messages"), document.entries, first_choice=True).parsed
    (stored,) = publish(db, NewEntry(parsed, classify(parsed.title, parsed.body, ())))
    assert stored.title == "CSMS # 67395160 - AB end"


def test_text_that_no_database_can_hold_is_removed_when_it_is_published(db: Database) -> None:
    (stored,) = publish(db, new(1, title="A\x00B \ud800 end", body="\x00"))
    assert (stored.title, stored.body) == ("AB ? end", "")


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
            first = publish_entries(conn, "csms", [new(1)], db.now(conn), backlog=False)
            other = pool.submit(publish, db, 1, 2, 3)
            time.sleep(0.3)  # it waits for us now, holding nothing that we want
            first += publish_entries(conn, "csms", [new(2)], db.now(conn), backlog=False)
        assert (numbers(first), numbers(other.result(20))) == (["1", "2"], ["3"])


def test_a_transaction_that_fails_publishes_nothing(db: Database) -> None:
    subscribe(db)

    def fail() -> None:
        with db.begin() as conn:
            publish_entries(conn, "csms", [new(1)], db.now(conn), backlog=False)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert owed(db) == []
    assert numbers(publish(db, 1)) == ["1"]


@pytest.mark.slow
def test_a_thousand_subscriptions_are_each_owed_the_entry(db: Database) -> None:
    for name, cadence in (("C0", NOW), ("C1", DAILY)):
        subscribe(db, cadence, REVENUE, to=channel(name))
    with db.begin() as conn:  # copies of the two, because each one that is saved for itself takes milliseconds
        for table, column in ((schema.channel, "ref"), (schema.subscription, "channel_id")):
            saved = [row._asdict() for row in conn.execute(select(table).order_by(table.c.id))]
            conn.execute(insert(table), [saved[each % 2] | {"id": each + 1, column: each + 1} for each in range(2, 1000)])
    publish(db, new(1, "revenue"), 2)
    with db.read() as conn:
        assert conn.execute(select(func.count(schema.delivery.c.channel_id.distinct()))).scalar_one() == 1000
        assert conn.execute(select(func.count()).select_from(schema.delivery)).scalar_one() == 1000


# editing


def test_an_edit_changes_what_is_stored_and_posts_nothing(db: Database, clock: Clock) -> None:
    subscribe(db)
    (before,) = publish(db, new(1, "ace"))
    subscribe(db, filters=REVENUE, cadence=Cadence(CadenceKind.NOW))
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


def test_the_links_of_a_text_are_stored_and_stay_with_it(db: Database) -> None:
    def linking(*texts: str, body: str | None = "Text.") -> NewEntry:
        entry = new(1, body=body)
        return replace(entry, parsed=replace(entry.parsed, links=tuple(Link(each, "https://www.cbp.gov/a.pdf") for each in texts)))

    def links() -> tuple[str, ...]:
        with db.read() as conn:
            stored = entries.by_key(conn, "csms:1")
        assert stored is not None
        return tuple(each.text for each in stored.links)

    publish(db, linking("List\x00 A", "B"))
    assert links() == ("List A", "B")
    edit(db, linking(body=None))  # a fallback source has no texts
    assert links() == ("List A", "B")
    edit(db, linking("C"))
    assert links() == ("C",)


def test_editing_what_is_not_stored_is_none(db: Database) -> None:
    with db.begin() as conn:
        assert edit_entry(conn, "csms:1", new(1), db.now(conn)) is None
