"""The catalog as different readers may see it."""

from dataclasses import replace
from functools import lru_cache

from content.catalog import Catalog, Contact, Office, Pti, Topic, attach_compiled

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from functools import _lru_cache_wrapper
    from typing import Any, TypeVar

    Cache = TypeVar("Cache", bound=_lru_cache_wrapper[Any])


class CatalogKey:
    """A cache key by identity: hashing a catalog is slow."""

    __slots__ = ("catalog",)

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CatalogKey) and other.catalog is self.catalog

    def __hash__(self) -> int:
        return id(self.catalog)


_caches: "list[_lru_cache_wrapper[Any]]" = []


def of_catalogs(cache: "Cache") -> "Cache":
    """Let `forget_catalogs` empty the cache of a function."""
    _caches.append(cache)
    return cache


def forget_catalogs() -> None:
    """Drop everything that was made of catalogs, so that one that is no longer in force takes no memory."""
    for cache in _caches:
        cache.cache_clear()


def public(catalog: Catalog) -> Catalog:
    """Return the catalog as everybody may see it: without internal contacts. It is the catalog itself if it has none."""
    everybody = _public(CatalogKey(catalog))
    if everybody.index is not catalog.index:  # it was compiled since
        attach_compiled(everybody, catalog.names, catalog.index)
    return everybody


@of_catalogs
@lru_cache(maxsize=8)
def _public(catalog_key: CatalogKey) -> Catalog:
    catalog = catalog_key.catalog
    reached: tuple[Office | Pti | Topic, ...] = (catalog.office, *catalog.ptis, *catalog.topics)
    if not any(contact.internal for item in reached for contact in item.contacts):
        return catalog
    return replace(
        catalog,
        office=replace(catalog.office, contacts=_public_contacts(catalog.office.contacts)),
        ptis=tuple(replace(pti, contacts=_public_contacts(pti.contacts)) for pti in catalog.ptis),
        topics=tuple(replace(topic, contacts=_public_contacts(topic.contacts)) for topic in catalog.topics),
    )


def _public_contacts(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    return tuple(contact for contact in contacts if not contact.internal)
