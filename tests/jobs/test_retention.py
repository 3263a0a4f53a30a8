"""Retention: what is old and settled goes; what is owed, or needed later, stays; and nothing is posted again because of it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from jobs import retention as module
from jobs.corrections import record_corrections
from jobs.decide import Owner, Snapshot, decide
from jobs.models.entries import Entry
from jobs.models.posts import Bundle
from jobs.models.search import IndexQuery
from jobs.publish import edit_entry
from jobs.reading import read_older
from jobs.reclassify import reclassify
from jobs.retention import Retention, prune
from jobs.revisions import load
from jobs.revisions import publish as publish_content
from jobs.schedule import Every
from jobs.states import PostKind
from jobs.store import contents as said_by
from jobs.store import entries, exports, idempotency, posts, readings, reclassification, revisions, schema, tokens
from jobs.store import retention as store
from jobs.store.database import Database
from jobs.tokens import word_term
from tests.jobs.test_schedule import Deliveries, running, until
from tests.support.clock import START, Clock
from tests.support.delivery import deliver
from tests.support.sample_content import files, with_feeds
from tests.support.store import DAILY, channel, new, publish, subscribe
from tests.support.stub_platform import Platform, time_out

KEPT = Retention(bodies=400, contents=90, outcomes=180, revisions=400, seen=2)
BODY = "This message updates CSMS # 67647279. Drawback claims are due on March 31, 2026."


def pruned(db: Database, kept: Retention = KEPT) -> int:
    return prune(db, kept, rest=lambda: None)


def compose_all(bundle: Bundle) -> list[dict[str, Any]]:
    first = bundle.entries[0].entry
    return [{"text": first.title, "blocks": [{}], "subjects": [first.key]}]


def counts(db: Database) -> dict[str, int]:
    tables = (schema.entry, schema.delivery, schema.post)
    with db.read() as conn:
        return {table.name: conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def get(db: Database, entry: Entry) -> Entry:
    with db.read() as conn:
        return entries.by_ids(conn, [entry.id])[entry.id]


def contents(db: Database) -> list[dict[str, Any]]:
    with db.read() as conn:
        found = select(said_by.whole()).select_from(said_by.WITH_SHARED)
        return list(conn.execute(found.order_by(schema.post.c.created_at, schema.post.c.id)).scalars())


def outbox_texts(db: Database) -> list[dict[str, Any]]:
    """Return what the posts of the first channel say, the newest first."""
    with db.read() as conn:
        return [each.content for each in posts.sent_posts(conn, 1, 10)]


async def test_posts_that_say_the_same_share_it_and_are_shown_exported_and_marked_as_before(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(db, to=channel(name))
    publish(db, new(67647279, title="AGOA"))
    await deliver(db, compose=compose_all)
    before = outbox_texts(db)
    with db.read() as conn:
        assert conn.execute(select(schema.post.c.content)).scalars().all() == [{"subjects": ["csms:67647279"]}] * 3
        assert conn.execute(select(func.count()).select_from(schema.shared_content)).scalar_one() == 1
        assert [each.text for each in exports.posts_since(conn, START)] == ["AGOA"] * 3
        receipt = conn.execute(select(schema.post.c.receipt).where(schema.post.c.channel_id == 1)).scalar_one()
        assert posts.content_of(conn, 1, receipt) == before[0]
    assert outbox_texts(db) == before
    (later,) = publish(db, new(67700000, title="UPDATE: AGOA", body=BODY))
    with db.begin() as conn:
        record_corrections(conn, [later], db.now(conn))
    bundles: list[Bundle] = []

    def kept(bundle: Bundle) -> list[dict[str, Any]]:
        bundles.append(bundle)
        return compose_all(bundle)

    for _ in range(4):
        await deliver(db, compose=kept)
        clock.pass_(minutes=5)
    assert [each.about.content["text"] for each in bundles if each.kind == PostKind.MARK and each.about is not None] == ["AGOA"] * 3
    assert {"text": "UPDATE: AGOA", "blocks": [{}], "subjects": ["csms:67700000"]} in contents(db)
    for days in (91, 2):
        clock.pass_(days=days)
        pruned(db)
    with db.read() as conn:
        assert conn.execute(select(schema.shared_content)).all() == []


async def test_a_settled_post_loses_its_content_and_later_goes_with_its_deliveries(db: Database, clock: Clock) -> None:
    subscribe(db)
    (entry,) = publish(db, 1)
    await deliver(db)
    clock.pass_(days=89)
    pruned(db)
    assert outbox_texts(db) == [{"says": "1"}]
    clock.pass_(days=2)
    assert pruned(db) > 0
    assert contents(db) == [{"text": "", "blocks": [], "subjects": []}]
    assert counts(db) == {"entry": 1, "delivery": 1, "post": 1}
    clock.pass_(days=90)
    pruned(db)
    assert counts(db) == {"entry": 1, "delivery": 0, "post": 0}
    assert get(db, entry).outcomes_deleted
    assert pruned(db) == 0


async def test_what_is_still_owed_stays_however_old_and_is_posted(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, 1)
    clock.pass_(days=500)
    pruned(db)
    assert counts(db) == {"entry": 1, "delivery": 1, "post": 0}
    platform = Platform()
    await deliver(db, platform)
    assert [message.content["says"] for message in platform.messages] == ["1"]


async def test_a_post_that_may_have_arrived_stays_with_all_that_it_carries(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db, Platform([time_out]))
    clock.pass_(days=500)
    pruned(db)
    assert counts(db) == {"entry": 1, "delivery": 1, "post": 1}
    assert contents(db) == [{"says": "1"}]


async def test_the_newest_digest_stays_so_that_the_next_knows_since_when_it_tells(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    for number in (1, 2):
        publish(db, number)
        clock.pass_(days=1, hours=1)
        await deliver(db)
    clock.pass_(days=500)
    pruned(db)
    with db.read() as conn:
        kept = conn.execute(select(schema.post.c.period)).scalars().all()
    assert len(kept) == 1
    assert kept[0] > START + timedelta(days=1)


async def test_a_correction_marks_posts_with_content_and_only_answers_older_ones(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, new(67647279, title="AGOA"))
    await deliver(db, compose=compose_all)
    clock.pass_(days=91)
    pruned(db)
    (later,) = publish(db, new(67700000, title="UPDATE: AGOA", body=BODY))
    with db.begin() as conn:
        assert record_corrections(conn, [later], db.now(conn)) > 0
    platform = Platform()
    for _ in range(4):
        await deliver(db, platform, compose=compose_all)
        clock.pass_(minutes=5)
    assert platform.marks == []
    assert len(platform.answers) + len(platform.messages) >= 1
    with db.read() as conn:
        assert set(conn.execute(select(schema.post.c.state)).scalars()) <= {"sent", "dead"}


def without_body(db: Database, clock: Clock) -> tuple[Entry, Entry]:
    """Publish an entry and delete its body; return it before and after."""
    (entry,) = publish(db, new(67700000, "drawback", title="UPDATE: AGOA", body=BODY))
    clock.pass_(days=401)
    pruned(db)
    return entry, get(db, entry)


def said(db: Database, entry: Entry) -> tuple[Any, Any]:
    with db.read() as conn:
        return readings.relations_of(conn, [entry.id]), readings.dates_of(conn, [entry.id])


def test_a_deleted_body_leaves_what_was_read_in_it_and_its_words_in_the_index(db: Database, clock: Clock) -> None:
    entry, after = without_body(db, clock)
    assert (after.body, after.body_deleted, after.edited_at) == (None, True, None)
    assert (after.gist, after.topics) == (entry.gist, entry.topics)
    assert [each.number for each in said(db, entry)[0][entry.id]] == ["67647279"]
    with db.read() as conn:
        assert tokens.rows(conn, IndexQuery(((word_term("claims"),),)), 10) == [tokens.row_id(entry.id, entry.published)]


def test_newer_code_and_rules_change_nothing_that_only_the_body_said(db: Database, clock: Clock) -> None:
    published = publish_content(db, with_feeds("news"), "me")
    entry, _ = without_body(db, clock)
    before = said(db, entry)
    with db.begin() as conn:
        conn.execute(schema.entry.update().values(reading=0, rules=""))
    while reclassify(db, load(with_feeds("news")), published.revision):
        pass
    read_older(db)
    assert get(db, entry).topics == entry.topics
    assert said(db, entry) == before
    with db.read() as conn:
        assert tokens.rows(conn, IndexQuery(((word_term("claims"),),)), 10)
        assert reclassification.not_read(conn, 1, 10) == []


def test_a_feed_that_still_lists_the_message_brings_no_edit(db: Database, clock: Clock) -> None:
    _, after = without_body(db, clock)
    listed = new(67700000, title="UPDATE: AGOA", body=BODY).parsed
    with db.read() as conn:
        known = entries.known(conn, [listed.key])
    decision = decide(Snapshot("csms", (listed,), first_choice=True, whole=True), {"csms": Owner(START, None)}, known, clock.now)
    assert decision.edited == ()
    assert after.body is None


def test_a_body_that_is_fetched_again_is_no_edit_and_posts_nothing(db: Database, clock: Clock) -> None:
    subscribe(db)
    entry, _ = without_body(db, clock)
    assert counts(db)["delivery"] == 1
    with db.begin() as conn:
        conn.execute(schema.delivery.delete())  # as if it had matched no subscription then
        edit_entry(conn, entry.key, new(67700000, title="UPDATE: AGOA", body=BODY), db.now(conn))
    found = get(db, entry)
    assert (found.body, found.edited_at) == (BODY, None)
    assert counts(db)["delivery"] == 0


def test_old_keys_and_the_files_of_replaced_revisions_go(db: Database, clock: Clock) -> None:
    first = publish_content(db, files(), "me")
    clock.pass_(days=1)
    newer = files() | {"office.yaml": files()["office.yaml"].replace("Enforce. Protect.", "Enforce.")}
    second = publish_content(db, newer, "me")
    with db.begin() as conn:
        idempotency.is_first_time(conn, "key", db.now(conn), timedelta(minutes=1))
    clock.pass_(days=2)
    assert pruned(db) == 0
    clock.pass_(days=399)
    assert pruned(db) == 2
    with db.read() as conn:
        old, newest = revisions.by_id(conn, first.revision), revisions.newest(conn)
    assert old is not None
    assert newest is not None
    assert (old.files, newest.id, newest.files) == ({}, second.revision, newer)


def test_nothing_goes_that_is_kept_forever(db: Database, clock: Clock) -> None:
    publish(db, 1)
    clock.pass_(days=9000)
    assert pruned(db, Retention(None, None, None, None, None)) == 0


async def test_the_export_says_which_texts_are_no_longer_stored(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db)
    clock.pass_(days=91)
    pruned(db)
    with db.read() as conn:
        (row,) = exports.posts_since(conn, START)
    assert row.text is None
    assert [each.number for each in row.entries] == ["1"]


async def test_several_processes_prune_at_once_and_go_on_where_one_was_interrupted(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, *range(1, 8))
    for _ in range(7):
        await deliver(db)
        clock.pass_(minutes=1)
    clock.pass_(days=401)
    for name, few in (("ROWS", 3), ("MAX_ENTRIES", 2), ("MAX_SHORT_ROWS", 3)):
        monkeypatch.setattr(store, name, few)
    for name in ("delete_contents", "delete_outcomes"):  # one transaction of each
        with db.begin() as conn:
            changed = getattr(store, name)(conn, clock.now - timedelta(days=90), clock.now)
        assert 0 < changed <= 3
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: pruned(db), range(3)))
    assert counts(db) == {"entry": 7, "delivery": 0, "post": 0}
    assert module.prune(db, KEPT, rest=lambda: None) == 0


async def test_a_process_that_stops_does_not_wait_for_the_rest_of_the_pruning(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_SHORT_ROWS", 1)
    with db.begin() as conn:
        conn.execute(insert(schema.seen), [{"key": f"old:{number}", "at": clock.now} for number in range(2000)])
    clock.pass_(days=10)

    def kept() -> int:
        with db.read() as conn:
            return conn.execute(select(func.count()).where(schema.seen.c.key.startswith("old:"))).scalar_one()

    async with running(db, Deliveries(), every=Every(poll=1_000, forget=1_000)):
        await until(lambda: kept() < 2000)
    await asyncio.get_running_loop().shutdown_default_executor()  # as a process does that ends
    assert kept() > 0
