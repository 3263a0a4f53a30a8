"""One run of the tests: its folder, which all workers of pytest-xdist share, and the environment that it gives them."""

import os
import shutil
import tempfile
from pathlib import Path

import certifi

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
"""This process's name as a worker, or "" in the process that starts the workers or runs the tests itself."""

_FOLDER = "TESTS_FOLDER"
"""The environment variable by which workers learn the folder."""


def folder() -> Path:
    return Path(os.environ[_FOLDER])


def has_begun() -> bool:
    """Return False in a program that is no run of the tests."""
    return _FOLDER in os.environ


def begin() -> None:
    """Make the folder, and keep the user's caches and the machine's certificates out of the tests.

    The servers of the tests speak plain HTTP, yet every client reads the trusted certificates when it is made: one takes 1 ms of
    processor time, all hundred and fifty take 22 ms.
    """
    if not WORKER:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="tests")  # short: a Unix socket lies below it
        one, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----\n")
        (folder() / "certificate.pem").write_text(one + end, encoding="utf-8")
        os.environ["SSL_CERT_FILE"] = str(folder() / "certificate.pem")
    os.environ["XDG_CACHE_HOME"] = str(folder() / "cache" / (WORKER or "main"))  # four copies of content fit into one


def end() -> None:
    if not WORKER:
        shutil.rmtree(folder(), ignore_errors=True)
