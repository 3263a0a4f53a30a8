"""Compare two catalogs: the files and items that changed, and each text before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from content.catalog import Catalog
from content.loading import item_names
from content.loading.files import SECTIONS, SINGLE

_FIELDS = {"as_of": "date", "is_pti": "kind", "every": "interval", "cbp_name": "name on cbp.gov", "statute_name": "name in the statute"}

_PHRASES = {
    "as_of": "as of {}",
    "read": "read {}",
    "review_by": "look again by {}",
    "also": "also: {}",
    "unless": "unless: {}",
    "kinds": "kind: {}",
    "topics": "topic: {}",
    "unless_topics": "not the topic: {}",
    "because": "because: {}",
    "every": "every {} seconds",
}
"""Field -> its value in words, beside the text of a statement, a contact or a rule."""

_FLAGS = {"is_pti": "a PTI", "title_only": "title only", "alone": "nothing else", "may_be_empty": "may be empty"}
"""Field -> what it says if it is true."""

_HEADINGS = ("slug", "code", "name", "title", "term")
"""Fields by which an entry is named."""

_MAX_CHANGES = 6


@dataclass(frozen=True, slots=True)
class _Wording:
    """The words of wording.yaml, which are compared like an entry."""

    synonyms: tuple[str, ...]
    paraphrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    name: str
    """The item's name, such as "Revenue"."""
    what: str
    """"added", "removed", or its changed fields: "1 fact added, summary"."""
    texts: tuple[tuple[str, str], ...] = ()
    """Each changed text before and after; "" where there was none or is none."""

    def __str__(self) -> str:
        return f"{self.name} {self.what}".rstrip() if self.what in ("", "added", "removed", _REORDERED) else f"{self.name}: {self.what}"


@dataclass(frozen=True, slots=True)
class FileChange:
    file: str
    items: tuple[ItemChange, ...]

    def __str__(self) -> str:
        more = [f"and {len(self.items) - _MAX_CHANGES} more"] if len(self.items) > _MAX_CHANGES else []
        return f"{self.file} ({'; '.join([*map(str, self.items[:_MAX_CHANGES]), *more])})"


_REORDERED = "in a different order"


def compare(old: Catalog, new: Catalog) -> tuple[FileChange, ...]:
    """Return each changed file with its changed items."""
    changes = ((file, (*_file(file, old, new), *_owner(file, old, new))) for file in SECTIONS)
    return tuple(FileChange(file, items) for file, items in changes if items)


def _file(file: str, old: Catalog, new: Catalog) -> list[ItemChange]:
    return [item for section in SECTIONS[file] for item in _section(section, old, new)]


def _owner(file: str, old: Catalog, new: Catalog) -> list[ItemChange]:
    before, after = old.owners.get(file, ""), new.owners.get(file, "")
    return [ItemChange("owner", "", ((before, after),))] if before != after else []


def describe(old: Catalog | None, new: Catalog) -> tuple[str, ...]:
    """Return a line for each changed file, "ptis.yaml (Revenue: 1 fact added)", or for each file if there is no old catalog."""
    if old is not None:
        return tuple(map(str, compare(old, new)))
    lines = []
    for file, sections in SECTIONS.items():
        counts = [
            f"the {section}" if section in SINGLE else f"{count} {_noun(section, count)}"
            for section in sections
            if (count := len(_entries(section, new)))
        ]
        lines += [f"{file} ({'; '.join(counts)})"] if counts else []
    return tuple(lines)


def _noun(section: str, count: int) -> str:
    """Return "PTIs", or "PTI" for one."""
    word = item_names.ENTRY_NOUNS[section]
    return word if count == 1 else f"{word}s"


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


def _section(section: str, old: Catalog, new: Catalog) -> list[ItemChange]:
    before, after = _entries(section, old), _entries(section, new)
    changes = [
        ItemChange(_name(section, entry), "added", tuple(("", text) for text in _texts(entry)))
        for slug, entry in after.items()
        if slug not in before
    ]
    changes += [
        ItemChange(_name(section, entry), "removed", tuple((text, "") for text in _texts(entry)))
        for slug, entry in before.items()
        if slug not in after
    ]
    for slug, entry in after.items():
        if slug in before and before[slug] != entry:
            fields = tuple(_fields(before[slug], entry))
            texts = tuple(pair for _, pairs in fields for pair in pairs)
            changes.append(ItemChange(_name(section, entry), ", ".join(words for words, _ in fields), texts))
    if not changes and list(before) != list(after):
        changes = [ItemChange(section, _REORDERED)]
    return changes


def _entries(section: str, catalog: Catalog) -> Mapping[str, Any]:
    if section == "wording":
        return {section: _Wording(catalog.synonyms, catalog.paraphrases)}
    if section == "office":
        return {section: catalog.office}
    return {entry.code if section == "centers" else entry.slug: entry for entry in getattr(catalog, section)}


def _name(section: str, entry: Any) -> str:
    """Return an entry's name; small talk has only its key, and the wording only its section."""
    return next((str(getattr(entry, name)) for name in ("name", "title", "term", "slug") if hasattr(entry, name)), section)


_Pairs = tuple[tuple[str, str], ...]


def _fields(before: Any, after: Any) -> Iterator[tuple[str, _Pairs]]:
    """Yield each changed field in words, with its texts."""
    for name in before.__dataclass_fields__:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield _list(name, was, now) if isinstance(was, tuple) else (_field_name(name), (_field_pair(name, was, now),))


def _list(name: str, was: tuple[Any, ...], now: tuple[Any, ...]) -> tuple[str, _Pairs]:
    """Return "2 facts added" or "1 link changed" (one removed, one added)."""
    removed, added = [item for item in was if item not in now], [item for item in now if item not in was]
    changed = min(len(removed), len(added))
    counts = ((len(added) - changed, "added"), (len(removed) - changed, "removed"), (changed, "changed"))
    words = ", ".join(f"{count} {item_names.count(name, count)} {what}" for count, what in counts if count)
    pairs = [_pair(old, new) for old, new in zip(removed, added, strict=False)]
    pairs += [("", _words(new)) for new in added[changed:]] + [(_words(old), "") for old in removed[changed:]]
    return words or f"{name} {_REORDERED}", tuple(pairs)


def _pair(was: Any, now: Any) -> tuple[str, str]:
    """Return the texts of a changed value: the first, and of the others only those that differ."""
    if isinstance(was, tuple):
        return _words(tuple(item for item in was if item not in now)), _words(tuple(item for item in now if item not in was))
    if isinstance(was, bool):
        return ("yes", "no") if was else ("no", "yes")
    if not hasattr(was, "__dataclass_fields__") or type(was) is not type(now):
        return _words(was), _words(now)
    first, *others = [name for name in was.__dataclass_fields__ if name != "slug"]
    changed = [_field_pair(name, getattr(was, name), getattr(now, name)) for name in others if getattr(was, name) != getattr(now, name)]
    old, new = (", ".join(dict.fromkeys(filter(None, texts))) for texts in zip(*changed, strict=True)) if changed else ("", "")
    return _in_brackets(_words(getattr(was, first)), old), _in_brackets(_words(getattr(now, first)), new)


def _field_pair(name: str, was: Any, now: Any) -> tuple[str, str]:
    if name in _FLAGS:
        return _field_words(name, was), _field_words(name, now)
    before, after = _pair(was, now)
    return _field_words(name, before), _field_words(name, after)


def _field_name(name: str) -> str:
    return _FIELDS.get(name, name.replace("_", " "))


def _field_words(name: str, value: Any) -> str:
    """Return a field's value in words, or "" for an empty one."""
    if isinstance(value, bool):
        return _FLAGS.get(name, _field_name(name)) if value else ""
    text = _words(value)
    return _PHRASES.get(name, "{}").format(text) if text else ""


def _in_brackets(first: str, others: str) -> str:
    return f"{first} ({others})" if others else first


def _texts(entry: Any) -> Iterator[str]:
    """Yield what an entry says, one field or one item of a list at a time."""
    for name in entry.__dataclass_fields__:
        value = getattr(entry, name)
        if name in _HEADINGS or not value:
            continue
        if isinstance(value, bool):
            yield _field_words(name, value)
        elif isinstance(value, tuple) and hasattr(value[0], "__dataclass_fields__"):
            yield from (f"{item_names.count(name, 1)}: {_words(item)}" for item in value)
        else:
            yield f"{_field_name(name)}: {_words(value)}"


def _words(value: Any) -> str:
    """Return a value's texts: the first, and the others in brackets, except defaults and a date that repeats another."""
    if isinstance(value, tuple):
        return ", ".join(filter(None, map(_words, value)))
    if not hasattr(value, "__dataclass_fields__"):
        return "" if value is None else str(value)
    first, *others = [name for name in value.__dataclass_fields__ if name != "slug"]
    parts = {name: getattr(value, name) for name in others if getattr(value, name) != value.__dataclass_fields__[name].default}
    if parts.get("read") and parts.get("read") == parts.get("as_of"):  # the source shows no date
        del parts["as_of"]
    return _in_brackets(_words(getattr(value, first)), ", ".join(filter(None, (_field_words(name, part) for name, part in parts.items()))))
