"""Opens the database: SQLite (embedded) or PostgreSQL, with the same code above.

SQLite runs in WAL mode; a writing transaction begins with BEGIN IMMEDIATE, so that two writers queue up
instead of failing half-way. Only the database's clock is compared (`Database.now`), because several
machines may share one PostgreSQL.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["Connection", "Database", "normal_url"]  # Connection: for those who pass one on and never write SQL themselves

BUSY_SECONDS = 30

DatabaseError = SQLAlchemyError
"""What goes wrong with a database: it can't be reached, it is full, a statement fails. For those who may not know SQLAlchemy."""


def first_line(problem: Exception) -> str:
    """What an exception says, in a line; of the database's only what the driver said, without the URL and its password."""
    said = str(getattr(problem, "orig", None) or problem).strip()
    return said.splitlines()[0].rstrip(".") if said else type(problem).__name__


def normal_url(url: str) -> URL:
    """The URL with the driver we ship: hosts hand out postgres:// and postgresql://."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


class Database:
    """An engine and a clock. `clock` is for tests; without it the database tells the time."""

    def __init__(self, url: str, clock: Callable[[], datetime] | None = None) -> None:
        self.url = normal_url(url)
        self.clock = clock
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine()

    def _engine(self) -> Engine:
        if not self.sqlite:
            return create_engine(self.url, pool_pre_ping=True)
        engine = create_engine(self.url, connect_args={"timeout": BUSY_SECONDS})

        @event.listens_for(engine, "connect")
        def _pragmas(raw: Any, _record: Any) -> None:
            raw.isolation_level = None  # we say BEGIN ourselves
            cursor = raw.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction: committed at the end, rolled back on an exception."""
        with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A reading transaction."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def now(self, connection: Connection) -> datetime:
        """The moment, aware, in UTC, to the microsecond where the database has it."""
        if self.clock is not None:
            return self.clock()
        if self.sqlite:
            # SQLite's clock is this machine's: there is one file, so there is one clock
            return datetime.now(UTC)
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    def close(self) -> None:
        self.engine.dispose()
