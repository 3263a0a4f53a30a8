"""A year of growth on SQLite, pruned as it goes: how large the file is, how long questions take, and what still answers."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from handlers.command import Command, Context, Person
from handlers.replies import posts
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs import audit
from jobs.corrections import record_corrections
from jobs.deliver import deliver_due
from jobs.migrations.upgrade import upgrade
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.retention import prune
from jobs.store import schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.growth import grow, publish_one, subscribe_all
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.stub_platform import Platform

BEGIN = datetime(2025, 11, 1, tzinfo=UTC)
PARTS, DAYS = 24, 365.0
ENTRIES, CHANNELS = 6000, 40
MAX_MB, MAX_MS = 150.0, 50.0
ROUNDS = 5


@dataclass
class Found:
    megabytes: float = 0.0
    status: float = 0.0
    correction: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"file {self.megabytes:.0f} MB  status {self.status:.0f} ms  a correction's transaction {self.correction:.0f} ms"


def run(folder: Path, scale: float) -> Found:
    """Grow and prune a year. The bound of the size shrinks with the scale; those of times do not."""
    path, clock, found, count = folder / "growth.db", Clock(BEGIN - timedelta(days=1)), Found(), int(ENTRIES * scale)
    db = Database(f"sqlite:///{path}", clock)
    upgrade(db)
    subscribe_all(db, CHANNELS)
    made: list[Entry] = []
    for part in range(PARTS):
        numbers = range(count * part // PARTS, count * (part + 1) // PARTS)
        made += grow(db, numbers, BEGIN + timedelta(days=DAYS * part / PARTS), DAYS / PARTS)
        clock.now = BEGIN + timedelta(days=DAYS * (part + 1) / PARTS)
        prune(db, rest=lambda: None)
    with db.engine.connect() as raw:
        raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    found.megabytes = path.stat().st_size / 1e6
    found.status = _milliseconds(lambda: _say("status", "trade-admin", db, clock.now))
    _ask_why(db, made, clock.now, found)
    _correct(db, made, clock, found)
    with db.read() as conn:
        found.problems += [f"audit: {fault}" for fault in audit.verify(conn)]
    size = MAX_MB * scale + 3  # an empty database has its tables and indexes
    found.problems += [f"{found.megabytes:.0f} MB, more than {size:.0f}"] if found.megabytes > size else []
    for name, spent in (("status", found.status), ("a correction's transaction", found.correction)):
        found.problems += [f"{name} took {spent:.0f} ms, more than {MAX_MS:.0f}"] if spent > MAX_MS else []
    db.close()
    return found


def _milliseconds(act: Callable[[], object]) -> float:
    """Return the median of some rounds in CPU time, which other processes change little."""
    spent = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        act()
        spent.append((time.process_time() - begin) * 1000)
    return statistics.median(spent)


def _say(words: str, verb: str, db: Database, now: datetime) -> str:
    person = Person("slack", "T1", "U1", "Maria", admin=True)
    command = Command(verb, words, person, ChannelRef("slack", "T1", "C0", "#trade-0"))
    return " ".join(render(dispatch(resolve(command), Context(CATALOG, now, NEW_YORK, db))).split())


def _ask_why(db: Database, made: list[Entry], now: datetime, found: Found) -> None:
    for entry, wanted in ((made[0], "no longer stores who got it"), (made[-1], "Why it was posted here")):
        said = _say(f"why {entry.number}", "csms", db, now)
        found.problems += [] if wanted in said else [f"why {entry.number}: {said[:200]}"]


def _correct(db: Database, made: list[Entry], clock: Clock, found: Found) -> None:
    """Correct a message of 80 days ago, which every channel got, and deliver the marks."""
    earlier = next(entry for entry in made if entry.first_seen > clock.now - timedelta(days=80))
    with db.begin() as conn:
        later = publish_one(conn, f"UPDATE: {earlier.title}", f"This message updates CSMS # {earlier.number}.", clock.now)
    spent = []
    for last in (False, False, True):
        with db.engine.connect().execution_options(writing=True) as conn, conn.begin() as transaction:
            begin = time.process_time()
            record_corrections(conn, [later], clock.now)
            spent.append((time.process_time() - begin) * 1000)
            if not last:
                transaction.rollback()
    found.correction = statistics.median(spent)
    platform = Platform()
    deliver = partial(deliver_due, db, {"slack": platform}, lambda bundle: posts.compose(bundle, CATALOG, NEW_YORK), sleep=_no_sleep)
    for _ in range(4):
        asyncio.run(deliver())
        clock.pass_(minutes=5)
    with db.read() as conn:
        marks = select(func.count()).where(schema.post.c.kind == "mark", schema.post.c.state == "sent")
        if (count := conn.execute(marks).scalar_one()) != CHANNELS:
            found.problems.append(f"{count} of {CHANNELS} channels have the mark")


async def _no_sleep(_: float) -> None:
    """The clock stands still."""
