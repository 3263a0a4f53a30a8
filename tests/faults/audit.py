"""Changes by several writers at once, then one byte flipped anywhere in the audit, again and again: found each time, with its row."""

import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from jobs import audit
from jobs.models.audit import AuditRow
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.pauses import pause_channel, resume_channel
from jobs.states import CadenceKind
from jobs.store import audit as store
from jobs.store import channels, subscriptions
from jobs.store.database import Connection, Database
from jobs.subscribe import change_subscription, end_subscription, pause_subscription, save_subscription
from tests.support.store import NEW_YORK, channel
from tests.support.tampering import COLUMNS, renumber, spoil

WRITERS = 4
TOPICS = ("revenue", "tariffs", "textiles", "ipr", "ad-cvd")


@dataclass
class Found:
    database: str
    changes: int = 0
    flips: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.database}: {self.changes} changes  {self.flips} flips  {self.flips - len(self.problems)} found with their row"


def run(url: str, changes: int, flips: int, seed: int) -> Found:
    """Make at least so many changes, then flip bytes one after the other, each put back before the next."""
    db = Database(url)
    found = Found("SQLite" if db.sqlite else "PostgreSQL")
    each = -(-changes // WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda number: _change(url, number, each, seed), range(WRITERS)))
    with db.read() as conn:
        rows = list(store.since(conn, ""))
        found.problems += [f"before any flip: {fault}" for fault in audit.verify(conn)]
    found.changes = len(rows)
    if found.changes < changes:
        found.problems.append(f"{found.changes} rows of {changes} changes")
    chance = random.Random(seed)  # noqa: S311  # to be repeatable
    ways = ("id", *COLUMNS, *(("file",) if db.sqlite else ()))
    for _ in range(flips):
        row, way = chance.choice(rows), chance.choice(ways)
        found.flips += 1
        with ExitStack() as stack:
            if way == "file":
                stack.enter_context(_flipped_in_file(db, row, chance))
            else:
                stack.enter_context(renumber(db, row.id, chance) if way == "id" else spoil(db, row.id, way, chance))
            with db.read() as conn:
                faults = audit.verify(conn)
        if not faults or all(fault.row != row.id for fault in faults[:2]):
            found.problems.append(f"{way} of row {row.id}: {', '.join(map(str, faults[:3])) or 'not found'}")
    with db.read() as conn:
        found.problems += [f"after every flip was put back: {fault}" for fault in audit.verify(conn)]
    db.close()
    return found


def _change(url: str, writer: int, count: int, seed: int) -> None:
    """Make changes that succeed, as one person in one channel after the other."""
    db, chance, made = Database(url), random.Random(f"{seed} {writer}"), 0  # noqa: S311  # to be repeatable
    who = f"Person {writer} (playground:T1/U{writer})"
    while made < count:
        with db.begin() as conn:
            here = channels.ensure(conn, channel(f"C{chance.randrange(3)}"), db.now(conn))
            made += _act(conn, db, here, who, chance)
    db.close()


def _act(conn: Connection, db: Database, here: int, who: str, chance: random.Random) -> bool:
    now, live = db.now(conn), subscriptions.list_for_channel(conn, here)
    kind = chance.choice((CadenceKind.NOW, CadenceKind.DAILY))
    filters = Filters(topics=(chance.choice(TOPICS),), phrases=(chance.choice(("steel", "pâté", "“quoted”")),))
    spec = SubscriptionSpec(filters, Cadence(kind, None if kind == CadenceKind.NOW else time(9)), NEW_YORK, digest_only=False)
    one = chance.choice(live).id if live else 0
    match chance.randrange(6):
        case 0 if one:
            changed = change_subscription(conn, here, one, spec, who, now)
            return changed is not None and changed.outcome != "same"
        case 1 if one:
            return end_subscription(conn, here, one, who, now) is not None
        case 2 if one:
            return pause_subscription(conn, here, one, now + timedelta(days=2), who, now) is not None
        case 3:
            pause_channel(conn, here, "somebody paused it", who, None, now)
            return True
        case 4:
            resume_channel(conn, here, now, who)
            return True
    return save_subscription(conn, here, spec, who, now).outcome != "same"


_TEXTS_AT = 10
"""So many bytes at least has the header of a record: its length, and the type and length of each column."""

_NO_CHANGE = (1, 3)
"""Byte and bit of the header that make the number, which stands elsewhere, a constant: nobody can read a difference."""


def _record(row: AuditRow) -> bytes:
    """Return a row as SQLite stores it, https://www.sqlite.org/fileformat2.html#record_format."""
    texts = [text.encode() for text in (row.at, row.who, row.what, row.place, row.subject, row.before, row.after, row.hash)]
    types = b"\0" + b"".join(_varint(13 + 2 * len(text)) for text in texts)
    return _varint(len(types) + 1) + types + b"".join(texts)


def _varint(number: int) -> bytes:
    return bytes((number,)) if number < 0x80 else bytes((0x80 | number >> 7, number & 0x7F))


@contextmanager
def _flipped_in_file(db: Database, row: AuditRow, chance: random.Random) -> Iterator[None]:
    """Flip a bit where the database's file has the row's record, in its header or in its texts, then put it back."""
    path = Path(str(db.url.database))
    db.close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("VACUUM")  # else the file might have an older copy of the row
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    whole = path.read_bytes()
    record = _record(row)
    if whole.count(record) != 1:
        raise ValueError(f"row {row.id} is {whole.count(record)} times in the file")
    offset, bit = chance.choice((chance.randrange(_TEXTS_AT), chance.randrange(len(record)))), chance.randrange(8)
    if (offset, bit) == _NO_CHANGE:
        bit = 0
    place = whole.index(record) + offset
    for byte in (whole[place] ^ (1 << bit), whole[place]):
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes((byte,)))
        if byte != whole[place]:
            yield
            db.close()
