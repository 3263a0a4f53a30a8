"""The entries as they were known at a moment, with the texts that they had then, and what was read in these."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Select, Subquery, Table, case, event, exists, func, select, union_all
from sqlalchemy.sql.util import ClauseAdapter

from jobs.store.schema import EARLIER, entry, entry_text

_MOMENT = "known_at"


def narrow(engine: Engine, moment: datetime) -> Engine:
    """Return an engine on the same connections whose SELECTs know no entry that was first seen after the moment.

    Where an entry was edited later, they read the text that it had, and what was read in that, if they are stored.
    """
    view = engine.execution_options(**{_MOMENT: moment})
    known = select(*(_as_of(each, moment) for each in entry.c)).where(entry.c.first_seen <= moment).subquery("entry")
    # by name, because the earlier text is no column of the table; only its columns are, as others have the same names
    adapter = ClauseAdapter(known, adapt_on_names=True, include_fn=partial(_is_of, entry))
    for table in EARLIER:  # one chain goes through a statement once, which takes longer than most statements
        adapter.chain(ClauseAdapter(_said(table, moment), adapt_on_names=True, include_fn=partial(_is_of, table)))

    @event.listens_for(view, "before_execute", retval=True)
    def _narrow(_conn: Connection, statement: Any, several: Any, parameters: Any, _options: Any) -> tuple[Any, Any, Any]:
        if isinstance(statement, Select):
            statement = adapter.traverse(statement)
        return statement, several, parameters

    return view


def known_at(conn: Connection) -> datetime | None:
    """Return the moment for statements that do not read entries themselves; None unless the connection is of such an engine."""
    moment: datetime | None = conn.get_execution_options().get(_MOMENT)
    return moment


def edited_later(conn: Connection) -> list[int]:
    """Return the entries that such a connection reads with an earlier text."""
    moment = known_at(conn)
    if moment is None:
        return []
    return list(conn.execute(select(entry_text.c.entry_id).where(entry_text.c.replaced_at > moment).distinct()).scalars())


def _is_of(table: Table, element: Any) -> bool:
    """Return whether an element is the table or a column of it, which a statement may hold as an annotated copy."""
    found = getattr(element, "table", element)
    return isinstance(found, Table) and found.key == table.key


def _as_of(column: Column[Any], moment: datetime) -> ColumnElement[Any]:
    """Return a column of the entry, or that of the text which the entry had at the moment."""
    if column.name not in entry_text.c:
        return column
    later = _replaced_after(moment, entry.c.id)
    before = select(entry_text.c[column.name]).where(*later).order_by(entry_text.c.replaced_at).limit(1)
    replaced = exists(select(entry_text.c.entry_id).where(*later).correlate(entry))
    earlier = case((replaced, before.correlate(entry).scalar_subquery()), else_=column)
    return earlier.label(column.name)


def _said(table: Table, moment: datetime) -> Subquery:
    """Return the rows of a table about entries, or those about the texts which they had at the moment."""
    earlier = EARLIER[table]
    replaced = exists(select(entry_text.c.entry_id).where(*_replaced_after(moment, table.c.entry_id)).correlate(table))
    first = select(func.min(entry_text.c.replaced_at)).where(*_replaced_after(moment, earlier.c.entry_id)).correlate(earlier)
    of_earlier = select(*(earlier.c[each.name] for each in table.c)).where(earlier.c.replaced_at == first.scalar_subquery())
    return union_all(select(table).where(~replaced), of_earlier).subquery(table.name)


def _replaced_after(moment: datetime, entry_id: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    return entry_text.c.entry_id == entry_id, entry_text.c.replaced_at > moment
