"""Copy SQLite databases whole, also while others write, and find out whether a file is in use."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

PAGES = 1000
"""Pages that are copied between two reports of the progress."""

BESIDE = ("", "-wal", "-shm", "-journal")
"""The ends of the names of a database's files."""

Progress = Callable[[float], None]
"""Takes the share that is done."""

FileError = (sqlite3.Error, OSError)


def copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Write a new file with the database as it is now: the file and its write-ahead log. Raises FileError."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(_open(source)) as original, closing(_open(target)) as copy:
        # an open transaction keeps what it sees, so that writers neither wait nor make the copy begin again
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master")

        def report(_: int, remaining: int, total: int) -> None:
            progress(1.0 - remaining / max(total, 1))

        original.backup(copy, pages=PAGES, progress=report)
        original.execute("ROLLBACK")


def finish(path: Path) -> None:
    """Make a copy one whole file, check it, and bring it to the disk. Raises FileError."""
    with closing(_open(path)) as conn:
        conn.execute("PRAGMA journal_mode=DELETE")
        _check(conn)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def check(path: Path) -> None:
    """Raises FileError if the file is damaged."""
    with closing(_open(path)) as conn:
        _check(conn)


def _check(conn: sqlite3.Connection) -> None:
    found = [str(row[0]) for row in conn.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise sqlite3.DatabaseError("; ".join(found))


def sync_folder(folder: Path) -> None:
    """Bring renamed files to the disk."""
    if os.name != "posix":  # nothing else lets a program open a folder
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def is_in_use(path: Path) -> bool:
    """Return whether a process has the database open. If not, its log is written into it. A damaged one is in nobody's use."""
    try:
        with closing(_open(path)) as conn:
            conn.execute("PRAGMA busy_timeout=0")
            return bool(conn.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False


def swap(path: Path, new: Path, aside: Path) -> None:
    """Rename the database, with what SQLite keeps beside it, and put a new one in its place. Raises OSError.

    Who may read and write the database stays as it was.
    """
    if path.exists():
        _keep_access(path.stat(), new)
    moved = [end for end in BESIDE if _beside(path, end).exists()]
    for end in moved:
        _beside(path, end).rename(_beside(aside, end))
    try:
        new.rename(path)
    except OSError:
        for end in moved:
            _beside(aside, end).rename(_beside(path, end))
        raise


def _keep_access(before: os.stat_result, new: Path) -> None:
    new.chmod(stat.S_IMODE(before.st_mode))
    if os.name == "posix" and (before.st_uid, before.st_gid) != (new.stat().st_uid, new.stat().st_gid):
        with suppress(PermissionError):  # only root may give a file away
            os.chown(new, before.st_uid, before.st_gid)


def remove(path: Path) -> None:
    for end in BESIDE:
        _beside(path, end).unlink(missing_ok=True)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, isolation_level=None)
