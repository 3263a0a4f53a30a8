"""Databases for the tests, and the marks by which `make quick` leaves tests out.

`db` runs a test twice, on SQLite and on a real PostgreSQL; both are fresh and have every table. Tests that are not about the database
need one: whatever SQL they cause, another test runs on both. The mark `one_database` leaves PostgreSQL out of all tests of a file, or of
one; those of the file that need both anyway are marked with `tests.support.databases.on_both`.
"""

import functools
import gc
import importlib
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import content.loading.loader  # noqa: F401  # a process that has it loads content itself, and starts no child for that
from bot.web.log import NAMES, RepeatFilter
from jobs.migrations import upgrade
from jobs.store.database import Database
from tests.support import run
from tests.support.clock import Clock
from tests.support.engines import share_statements, sharing_connections
from tests.support.paths import ROOT
from tests.support.postgres import create_database, emptier, start_server, stop_server
from tests.support.run import WORKER
from tests.support.shipped_catalog import share_catalogs

processes: list[str] = []
"""The processes that this process has started."""


def note_processes() -> None:
    """Record every start of a process from now on.

    An audit hook would see them too, but it runs for every event of every thread, and on Python 3.11 a thread that starts while another
    one installs its trace function under an audit hook dies ("Cannot install a trace function while another trace function is being
    installed"), which coverage makes likely.
    """
    start = subprocess.Popen.__init__

    @functools.wraps(start)
    def noted(self: subprocess.Popen[Any], args: Any, *rest: Any, **keywords: Any) -> None:
        processes.append(str(args))
        start(self, args, *rest, **keywords)

    subprocess.Popen.__init__ = noted  # type: ignore[method-assign]  # the one place through which asyncio starts processes too
    os.register_at_fork(before=lambda: processes.append("os.fork"))


def pytest_configure() -> None:
    run.begin()
    note_processes()
    share_statements()
    share_catalogs()
    gc.disable()  # until the tests are collected: nothing of them is garbage, but each time they would all be looked through


def pytest_unconfigure() -> None:
    if not WORKER:
        stop_server()
    run.end()


def pytest_collection(session: pytest.Session) -> None:
    """Import every file of tests, each worker beginning elsewhere.

    pytest compiles a file that has no bytecode yet in three times the time of an import. Workers that go through a fresh checkout in the
    same order would each compile all of it.
    """
    if not WORKER or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    begin = len(files) * int(WORKER.removeprefix("gw")) // run.WORKERS
    for path in files[begin:] + files[:begin]:
        with suppress(Exception, pytest.skip.Exception):  # pytest imports it again, and reports that
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with `db` on both databases, unless it has the mark `one_database` or names its databases."""
    if "db_url" in metafunc.fixturenames:
        named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
        if not any("db_url" in ([names] if isinstance(names, str) else names) for names in named):
            one = metafunc.definition.get_closest_marker("one_database")
            metafunc.parametrize("db_url", ["sqlite"] if one else ["sqlite", "postgres"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, and let every worker begin with tests that take long."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if "postgres" in item.fixturenames or "postgres" in (parameters.get("db_url"), parameters.get("empty_url")):
            item.add_marker("postgres")
        if "browser" in item.fixturenames:
            item.add_marker("browser")
    if WORKER:
        items[:] = long_ones_first(items, run.WORKERS)


def long_ones_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests so that each worker's share of them, as pytest-xdist divides them, begins with the long ones.

    Otherwise, a worker that has one left at the end keeps the others waiting.
    """
    long = [item for item in items if any(item.get_closest_marker(name) for name in ("browser", "slow"))]
    known = set(long)
    short = [item for item in items if item not in known]
    ordered: list[pytest.Item] = []
    for left in range(workers, 0, -1):
        share, longs = (len(long) + len(short)) // left, len(long) // left
        ordered += long[:longs] + short[: share - longs]
        del long[:longs], short[: share - longs]
    return ordered


def pytest_collection_finish() -> None:
    """Collect garbage again, but seldom, and leave the collected tests out: that takes a third off the time of the collection."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape surrogates in captured logs and output: pytest-xdist cannot send them, and the worker would end."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(autouse=True)
def only_marked_tests_start_processes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that starts a process and has no mark by which `make quick` leaves it out."""
    before = len(processes)
    yield
    if not any(request.node.get_closest_marker(name) for name in ("browser", "postgres", "process")):
        assert processes[before:] == [], "mark this test with pytest.mark.process"


@pytest.fixture(autouse=True)
def logs_stay_as_they_were() -> Iterator[None]:
    """Take away the filters that a subcommand of a test set on loggers, which would hide what the next test looks for."""
    yield
    for name in NAMES:
        for each in [each for each in logging.getLogger(name).filters if isinstance(each, RepeatFilter)]:
            logging.getLogger(name).removeFilter(each)


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a PostgreSQL server, without the name of a database of ours."""
    return start_server()


@pytest.fixture(scope="session")
def postgres_made(postgres: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """The URL of this worker's PostgreSQL database, with every table, for one test after another, and what empties it between them."""
    url = create_database(postgres)
    made = Database(url)
    upgrade.upgrade(made)
    made.close()
    with emptier(url) as empty_tables, sharing_connections(url):
        yield url, empty_tables


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
    """The URL of a fresh SQLite database with every table."""
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_made: tuple[str, Callable[[], None]]) -> str:
    """The URL of an emptied PostgreSQL database with every table."""
    url, empty_tables = postgres_made
    empty_tables()
    return url


@pytest.fixture
def db_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database with every table, on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    """An open, fresh database with every table, on SQLite and on PostgreSQL."""
    opened = Database(db_url)
    yield opened
    opened.close()


@pytest.fixture
def clock(db: Database) -> Clock:
    """The clock of `db`, which stands still until a test moves it."""
    clock = Clock()
    db.clock = clock
    return clock


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Database]:
    """An open, fresh SQLite database, for tests that are not about the database."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return create_database(request.getfixturevalue("postgres"))
