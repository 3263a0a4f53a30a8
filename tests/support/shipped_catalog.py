"""The catalog of the content that the repository ships."""

import fcntl
import shutil
from functools import cache
from pathlib import Path

from content.catalog import Catalog
from content.loading import cache as files
from content.loading.cache import cache_directory, load_cached
from content.loading.loader import load
from tests.support import run
from tests.support.paths import CONTENT

MAX_CATALOGS = 4


@cache
def shipped_catalog() -> Catalog:
    """Return the catalog, which the first worker of a run loads for all, and for their processes: that takes a second."""
    if not run.has_begun():
        return load(CONTENT)
    with (run.folder() / "content.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalog = load_cached(CONTENT, run.folder() / "content")
    cache_directory().mkdir(mode=0o700, parents=True, exist_ok=True)
    for copy in (run.folder() / "content").glob("catalog-*.json"):
        shutil.copy(copy, cache_directory())
    return catalog


def share_catalogs() -> None:
    """Read each file in this process's cache of catalogs once, so that the bots of all tests share a catalog and what is made of it."""
    read, ours, known = files._read, cache_directory(), dict[str, Catalog]()

    def read_once(path: Path, key: str) -> Catalog | None:
        if path.parent != ours:  # a test has a cache of its own
            return read(path, key)
        if key not in known and (found := read(path, key)) is not None:
            known[key] = found
            while len(known) > MAX_CATALOGS:
                known.pop(next(iter(known)))
        return known.get(key)

    files._read = read_once
