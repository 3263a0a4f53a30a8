"""INSERT … ON CONFLICT … RETURNING, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps in two dialects."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> postgresql.Insert:
    """The dialect's own insert. (SQLite's class has the same methods with the same arguments; one type serves both.)"""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table)  # type: ignore[return-value]
    return postgresql.insert(table)
