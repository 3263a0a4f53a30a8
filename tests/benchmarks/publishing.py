"""Owe one entry to a thousand subscriptions, against a thousand rows of the bare driver, and to ten thousand with rules."""

import sqlite3
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

from jobs.migrations import upgrade
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, NewEntry, Parsed, TopicHit
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.publish import publish_entries
from jobs.states import CadenceKind, EntryKind, Lead
from jobs.store import channels, subscriptions
from jobs.store.database import Connection, Database
from tests.benchmarks.measure import Row, wall_seconds

SUBSCRIPTIONS = 1000
WITH_RULES = 10_000
MAX_MS = 300.0
ROUNDS = 7
NOW = datetime(2026, 2, 9, 14, tzinfo=UTC)


def rows(folder: Path) -> Iterator[Row]:
    db = Database(f"sqlite:///{folder / 'publishing.db'}")
    upgrade.upgrade(db)
    with db.begin() as conn:
        for number in range(SUBSCRIPTIONS):
            subscribe(conn, number, SubscriptionSpec(Filters(), Cadence(CadenceKind.NOW), "America/New_York", False))
    publishes = [wall_seconds(partial(publish, db, number)) for number in range(ROUNDS)]
    raw = [wall_seconds(lambda: bare(folder / "bare.db")) for _ in range(ROUNDS)]
    ours, theirs = statistics.median(publishes), statistics.median(raw)
    yield Row("publishing one entry to 1,000 subscriptions", ours * 1000, "ms", None, "SQLite, one transaction")
    yield Row("  against 1,000 rows written with the bare driver", ours / theirs, "x", 15, f"{theirs * 1000:.1f} ms")
    db.close()
    yield with_rules(folder)


def subscribe(conn: Connection, number: int, spec: SubscriptionSpec) -> None:
    """Store a subscription of a new channel, without its row of the audit, which nobody reads here."""
    assert subscriptions.add(conn, channels.ensure(conn, ChannelRef("slack", "T1", f"C{number}"), NOW), spec, "slack:T1/U1", NOW)


def with_rules(folder: Path) -> Row:
    """Measure subscriptions of which each asks for some topics and phrases and leaves others out. Nearly all match."""
    db = Database(f"sqlite:///{folder / 'rules.db'}")
    upgrade.upgrade(db)
    topics, cadences = (
        ("agriculture-quota", "tariffs", "textiles", "revenue"),
        (Cadence(CadenceKind.NOW), Cadence(CadenceKind.DAILY, time(9))),
    )
    with db.begin() as conn:
        for number in range(WITH_RULES):
            filters = Filters(
                ("csms",), (topics[0], *topics[1 + number % 3 :]), ("beef", f"word{number % 500}"), (f"webinar{number % 100}",)
            )
            subscribe(conn, number, SubscriptionSpec(filters, cadences[number % 2], "America/New_York", False))
    publishes = [wall_seconds(partial(publish, db, number)) for number in range(ROUNDS)]
    db.close()
    what = f"SQLite, one transaction; {WITH_RULES} topics, phrases and phrases left out"
    return Row("  to 10,000 subscriptions with rules", statistics.median(publishes) * 1000, "ms", MAX_MS, what)


def publish(db: Database, number: int) -> None:
    parsed = Parsed(f"csms:{number}", "csms", str(number), "Quota opens", "https://content.govdelivery.com/x", NOW, "Beef quota.")
    new = NewEntry(parsed, Classified((TopicHit("agriculture-quota", "title: quota"),), EntryKind.GUIDANCE, Lead.GUIDANCE, False))
    with db.begin() as conn:
        publish_entries(conn, "csms", [new], NOW + timedelta(minutes=number), backlog=False)


def bare(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=NORMAL")
        conn.execute("CREATE TABLE IF NOT EXISTS owed (id INTEGER PRIMARY KEY, entry INT, subscription INT, due TEXT, because TEXT)")
        owed = ((1, number, NOW.isoformat(), "all topics") for number in range(SUBSCRIPTIONS))
        conn.executemany("INSERT INTO owed (entry, subscription, due, because) VALUES (?, ?, ?, ?)", owed)
    conn.close()
