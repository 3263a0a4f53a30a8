"""The catalog of the content that the repository ships."""

import fcntl
import shutil
from functools import cache

from content.catalog import Catalog
from content.loading.cache import cache_directory, load_cached
from content.loading.loader import load
from tests.support import run
from tests.support.paths import CONTENT


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
