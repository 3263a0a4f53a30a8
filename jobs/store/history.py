"""The entries as they were known at a moment, with the texts that they had then."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Select, Table, case, event, exists, select
from sqlalchemy.sql.util import ClauseAdapter

from jobs.store.schema import entry, entry_text

_MOMENT = "known_at"


def narrow(engine: Engine, moment: datetime) -> Engine:
    """Return an engine on the same connections whose SELECTs know no entry that was first seen after the moment.

    Where an entry was edited later, they read the text that it had, if that is stored.
    """
    view = engine.execution_options(**{_MOMENT: moment})
    known = select(*(_as_of(each, moment) for each in entry.c)).where(entry.c.first_seen <= moment).subquery("entry")
    # by name, because the earlier text is no column of the table; only its columns are, as others have the same names
    adapter = ClauseAdapter(known, adapt_on_names=True, include_fn=_is_of_entry)

    @event.listens_for(view, "before_execute", retval=True)
    def _narrow(_conn: Connection, statement: Any, several: Any, parameters: Any, _options: Any) -> tuple[Any, Any, Any]:
        return (adapter.traverse(statement) if isinstance(statement, Select) else statement), several, parameters

    return view


def known_at(conn: Connection) -> datetime | None:
    """Return the moment for statements that do not read entries themselves; None unless the connection is of such an engine."""
    moment: datetime | None = conn.get_execution_options().get(_MOMENT)
    return moment


def _is_of_entry(element: Any) -> bool:
    """Return whether an element is the table or a column of it, which a statement may hold as an annotated copy."""
    table = getattr(element, "table", element)
    return isinstance(table, Table) and table.key == entry.key


def _as_of(column: Column[Any], moment: datetime) -> ColumnElement[Any]:
    """Return a column of the entry, or that of the text which the entry had at the moment."""
    if column.name not in entry_text.c:
        return column
    later = (entry_text.c.entry_id == entry.c.id, entry_text.c.replaced_at > moment)
    before = select(entry_text.c[column.name]).where(*later).order_by(entry_text.c.replaced_at).limit(1)
    replaced = exists(select(entry_text.c.entry_id).where(*later).correlate(entry))
    earlier = case((replaced, before.correlate(entry).scalar_subquery()), else_=column)
    return earlier.label(column.name)
