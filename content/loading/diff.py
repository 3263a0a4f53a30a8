"""Describe what changed between two catalogs, one line per file: "ptis.yaml (revenue: 1 fact added)"."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from content.loading.files import SECTIONS

_SINGULAR = {
    "mission": "mission statement",
    "stats": "figure",
    "see": "reference",
    "aliases": "alias",
    "ptis": "related PTI",
    "roles": "related role",
    "resources": "related resource",
}
"""List field -> its singular, if that is not the name without s."""

_FIELDS = {"as_of": "date", "is_pti": "kind", "every": "interval", "cbp_name": "name on cbp.gov", "statute_name": "name in the statute"}

_PLURAL = {"authority": "authorities", "alias": "aliases"}

_MAX_CHANGES = 6


def describe(old: Catalog | None, new: Catalog) -> tuple[str, ...]:
    """Return a line for each changed file, or for each file if there is no old catalog."""
    lines: list[str] = []
    for file, sections in SECTIONS.items():
        changes = [change for section in sections for change in _section(section, old, new)]
        if old is not None and old.owners.get(file) != new.owners.get(file):
            changes.append("owner")
        if changes:
            more = [f"and {len(changes) - _MAX_CHANGES} more"] if len(changes) > _MAX_CHANGES else []
            lines.append(f"{file} ({'; '.join(changes[:_MAX_CHANGES] + more)})")
    return tuple(lines)


def missing(old: Catalog, new: Catalog) -> tuple[str, ...]:
    """Return what a file that was cut off would lose, one line per file: "feeds.yaml (account, csms)".

    Fewer feeds always count. Elsewhere, staff remove entries as they please, and only the loss of the last ones looks like a cut.
    """
    lines = []
    for file, sections in SECTIONS.items():
        lost = [slug for section in sections for slug in _lost(section, list(_entries(section, old)), list(_entries(section, new)))]
        if lost:
            more = [f"and {len(lost) - _MAX_CHANGES} more"] if len(lost) > _MAX_CHANGES else []
            lines.append(f"{file} ({', '.join(lost[:_MAX_CHANGES] + more)})")
    return tuple(lines)


def _lost(section: str, before: list[str], after: list[str]) -> list[str]:
    is_cut = len(after) < len(before) and (section == "feeds" or before[: len(after)] == after)
    return [slug for slug in before if slug not in after] if is_cut else []


def _section(section: str, old: Catalog | None, new: Catalog) -> list[str]:
    after = _entries(section, new)
    if old is None:
        return [section if section == "office" else f"{section}: {len(after)}"] if after else []
    before = _entries(section, old)
    changes = [f"{slug} added" for slug in after if slug not in before]
    changes += [f"{slug} removed" for slug in before if slug not in after]
    changed = [slug for slug in after if slug in before and before[slug] != after[slug]]
    changes += [f"{slug}: {', '.join(_fields(before[slug], after[slug]))}" for slug in changed]
    if not changes and list(before) != list(after):
        changes = [f"{section} in a different order"]
    return changes


def _entries(section: str, catalog: Catalog) -> Mapping[str, Any]:
    if section == "office":
        return {"office": catalog.office}
    return {entry.code if section == "centers" else entry.slug: entry for entry in getattr(catalog, section)}


def _fields(before: Any, after: Any) -> list[str]:
    words: list[str] = []
    for name in before.__dataclass_fields__:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            words.append(_list(name, was, now) if isinstance(was, tuple) else _FIELDS.get(name, name))
    return words


def _list(name: str, was: tuple[Any, ...], now: tuple[Any, ...]) -> str:
    """Return "2 facts added" or "1 link changed" (one removed, one added)."""
    removed = sum(item not in now for item in was)
    added = sum(item not in was for item in now)
    changed = min(removed, added)
    counts = ((added - changed, "added"), (removed - changed, "removed"), (changed, "changed"))
    words = [f"{count} {_count(name, count)} {what}" for count, what in counts if count]
    return ", ".join(words) or f"{name} in a different order"


def _count(name: str, count: int) -> str:
    singular = _SINGULAR.get(name, name.removesuffix("s"))
    return singular if count == 1 else _PLURAL.get(singular, singular + "s")
