"""The entries as they were known at a moment: every statement reads them through a condition on when they were first seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, event, select
from sqlalchemy.sql.util import ClauseAdapter

from jobs.store.schema import entry

_MOMENT = "known_at"


def narrow(engine: Engine, moment: datetime) -> Engine:
    """Return an engine on the same connections whose SELECTs know no entry that was first seen after the moment."""
    view = engine.execution_options(**{_MOMENT: moment})
    known = select(entry).where(entry.c.first_seen <= moment).subquery("entry")
    adapter = ClauseAdapter(known)

    @event.listens_for(view, "before_execute", retval=True)
    def _narrow(_conn: Connection, statement: Any, several: Any, parameters: Any, _options: Any) -> tuple[Any, Any, Any]:
        return (adapter.traverse(statement) if isinstance(statement, Select) else statement), several, parameters

    return view


def known_at(conn: Connection) -> datetime | None:
    """Return the moment for statements that do not read entries themselves; None unless the connection is of such an engine."""
    moment: datetime | None = conn.get_execution_options().get(_MOMENT)
    return moment
