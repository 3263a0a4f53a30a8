"""One run of the tests: its folder, which all workers of pytest-xdist share, and the environment that it gives them."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

import certifi

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
"""This process's name as a worker, or "" in the process that starts the workers or runs the tests itself."""

WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))

MEMORY = Path("/dev/shm")  # noqa: S108 - everything in it gets a name of its own
"""Linux's file system in memory."""

ENOUGH = 2_000_000_000
"""Bytes that must be free in it. The tests use a tenth; a container may have as little as 64 MB."""

_LOCK = "run.lock"
"""The file in its folder that a run locks as long as it lives."""

_locked: list[IO[str]] = []

_FOLDER = "TESTS_FOLDER"
"""The environment variable by which workers learn the folder."""


def folder() -> Path:
    return Path(os.environ[_FOLDER])


def has_begun() -> bool:
    """Return False in a program that is no run of the tests."""
    return _FOLDER in os.environ


def begin() -> None:
    """Make the folder, and keep the disk, the user's caches and the machine's certificates out of the tests.

    SQLite waits for the disk at each commit, up to 10 ms, and in every second test; in memory it waits for nothing.

    The servers of the tests speak plain HTTP, yet every client reads the trusted certificates when it is made: one takes 1 ms of
    processor time, all hundred and fifty take 22 ms.
    """
    if not WORKER:
        if "TMPDIR" not in os.environ and _fits_into_memory():
            os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None  # also of pytest's folders, and in every process
        remove_remains(Path(tempfile.gettempdir()))
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="tests")  # short: a Unix socket lies below it
        _locked.append(lock(folder()))
        one, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----\n")
        (folder() / "certificate.pem").write_text(one + end, encoding="utf-8")
        os.environ["SSL_CERT_FILE"] = str(folder() / "certificate.pem")
    os.environ["XDG_CACHE_HOME"] = str(folder() / "cache" / (WORKER or "main"))  # four copies of content fit into one


def _fits_into_memory() -> bool:
    """Return whether the file system in memory has room and runs programs: tests write scripts."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return False
    found = os.statvfs(MEMORY)
    return found.f_bavail * found.f_frsize >= ENOUGH and not found.f_flag & os.ST_NOEXEC


def lock(run: Path) -> IO[str]:
    """Lock a run's folder and return the open file that holds the lock."""
    file = (run / "lock").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    (run / "lock").rename(run / _LOCK)  # locked from its first moment on
    return file


def remove_remains(parent: Path) -> None:
    """Remove the folders of runs that were killed. Their PostgreSQL ends when it misses its folder."""
    for kept in parent.glob(f"tests*/{_LOCK}"):
        with suppress(OSError), kept.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(kept.parent, ignore_errors=True)


def end() -> None:
    if not WORKER:
        _locked.pop().close()
        shutil.rmtree(folder(), ignore_errors=True)
