"""A feed that is mostly new twice within a day: the second flood is held until an admin decides."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from jobs.feed_health import feed_health
from jobs.models.entries import Parsed
from jobs.models.subscriptions import Filters
from jobs.publish import end_hold, publish_sample
from jobs.store import schema
from jobs.store.database import Database
from tests.support.databases import on_both
from tests.support.documents import Documents, item, items, plain, titles
from tests.support.store import channel, subscribe

pytestmark = pytest.mark.one_database


@pytest.fixture
def feed(db: Database) -> Documents:
    """A feed of 20 entries, all new an hour ago: its first flood."""
    documents = Documents(db)
    documents.poll(item(1))
    assert len(documents.poll(items(2, 21)).new) == 20
    documents.clock.pass_(hours=1)
    return documents


def due(feed: Documents) -> list[tuple[str, bool]]:
    """Return the titles owed, each with whether it is part of a catch-up."""
    query = (
        select(schema.entry.c.title, schema.delivery.c.catch_up)
        .join(schema.delivery, schema.delivery.c.entry_id == schema.entry.c.id)
        .where(schema.entry.c.title.not_in([each.title for each in items(2, 21)]))
        .order_by(schema.entry.c.published)
    )
    with feed.db.read() as conn:
        return [(row.title, row.catch_up) for row in conn.execute(query)]


def test_a_first_flood_is_published_and_told(feed: Documents) -> None:
    assert feed.row().warning == "20 of 20 entries were new at once; all were published"
    assert feed.owed() == 20


def test_a_second_flood_within_a_day_is_held(feed: Documents) -> None:
    polled = feed.poll(items(101, 140))
    assert (polled.new, polled.held) == ((), 40)
    assert (polled.warning, feed.row().warning) == (None, None)  # the stored entries tell it
    assert (feed.row().held, feed.owed()) == (40, 20 + 1)  # and the notice to the admins
    assert (feed.poll(items(101, 140)).held, feed.row().held) == (0, 40)  # known, and still held


@on_both
def test_the_admins_are_asked_once_about_a_held_flood(feed: Documents) -> None:
    for first in (101, 201, 301):
        feed.poll(items(first, first + 39))
    with feed.db.read() as conn:
        asked = [row.notice for row in conn.execute(select(schema.post.c.notice).where(schema.post.c.kind == "notice"))]
    assert [(each["kind"], each["channel"]["id"]) for each in asked] == [("flood", feed.feed.slug)]
    assert asked[0]["why"].startswith("40 entries were new at once")
    end_hold(feed.db, feed.feed.slug, "someone", post=False)
    feed.poll(items(401, 440))
    with feed.db.read() as conn:
        assert conn.execute(select(func.count()).where(schema.post.c.kind == "notice")).scalar_one() == 2


def test_a_second_flood_a_day_later_is_published(feed: Documents) -> None:
    feed.clock.pass_(days=1)
    assert len(feed.poll(items(101, 140)).new) == 40


def test_a_flood_is_held_as_long_as_an_earlier_one_is(feed: Documents) -> None:
    feed.poll(items(101, 140))
    feed.clock.pass_(days=3)
    assert feed.poll(items(201, 240)).held == 40
    assert feed.row().held == 80


@on_both
def test_a_short_feed_is_never_held(feed: Documents) -> None:
    assert len(feed.poll(items(101, 110)).new) == 10


def test_a_single_entry_that_comes_during_a_hold_is_posted(feed: Documents) -> None:
    feed.poll(items(101, 140))
    assert titles(feed.poll(items(102, 141))) == ["Page 141"]
    assert due(feed) == [("Page 141", False)]
    assert feed.row().held == 40


def test_posting_owes_what_was_held_as_a_catch_up(feed: Documents) -> None:
    feed.poll(items(101, 140))
    assert [each.title for each in end_hold(feed.db, "cbp-trade", "someone", post=True)] == [f"Page {n}" for n in range(101, 141)]
    assert due(feed) == [(f"Page {n}", True) for n in range(101, 141)]
    assert feed.row().held == 0
    assert feed.poll(items(101, 140)).new == ()


def test_entries_marked_as_seen_are_never_posted(feed: Documents) -> None:
    feed.poll(items(101, 140))
    assert len(end_hold(feed.db, "cbp-trade", "someone", post=False)) == 40
    assert end_hold(feed.db, "cbp-trade", "someone", post=True) == []
    assert (due(feed), feed.row().held) == ([], 0)
    assert feed.poll(items(101, 140)).new == ()
    assert titles(feed.poll(items(102, 141))) == ["Page 141"]


@pytest.mark.parametrize("post", [True, False])
def test_nothing_speaks_of_a_hold_once_it_is_decided(feed: Documents, post: bool) -> None:
    feed.poll(items(101, 140))
    assert feed_health(feed.feed, feed.row(), feed.clock.now).trouble == "40 new entries on hold"
    end_hold(feed.db, "cbp-trade", "someone", post=post)
    assert feed_health(feed.feed, feed.row(), feed.clock.now).trouble == ""
    assert "new at once" not in str(feed.row().sources)


def test_a_flood_after_a_decision_is_held_again(feed: Documents) -> None:
    feed.poll(items(101, 140))
    end_hold(feed.db, "cbp-trade", "someone", post=True)
    assert feed.poll(items(201, 240)).held == 40


@on_both
def test_two_admins_who_decide_at_once_decide_once(feed: Documents) -> None:
    feed.poll(items(101, 140))
    with ThreadPoolExecutor(2) as pool:
        decided = list(pool.map(lambda post: end_hold(feed.db, "cbp-trade", "someone", post=post), (True, False)))
    assert sorted(map(len, decided)) == [0, 40]
    assert len(due(feed)) in (0, 40)


def test_a_restart_changes_nothing_of_a_hold(feed: Documents) -> None:
    feed.poll(items(101, 140))
    again = Database(feed.db.url.render_as_string(hide_password=False), feed.clock)
    feed.db.close()
    feed.db = again
    assert feed.row().held == 40
    assert feed.poll(items(201, 240)).held == 40
    assert len(end_hold(again, "cbp-trade", "someone", post=True)) == 80
    again.close()


@on_both
def test_a_subscription_made_during_a_hold_gets_nothing_old(feed: Documents) -> None:
    feed.poll(items(101, 140))
    feed.clock.pass_(minutes=1)
    subscribe(feed.db, filters=Filters(feeds=("cbp-trade",), system=True), to=channel("C2"))
    end_hold(feed.db, "cbp-trade", "someone", post=True)
    assert len(due(feed)) == 40


def test_an_edit_during_a_hold_owes_nothing(feed: Documents) -> None:
    bare = [replace(each, body=None) for each in items(101, 140)]
    feed.poll(bare)
    assert feed.poll(items(101, 140)).edited == 40
    assert due(feed) == []
    end_hold(feed.db, "cbp-trade", "someone", post=True)
    assert len(due(feed)) == 40


def test_a_flood_under_new_identities_is_no_flood(feed: Documents) -> None:
    renamed = [replace(each, guid=f"urn:{each.title}") for each in items(2, 21)]
    polled = feed.poll(renamed)
    assert (polled.new, polled.held) == ((), 0)


def test_samples_are_never_held(feed: Documents) -> None:
    for number in range(30):
        sample = Parsed(f"sample:{number}", "sample", str(number), "Refunds", "https://www.cbp.gov/x", feed.clock.now, "B")
        assert publish_sample(feed.db, sample, plain) is not None
