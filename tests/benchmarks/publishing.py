"""Compare owing one entry to a thousand subscriptions with writing a thousand rows with the bare driver."""

import sqlite3
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from jobs.migrations import upgrade
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, NewEntry, Parsed
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.publish import publish_entries
from jobs.states import CadenceKind, EntryKind, Lead
from jobs.store import channels
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.benchmarks.measure import Row, wall_seconds

SUBSCRIPTIONS = 1000
ROUNDS = 7
NOW = datetime(2026, 2, 9, 14, tzinfo=UTC)


def rows(folder: Path) -> Iterator[Row]:
    db = Database(f"sqlite:///{folder / 'publishing.db'}")
    upgrade.upgrade(db)
    with db.begin() as conn:
        for number in range(SUBSCRIPTIONS):
            channel = channels.ensure(conn, ChannelRef("slack", "T1", f"C{number}"), NOW)
            spec = SubscriptionSpec(Filters(), Cadence(CadenceKind.NOW), "America/New_York", False)
            save_subscription(conn, channel, spec, "slack:T1/U1", NOW)
    publishes = [wall_seconds(partial(publish, db, number)) for number in range(ROUNDS)]
    raw = [wall_seconds(lambda: bare(folder / "bare.db")) for _ in range(ROUNDS)]
    ours, theirs = statistics.median(publishes), statistics.median(raw)
    yield Row("publishing one entry to 1,000 subscriptions", ours * 1000, "ms", None, "SQLite, one transaction")
    yield Row("  against 1,000 rows written with the bare driver", ours / theirs, "x", 15, f"{theirs * 1000:.1f} ms")
    db.close()


def publish(db: Database, number: int) -> None:
    parsed = Parsed(f"csms:{number}", "csms", str(number), "Quota opens", "https://content.govdelivery.com/x", NOW, "Beef quota.")
    new = NewEntry(parsed, Classified((), EntryKind.GUIDANCE, Lead.GUIDANCE, False))
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
