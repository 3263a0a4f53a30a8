"""Stored entries: found by feed, topic, words and number."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from jobs.models.entries import NewEntry
from jobs.models.readings import Reading, Reference
from jobs.publish import edit_entry, publish_entries
from jobs.states import Relation
from jobs.store import entries, readings, schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.store import new, numbers, publish, sample


def owed(db: Database) -> list[Any]:
    delivery, entry = schema.delivery, schema.entry
    query = select(delivery, entry.c.number).join(entry, entry.c.id == delivery.c.entry_id).order_by(delivery.c.id)
    with db.read() as conn:
        return list(conn.execute(query))


def edit(db: Database, what: NewEntry) -> None:
    with db.begin() as conn:
        assert edit_entry(conn, what.parsed.key, what, db.now(conn)) is not None


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
        publish_entries(conn, "sample", [sample(new(3, title="Sample drawback refunds"))], clock.now, backlog=False)


def routine(number: int) -> NewEntry:
    return replace(new(number), classified=replace(new(number).classified, routine=True))


def test_routine_entries_of_a_period_are_found_without_backlog_and_held_ones(db: Database, clock: Clock) -> None:
    began = clock.now
    publish(db, routine(1), backlog=True)
    with db.begin() as conn:
        publish_entries(conn, "csms", [routine(5)], clock.now, backlog=False, held=True)
    publish(db, routine(2), new(3))
    clock.pass_(minutes=1)
    publish(db, routine(4))
    now, later = clock.now, clock.now + timedelta(seconds=1)
    with db.read() as conn:
        assert numbers(entries.routine_between(conn, began, now)) == ["2"]
        assert numbers(entries.routine_between(conn, began, later)) == ["4", "2"]
        assert numbers(entries.routine_between(conn, now, later)) == ["4"]


@pytest.mark.usefixtures("stored")
def test_latest_is_newest_first_by_feed_and_topic(db: Database) -> None:
    with db.read() as conn:
        assert numbers(entries.latest(conn, ["csms"])) == ["4", "3", "2", "1"]
        assert numbers(entries.latest(conn, ["csms"], "revenue")) == ["3", "1"]
        assert numbers(entries.latest(conn, ["csms"], limit=1)) == ["4"]
        assert numbers(entries.latest(conn, ["csms"], limit=2)) == ["4", "3"]
        assert [each.key for each in entries.latest(conn, ["sample"])] == ["sample:3"]
        assert entries.latest(conn, []) == []


@pytest.mark.usefixtures("stored")
def test_older_entries_follow_the_last_one_of_a_page(db: Database) -> None:
    with db.read() as conn:
        page = entries.latest(conn, ["csms"], limit=2)
        assert numbers(entries.latest(conn, ["csms"], after=page[-1].id)) == ["2", "1"]
        assert numbers(entries.latest(conn, ["csms"], "revenue", after=page[-1].id)) == ["1"]


@pytest.mark.usefixtures("stored")
def test_a_number_finds_the_real_message_before_a_sample_of_it(db: Database) -> None:
    with db.read() as conn:
        found = entries.by_number(conn, "3")
        assert entries.by_number(conn, "404") is None
    assert found is not None
    assert found.key == "csms:3"


def test_what_has_or_names_a_number_is_found_without_reading_its_feed(db: Database) -> None:
    ours, later = publish(db, 1, new(2, title="It replaces another one"))
    other = replace(new(1), parsed=replace(new(1).parsed, key="bulletins:1", feed="bulletins"))
    with db.begin() as conn:
        publish_entries(conn, "bulletins", [other], db.now(conn), backlog=True)
        readings.store(conn, {later.id: Reading((Reference("1", Relation.REPLACES, "1", "it replaces"),), (), "")}, 1)
    asked = []
    with db.read() as conn:
        event.listen(conn, "before_cursor_execute", lambda _conn, _cursor, statement, parameters, *_: asked.append((statement, parameters)))
        assert entries.by_numbers(conn, "csms", ["1", "3"]) == {"1": ours}
        assert entries.titles(conn, "csms", {"1", "3"}) == {"1": "Message 1"}
        assert [each.entry_id for each in readings.naming(conn, "csms", {"1", "3"})] == [later.id]
        assert readings.naming(conn, "bulletins", {"1", "3"}) == []
        if conn.dialect.name == "sqlite":
            plans = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all() for statement, parameters in list(asked)]
            assert "feed" not in str(plans)
            assert "SCAN" not in str(plans)


def test_of_two_edits_in_one_moment_the_text_before_both_is_kept(db: Database, clock: Clock) -> None:
    publish(db, new(1, "revenue", "ace", title="At first"))
    before = clock.now
    clock.pass_(minutes=1)
    edit(db, new(1, "revenue", title="In between"))
    edit(db, new(1, "revenue", title="At last"))
    with db.as_of(before).read() as conn:
        known = entries.by_key(conn, "csms:1")
    assert known is not None
    assert (known.title, {hit.topic for hit in known.topics}) == ("At first", {"revenue", "ace"})
