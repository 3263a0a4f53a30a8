"""Tamper with the audit, as somebody could who may do anything with the database."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, LargeBinary, Text, cast, literal, select, text, update

from jobs.store.database import Database
from jobs.store.schema import audit

COLUMNS = tuple(column.name for column in audit.c if column.name != "id")


@contextmanager
def without_triggers(conn: Connection) -> Iterator[None]:
    """Let the rest of the transaction change rows."""
    if conn.dialect.name != "sqlite":
        conn.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        yield
        conn.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
        return
    triggers = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")).all()
    for name, _ in triggers:
        conn.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, created in triggers:
        conn.exec_driver_sql(created)


@contextmanager
def renumber(db: Database, number: int, chance: random.Random) -> Iterator[int]:
    """Flip a bit of a row's number, then put it back; yield the number that it had."""
    with db.read() as conn:
        taken = set(conn.execute(select(audit.c.id)).scalars())
    free = [other for bit in range(40) if (other := number ^ (1 << bit)) not in taken]
    other = chance.choice(free)
    for old, new in ((number, other), (other, number)):
        with db.begin() as conn, without_triggers(conn):
            conn.execute(update(audit).where(audit.c.id == old).values(id=new))
        if new == other:
            yield number


@contextmanager
def spoil(db: Database, number: int, column: str, chance: random.Random) -> Iterator[int]:
    """Flip a bit of a byte in a row's column, then put it back; yield the number of the row."""
    with db.begin() as conn:
        before = conn.execute(select(audit.c[column]).where(audit.c.id == number)).scalar_one()
    _set(db, number, column, _flipped(before, chance, text_only=not db.sqlite))
    yield number
    _set(db, number, column, before.encode())


def _flipped(before: str, chance: random.Random, *, text_only: bool) -> bytes:
    """Return the bytes with one bit flipped. PostgreSQL holds only what is valid text."""
    raw = bytearray(before.encode()) or bytearray(b" ")
    bits = 7 if text_only else 8
    while True:
        place, bit = chance.randrange(len(raw)), 1 << chance.randrange(bits)
        spoiled = bytearray(raw)
        spoiled[place] ^= bit
        if not text_only or spoiled[place]:
            return bytes(spoiled)


def _set(db: Database, number: int, column: str, value: bytes) -> None:
    with db.begin() as conn, without_triggers(conn):
        if db.sqlite:
            spoiled = cast(literal(value, LargeBinary), Text)  # may be no valid text
            conn.execute(update(audit).where(audit.c.id == number).values({column: spoiled}))
        else:
            conn.execute(update(audit).where(audit.c.id == number).values({column: value.decode()}))
