"""Open SQLite or PostgreSQL, with the same statements for both.

In SQLite, writers begin with BEGIN IMMEDIATE, to queue instead of failing half-way. Only the database's clock counts: several machines
may share one PostgreSQL.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Row, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from jobs.redaction import SECRET_OPTIONS, hide_words
from jobs.store.clock import ClockMonitor
from jobs.store.data_version import DataVersion, Version
from jobs.store.outage import OutageLog, is_away, is_damaged

# Connection: for callers that write no SQL themselves
__all__ = ["Connection", "Database", "insert", "is_away", "is_damaged", "load", "normal_url"]

BUSY_SECONDS = 30

PING_SECONDS = 0.5
"""A connection that was idle for longer is tried before it is used: its server may have been restarted."""

READING_SECONDS = 0.005
"""So long is the time of a transaction's beginning taken as now. A transaction that waits for a lock asks again."""

_READING = "reading"
"""In a connection's `info`: the time when its transaction began, and the monotonic clocks before and after it was read."""

_IDLE_SINCE = "idle since"

_CLOCK = text("SELECT clock_timestamp()")

T = TypeVar("T")

DatabaseError = SQLAlchemyError  #: For modules that may not import SQLAlchemy.


def first_line(error: Exception) -> str:
    """Return only the driver's message of a database error, without URL and password; of several errors, the first's."""
    if isinstance(error, ExceptionGroup):
        return first_line(error.exceptions[0])
    message = str(getattr(error, "orig", None) or error).strip()
    return message.splitlines()[0].rstrip(".") if message else type(error).__name__


def normal_url(url: str) -> URL:
    """Set the installed driver; hosting services hand out postgres:// and postgresql://."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def sqlite_url(file: Path) -> str:
    """Return the URL of a SQLite file, whose name may have any character."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def _secrets(url: URL) -> list[str]:
    """Return the secrets in a URL, as they are meant and as they are written."""
    meant = [str(each) for each in (url.password, *(url.query.get(name) for name in SECRET_OPTIONS)) if each]
    return [*meant, *(quote(each, safe="") for each in meant)]


def insert(conn: Connection, table: Table) -> postgresql.Insert:
    """Return the dialect's INSERT; both classes have ON CONFLICT and RETURNING."""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table)  # type: ignore[return-value]
    return postgresql.insert(table)


def load(cls: type[T], row: Row[Any], /, **converted: Any) -> T:
    """Fill a dataclass from columns named as its fields; `converted` replaces some."""
    names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
    return cls(**{name: converted[name] if name in converted else getattr(row, name) for name in names})


def _note_idle(_raw: Any, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _try_idle(raw: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Let a connection that was lost be replaced. SQLAlchemy's pre-ping would ask at every transaction, also many times a second."""
    since = record.info.get(_IDLE_SINCE)
    if since is None or time.monotonic() - since <= PING_SECONDS:
        return
    try:
        raw.autocommit = True  # else a transaction would begin
        raw.execute("SELECT 1")
    except Exception as error:
        raise InvalidatePoolError from error


class Database:
    """The clock is the database's own, or a test's."""

    def __init__(self, url: str, clock: Callable[[], datetime] | None = None, *, read_only: bool = False, clock_runs: bool = False) -> None:
        """`read_only`: the database refuses every change, and a SQLite file is not created. `clock_runs`: a test's clock does, too."""
        self.url = normal_url(url)
        self._secrets = _secrets(self.url)
        self.clock = clock
        self.read_only = read_only
        self.monitor = ClockMonitor()
        self.outages = OutageLog()
        self._clock_runs = clock_runs
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._create_engine()
        self._data_version = DataVersion(Path(self.url.database)) if self.sqlite and self.url.database else None

    def _create_engine(self) -> Engine:
        """Hide the parameters of statements in errors: what people typed is among them, and errors are logged."""
        return self._create_sqlite() if self.sqlite else self._create_postgresql()

    def _create_postgresql(self) -> Engine:
        # a pooler in transaction mode (PgBouncer) may run the next transaction where the statement was never prepared
        threshold = str(self.url.query.get("prepare_threshold", ""))
        # at once would include what begins a transaction, two statements that cannot be prepared
        connect_args = {"prepare_threshold": max(int(threshold), 1) if threshold.isdecimal() else None}
        url = self.url.difference_update_query(["prepare_threshold"])
        engine = create_engine(url, connect_args=connect_args, hide_parameters=True)
        event.listen(engine.pool, "checkin", _note_idle)  # codespell:ignore checkin  # SQLAlchemy's name
        event.listen(engine.pool, "checkout", _try_idle)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            asks = self.has_own_clock and connection.get_execution_options().get("writing", False)
            raw: Any = connection.connection.dbapi_connection
            if raw.autocommit != asks:  # else psycopg sends a BEGIN of its own
                raw.autocommit = asks
            if asks:  # a round trip less than two statements
                began = self.monitor.monotonic()
                moment = connection.exec_driver_sql("SELECT clock_timestamp(); BEGIN").scalar_one()
                connection.info[_READING] = moment, began, time.monotonic()
            if self.read_only:  # per transaction: a pooler may not take it as an option of the connection
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")

        return engine

    def _create_sqlite(self) -> Engine:
        engine = create_engine(self._sqlite_url(), connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
        # NORMAL would leave a commit in the cache of the operating system: after a power cut, posts would be sent whose intent is gone
        pragmas = ("query_only=ON",) if self.read_only else ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")

        @event.listens_for(engine, "connect")
        def _set_pragmas(raw: Any, _record: Any) -> None:
            raw.isolation_level = None  # BEGIN is issued below
            cursor = raw.cursor()
            for pragma in (*pragmas, f"busy_timeout={BUSY_SECONDS * 1000}"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def _sqlite_url(self) -> URL:
        if not self.read_only or not self.url.database:
            return self.url
        return self.url.set(database=f"file:{quote(self.url.database)}").update_query_dict({"mode": "ro", "uri": "true"})

    def as_of(self, moment: datetime) -> "Database":
        """Return the database as it was at a moment, to read: without the entries that were first seen later, and with earlier texts.

        An entry that was edited later has its earlier text if that is stored. Closing the view closes nothing.
        """
        from jobs.store.history import narrow

        view = copy(self)
        view.engine, view.clock, view.read_only = narrow(self.engine, moment), lambda: moment, True
        view.monitor = ClockMonitor()
        return view

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._noting_outages(writing=True), self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection
        self.outages.worked(writing=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._noting_outages(writing=False), self.engine.connect() as connection, connection.begin():
            self.outages.worked(writing=False)
            yield connection

    @contextmanager
    def _noting_outages(self, *, writing: bool) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if is_away(error):
                self.outages.failed(hide_words(self._secrets, first_line(error)), writing=writing)  # libpq repeats what it cannot read
            raise

    def now(self, conn: Connection) -> datetime:
        """Return the time by the database's clock, and notice if that was set."""
        moment, began = self._read_clock(conn)
        self.monitor.note(moment, began)
        return moment

    @property
    def has_own_clock(self) -> bool:
        """Whether its clock is the one of a server, and not the machine's."""
        return self.clock is None and not self.sqlite

    def _read_clock(self, conn: Connection) -> tuple[datetime, float | None]:
        """Return the time, and when the reading of it began."""
        began = self.monitor.monotonic()
        if self.clock is not None:
            return self.clock(), began if self._clock_runs else None
        if self.sqlite:
            # one file, so one clock
            return datetime.now(UTC), began
        moment, began, ended = conn.info.pop(_READING, (None, began, 0.0))
        if moment is None or time.monotonic() - ended > READING_SECONDS:
            began = self.monitor.monotonic()
            moment = conn.execute(_CLOCK).scalar_one()
        return moment.astimezone(UTC), began

    def data_version(self) -> Version | None:
        """Return a value that stays the same while nothing is written, or None if that cannot be told."""
        return None if self._data_version is None else self._data_version.read()

    def close(self) -> None:
        if self._data_version is not None:
            self._data_version.close()
        self.engine.dispose()
