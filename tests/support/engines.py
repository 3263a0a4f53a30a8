"""Compile each SQL statement once per process, and connect to its PostgreSQL once, and not once per test.

Together, that takes half of the time of a test with a database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, Pool

from jobs.store import database

SHARED = "shared by tests"
"""The name of shared connections in pg_stat_activity."""

_first: dict[str, Engine] = {}
"""The first engine of each driver, whose dialect and compiled statements the others use."""

_pools: dict[sqlalchemy.URL, Pool | None] = {}
"""Where connections are shared, by the URL of the database. The first engine makes the pool."""


def share_statements() -> None:
    """Let all databases of this process share the statements that they compile: SQLAlchemy keeps them per engine."""

    def create_engine(url: sqlalchemy.URL, **options: Any) -> Engine:
        if url in _pools:
            options["connect_args"] |= {"application_name": SHARED}
            options["max_overflow"] = 50  # tests open several databases at once, as several processes do
        engine = sqlalchemy.create_engine(url, **options)
        first = _first.get(url.drivername)
        if first is None or not hasattr(first.dialect, "server_version_info"):  # nothing has connected yet
            _first[url.drivername] = engine
        else:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        if url in _pools:
            engine.pool = _pools[url] = _pools[url] or engine.pool
            engine.dispose = _keep  # type: ignore[method-assign]
        return engine

    database.create_engine = create_engine  # type: ignore[assignment, attr-defined]


def _keep(close: bool = True) -> None:
    """Leave the connections to the next test."""


@contextmanager
def sharing_connections(url: str) -> Iterator[None]:
    """Let all databases of this process at this URL share their connections: each new one looks up every table that it reads."""
    key = database.normal_url(url)
    _pools[key] = None
    yield
    if (pool := _pools.pop(key)) is not None:
        pool.dispose()
