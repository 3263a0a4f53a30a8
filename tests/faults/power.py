"""A power cut and a full disk in effigy, by a shim around the functions with which SQLite reaches its files.

A killed process loses nothing that it wrote, because the operating system still writes it. So for a power cut, each file is copied
whenever SQLite syncs it; after all processes were killed, the copies take the files' places.
"""

import ctypes
import os
import shutil
import threading
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_longlong, c_void_p
from pathlib import Path
from typing import Any

FILES = ("", "-wal")
"""The ends of the names of the files that a power cut leaves; the index of the log is made anew."""

MAIN_DB, WAL = 0x100, 0x80000
"""Flags of SQLite's xOpen: https://www.sqlite.org/c3ref/c_open_autoproxy.html"""

Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
Sync = CFUNCTYPE(c_int, c_void_p, c_int)
Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_longlong)

FULL = 13
"""SQLITE_FULL, as SQLite makes it of the system's ENOSPC."""


class Vfs(ctypes.Structure):
    """The beginning of https://www.sqlite.org/c3ref/vfs.html"""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("max_pathname", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
    )


class Methods(ctypes.Structure):
    """https://www.sqlite.org/c3ref/io_methods.html"""

    _fields_ = (
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "file_size", "lock", "unlock", "check_lock")),
        *((name, c_void_p) for name in ("control", "sector_size", "characteristics", "map", "shm_lock", "barrier", "unmap")),
        *((name, c_void_p) for name in ("fetch", "unfetch")),
    )


_kept: list[Any] = []
"""Objects that SQLite calls or reads for as long as the process lives."""


def find_vfs() -> Any:
    """Return SQLite's default VFS, or None if Python has SQLite built in so that nobody else can call it."""
    import _sqlite3

    try:
        find = ctypes.CDLL(getattr(_sqlite3, "__file__", None)).sqlite3_vfs_find
    except (AttributeError, OSError):
        return None
    find.restype, find.argtypes = POINTER(Vfs), (c_char_p,)
    return find(None)


def watch_files(synced: Path | None, full: Path | None) -> None:
    """Copy each database file into the folder `synced` whenever SQLite synced it, and refuse writes as long as the file `full` exists.

    Only ever called in a process of its own.
    """
    vfs = find_vfs()
    assert vfs, "SQLite's VFS cannot be reached in this Python"
    original, names, changed = Open(vfs.contents.open), dict[int, Path](), dict[int, Methods]()

    # the name is passed on as the pointer that it is, because SQLite keeps it
    def opened(this: int, name: int | None, file: int, flags: int, out: Any) -> int:
        code: int = original(this, name, file, flags, out)
        if code == 0 and name is not None and flags & (MAIN_DB | WAL):
            names[file] = Path(os.fsdecode(ctypes.string_at(name)))
            methods = c_void_p.from_address(file)
            assert methods.value is not None
            if methods.value not in changed:
                changed[methods.value] = _copy_of(methods.value, names, synced, full)
            methods.value = ctypes.addressof(changed[methods.value])
        return code

    kept = Open(opened)
    _kept.extend((kept, original, changed, names))
    vfs.contents.open = ctypes.cast(kept, c_void_p).value


def _copy_of(address: int, names: dict[int, Path], folder: Path | None, full: Path | None) -> Methods:
    methods = Methods.from_buffer_copy(Methods.from_address(address))
    sync, write = Sync(methods.sync), Write(methods.write)

    def synced(file: int, flags: int) -> int:
        code: int = sync(file, flags)
        if code == 0 and folder is not None:
            keep(names[file], folder)
        return code

    def written(file: int, data: int, size: int, at: int) -> int:
        return FULL if full is not None and full.exists() else write(file, data, size, at)

    kept = Sync(synced), Write(written)
    _kept.extend((kept, sync, write))
    methods.sync, methods.write = (ctypes.cast(each, c_void_p).value for each in kept)
    return methods


_open: dict[tuple[int, int], int] = {}
"""A descriptor of each file by device and inode. It stays open: closing one would end the locks that SQLite has on the file."""


def keep(path: Path, folder: Path) -> None:
    """Copy a file in one step, which a kill cannot leave half done."""
    found = path.stat()
    source = _open.get((found.st_dev, found.st_ino))
    if source is None:
        source = _open[found.st_dev, found.st_ino] = os.open(path, os.O_RDONLY)
    partial = folder / f"{path.name}.{threading.get_native_id()}"
    with partial.open("wb") as target:
        size, done = os.fstat(source).st_size, 0
        while done < size and (count := os.sendfile(target.fileno(), source, done, size - done)):
            done += count
    partial.replace(folder / path.name)


def begin(path: Path, folder: Path) -> None:
    """Keep what is there before any process of the run begins."""
    for end in FILES:
        file = path.with_name(path.name + end)
        if file.exists():
            keep(file, folder)


def cut(path: Path, folder: Path) -> None:
    """Leave of the database only what was synced. No process may have it open."""
    for end in (*FILES, "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    for end in FILES:
        kept = folder / (path.name + end)
        if kept.exists():
            shutil.copyfile(kept, path.with_name(path.name + end))
