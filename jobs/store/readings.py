"""The readings of entries: relations, dates, and the gist in the row of the entry."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from jobs.models.readings import EffectiveDate, EntryDate, Mistyped, Naming, Reading, Reference
from jobs.states import DateKind, Relation
from jobs.store.database import load
from jobs.store.schema import entry, entry_date, entry_relation

_RELATIONS = (
    select(entry_relation)
    .where(entry_relation.c.entry_id.in_(bindparam("ids", expanding=True)))
    .order_by(entry_relation.c.entry_id, entry_relation.c.position)
)
# without a condition on the feed, for which SQLite would go through all of its entries
_NAMING = (
    select(entry_relation, entry.c.feed)
    .join(entry, entry.c.id == entry_relation.c.entry_id)
    .where(entry_relation.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(entry.c.published, entry.c.id, entry_relation.c.position)
)
_NAMING_UNHELD = _NAMING.where(entry.c.held_at.is_(None))
_DATES = (
    select(entry_date)
    .where(entry_date.c.entry_id.in_(bindparam("ids", expanding=True)))
    .order_by(entry_date.c.entry_id, entry_date.c.position)
)


def store(conn: Connection, readings: Mapping[int, Reading], version: int) -> None:
    """Replace what these entries said; `version` is that of the code that read them."""
    if not readings:
        return
    for table in (entry_relation, entry_date):
        conn.execute(delete(table).where(table.c.entry_id.in_(readings)))
    for entry_id, reading in readings.items():
        conn.execute(update(entry).where(entry.c.id == entry_id).values(gist=reading.gist, reading=version))
    relations = [
        {"entry_id": entry_id, "position": place, "number": x.number, "kind": x.kind, "as_written": x.as_written, "because": x.because}
        for entry_id, reading in readings.items()
        for place, x in enumerate(reading.relations)
    ]
    dates = [
        {"entry_id": entry_id, "position": place, "date": each.date, "kind": each.kind, "sentence": each.sentence}
        for entry_id, reading in readings.items()
        for place, each in enumerate(reading.dates)
    ]
    for table, rows in ((entry_relation, relations), (entry_date, dates)):
        if rows:
            conn.execute(insert(table), rows)


def keep(conn: Connection, entry_ids: Collection[int], version: int) -> None:
    """Let what these entries said stand for newer code, too."""
    conn.execute(update(entry).where(entry.c.id.in_(entry_ids)).values(reading=version))


def mistyped(conn: Connection, feed: str) -> list[Mistyped]:
    """Return the relations of a feed's entries of which it is uncertain what they name."""
    query: Select[Any] = select(entry_relation, entry.c.title).join(entry, entry.c.id == entry_relation.c.entry_id)
    rows = conn.execute(query.where(entry_relation.c.number == "", entry.c.feed == feed))
    return [load(Mistyped, row, reference=load(Reference, row, kind=Relation(row.kind))) for row in rows]


def complete(conn: Connection, found: Mistyped, number: str) -> None:
    """Store which message a mistyped number means."""
    this = (entry_relation.c.entry_id == found.entry_id, entry_relation.c.position == found.position)
    conn.execute(update(entry_relation).where(*this).values(number=number))


def relations_of(conn: Connection, entry_ids: Iterable[int]) -> dict[int, tuple[Reference, ...]]:
    """Return the messages that these entries name, in the order of their texts."""
    wanted = list(entry_ids)
    found: dict[int, tuple[Reference, ...]] = {}
    for row in conn.execute(_RELATIONS, {"ids": wanted}) if wanted else ():
        found[row.entry_id] = (*found.get(row.entry_id, ()), load(Reference, row, kind=Relation(row.kind)))
    return found


def naming(conn: Connection, feed: str, numbers: Collection[str], *, held: bool = False) -> list[Naming]:
    """Return which of a feed's entries name these numbers, oldest first, also backlog, but what is held only with `held`.

    An entry that names one number several times has a row for each.
    """
    wanted = [each for each in numbers if each]
    rows = conn.execute(_NAMING if held else _NAMING_UNHELD, {"numbers": wanted}) if wanted else ()
    return [load(Naming, row, kind=Relation(row.kind)) for row in rows if row.feed == feed]


def dates_of(conn: Connection, entry_ids: Iterable[int]) -> dict[int, tuple[EffectiveDate, ...]]:
    """Return the dates that these entries give, in the order of their texts."""
    found: dict[int, tuple[EffectiveDate, ...]] = {}
    for row in conn.execute(_DATES, {"ids": list(entry_ids)}):
        found[row.entry_id] = (*found.get(row.entry_id, ()), load(EffectiveDate, row, kind=DateKind(row.kind)))
    return found


def dates_between(conn: Connection, since: date, until: date) -> list[EntryDate]:
    """Return the dates from `since` to before `until`, earliest first, of all entries but those that are held."""
    query: Select[Any] = select(entry_date).join(entry, entry.c.id == entry_date.c.entry_id)
    query = query.where(entry_date.c.date >= since, entry_date.c.date < until, entry.c.held_at.is_(None))
    rows = conn.execute(query.order_by(entry_date.c.date, entry_date.c.entry_id, entry_date.c.position))
    return [load(EntryDate, row, kind=DateKind(row.kind)) for row in rows]
