"""The catalog of the content that the repository ships."""

from functools import cache

from content.catalog import Catalog
from content.loading.loader import load
from tests.support.paths import CONTENT


@cache
def shipped_catalog() -> Catalog:
    """Return the catalog, which is loaded once per process: that takes a third of a second."""
    return load(CONTENT)
